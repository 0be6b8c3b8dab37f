package io.github.seccompagent.resolver.policy;

/**
 * Something that is wrong with a policy. All texts are one line each, and can contain what the policy's author wrote.
 *
 * @param severity an error means that the policy is not used
 * @param what what is wrong
 * @param why why that matters; empty if {@code what} says it
 * @param fix what to write instead; empty if that is plain
 */
public record Problem(Severity severity, Place place, String what, String why, String fix) {
    /** How bad it is. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** A part of a policy. */
    public enum Part {
        POLICY,
        GRANT,
        RULE,
        ACCESS
    }

    /**
     * Where it is.
     *
     * @param grant the name of the grant, also for a rule; empty for an entry of access
     * @param index the number of the rule in its grant, or of the entry of access, from 0; otherwise -1
     * @param field the component of {@link Grant}, {@link Rule}, {@link Rule.When}, {@link Access} or {@link Who}, such
     *     as {@code paths}; empty for all of it
     * @param value the element of the field, such as one of several globs; empty for all of it
     */
    public record Place(Part part, String grant, int index, String field, String value) {}
}
