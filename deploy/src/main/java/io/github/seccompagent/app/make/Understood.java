package io.github.seccompagent.app.make;

/**
 * What somebody who takes a profile understands of it.
 *
 * @param waitKillable the flag SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
 * @param errnoOfRules the error number of a rule. Otherwise EPERM is the only one
 * @param errnoOfDefault the error number of the default action. Otherwise EPERM is the only one
 */
public record Understood(boolean waitKillable, boolean errnoOfRules, boolean errnoOfDefault) {
    /** What runtimes understand of a file. */
    public static final Understood OF_FILES = new Understood(false, true, true);

    /** The same, and that flag. */
    public Understood withWaitKillable(boolean knows) {
        return new Understood(knows, errnoOfRules, errnoOfDefault);
    }
}
