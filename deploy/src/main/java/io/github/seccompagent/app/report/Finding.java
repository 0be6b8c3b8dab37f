package io.github.seccompagent.app.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a command found out. All texts are single sentences without a line break. They may hold text of
 * somebody else, such as a name in a file: {@link Report} keeps from a terminal what could command it.
 *
 * @param id a name that never changes, for scripts, such as {@code missing-sibling}
 * @param severity how bad it is
 * @param what what was found
 * @param why why it matters; empty if that is clear
 * @param fix what to do; empty if nothing
 * @param place where it is in a file; null if it is in none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({"id", "severity", "what", "why", "fix", "place"})
public record Finding(
        String id,
        Severity severity,
        String what,
        String why,
        String fix,
        @Nullable Place place) {

    /**
     * A place in a file.
     *
     * @param line from 1 on
     * @param column in characters, from 1 on
     */
    public record Place(String file, int line, int column) {
        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }

    /** One that is in no file. */
    public Finding(String id, Severity severity, String what, String why, String fix) {
        this(id, severity, what, why, fix, null);
    }
}
