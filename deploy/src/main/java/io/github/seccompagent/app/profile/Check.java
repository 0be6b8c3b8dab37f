package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;

/** One thing that can be wrong with a profile. */
interface Check {
    void check(Subject subject, Findings findings);
}
