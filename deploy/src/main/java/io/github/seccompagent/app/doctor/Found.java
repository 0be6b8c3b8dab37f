package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;

/** Makes findings. */
final class Found {
    private Found() {}

    static Finding ok(String id, String what) {
        return new Finding(id, Severity.OK, what, "", "");
    }

    static Finding note(String id, String what, String why, String fix) {
        return new Finding(id, Severity.NOTE, what, why, fix);
    }

    static Finding warning(String id, String what, String why, String fix) {
        return new Finding(id, Severity.WARNING, what, why, fix);
    }

    static Finding error(String id, String what, String why, String fix) {
        return new Finding(id, Severity.ERROR, what, why, fix);
    }

    static Finding unknown(String id, String what, String why, String fix) {
        return new Finding(id, Severity.UNKNOWN, what, why, fix);
    }
}
