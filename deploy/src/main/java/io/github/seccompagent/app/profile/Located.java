package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.report.Finding.Place;

/**
 * A string of a profile.
 *
 * @param place where it is
 */
record Located(String text, Place place) {
    @Override
    public String toString() {
        return text;
    }
}
