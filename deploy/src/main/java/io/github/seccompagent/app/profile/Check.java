package io.github.seccompagent.app.profile;

/** One thing that can be wrong with a profile. */
interface Check {
    void check(Subject subject, Findings findings);
}
