#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "entry.h"
#include "feature.h"
#include "keep.h"
#include "kernel.h"
#include "launch.h"
#include "pool.h"
#include "probe.h"
#include "protocol.h"
#include "util.h"
#include "words.h"

/* Undoes what a JVM ignores, blocks or leaves open. */
static void start_clean(void)
{
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    sigset_t none;

    prctl(PR_SET_NAME, EXECUTOR_NAME); /* it was executed by descriptor, and would be named after its number */
    sigemptyset(&none);
    for (int s = 1; s < NSIG; s++)
        sigaction(s, &by_default, NULL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (sys_close_range(CONTROL_FD + 1, UINT_MAX) < 0)
        die("close_range");
    if (fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC) < 0)
        die("no control socket");
}

/* False if these are no arguments of a keeper. */
static bool parse_keeping(char **arguments, struct keeping *keeping)
{
    *keeping = (struct keeping){.identity = ""};
    for (; *arguments; arguments++) {
        if (strcmp(*arguments, "--") == 0) {
            keeping->command = arguments + 1;
            return arguments[1] != NULL && strlen(keeping->identity) <= IDENTITY_MAX;
        }
        if (strcmp(*arguments, "--stay") == 0)
            keeping->stays = true;
        else if (!arguments[1])
            return false;
        else if (strcmp(*arguments, "--listen") == 0)
            keeping->listen = *++arguments;
        else if (strcmp(*arguments, "--handover") == 0)
            keeping->handover = *++arguments;
        else if (strcmp(*arguments, "--takeover") == 0)
            keeping->takeover = *++arguments;
        else if (strcmp(*arguments, "--identity") == 0)
            keeping->identity = *++arguments;
        else
            return false;
    }
    return false;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "execute") == 0) {
        start_clean();
        return keep_workers(atoi(argv[2]), (uint64_t)atoi(argv[3]));
    }
    if (argc == 2 && (strcmp(argv[1], "run") == 0 || strcmp(argv[1], "record") == 0)) {
        start_clean();
        return launch_command(strcmp(argv[1], "record") == 0);
    }
    if (argc == 2 && strcmp(argv[1], "probe") == 0) {
        start_clean();
        return probe_agent();
    }
    if (argc == 2 && strcmp(argv[1], "features") == 0) {
        start_clean();
        return try_features();
    }
    struct keeping keeping;
    if (argc > 2 && strcmp(argv[1], "keep") == 0 && parse_keeping(argv + 2, &keeping))
        return keep(&keeping);
    if (argc > 3 && strcmp(argv[1], "agent") == 0)
        return enter(argv + 2);
    fprintf(stderr,
        "seccomp-helper keep [--listen PATH] [--handover PATH] [--takeover PATH] [--identity TEXT] [--stay]\n"
        "    -- COMMAND...\n"
        "    starts the agent, and starts it again when it was killed\n"
        "seccomp-helper agent PROGRAM... -- [keep [--takeover] [--identity TEXT] [--stay]] OPTION...\n"
        "    does the same with paths that come from the agent's options\n"
        "seccomp-helper is started by seccomp-agent: execute POOL EXECUTOR | run | record | probe | features\n");
    return 2;
}
