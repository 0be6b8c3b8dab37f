package io.github.seccompagent.app.document;

import io.github.seccompagent.app.report.Finding.Place;

/**
 * A string of a file.
 *
 * @param place where it is
 */
public record Located(String text, Place place) {
    @Override
    public String toString() {
        return text;
    }
}
