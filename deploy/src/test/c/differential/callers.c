/* The kinds of callers. */
#include <string.h>

#include "differential.h"

#define USER 1000, 1000

const struct caller callers[] = {
    {"root", 0, 0},
    {"user", USER},
    {"root-without-capabilities", 0, 0, .capabilities = ""},
    {"user-not-dumpable", USER, .private = true},
    {"user-in-group", USER, .group = true},
    {"user-of-group", USER, .main_group = true},
    {"user-with-dac_override", USER, .capabilities = "d"},
    {"user-with-fowner", USER, .capabilities = "o"},
    {"user-with-chown", USER, .capabilities = "c"},
    {"user-with-fsetid", USER, .capabilities = "s"},
    {"user-with-mknod", USER, .capabilities = "m"},
    {"user-with-setfcap", USER, .capabilities = "f"},
    {"root-without-dac_override", 0, 0, .capabilities = "ocsmf"},
    {"root-without-fowner", 0, 0, .capabilities = "dcsmf"},
    {"root-without-fsetid", 0, 0, .capabilities = "docmf"},
    {"fsuid", USER, .fsuid = true},
    {"thread", USER, .thread = true},
    {"thread-in-group", USER, .thread = true, .group = true},
    {"thread-with-own-files", USER, .thread = true, .own_files = true},
    {"thread-without-leader", USER, .thread = true, .leader_gone = true},
    {"chroot", 0, 0, .chroot = true},
    {"user-in-chroot", USER, .chroot = true},
    {"userns-root", 0, 1000, ONE_ID},
    {"userns-root-in-pid-namespace", 0, 1000, ONE_ID, .pid_namespace = true},
    {"big-userns-root", 0, 100000, MANY_IDS},
    {"big-userns-root-in-group", 0, 100000, MANY_IDS, .group = true},
    {"big-userns-user", 1000, 101000, MANY_IDS},
    {"big-userns-unmapped", 0, 0, MANY_IDS, .keeps_ids = true},
    {"big-userns-root-without-capabilities", 0, 100000, MANY_IDS, .capabilities = ""},
    {"nested-userns-root", 0, 101000, NESTED},
    {"nested-userns-root-in-pid-namespace", 0, 101000, NESTED, .pid_namespace = true},
    {"nested-userns-user", 5, 101005, NESTED},
    {0},
};

const struct caller *caller_named(const char *id)
{
    const struct caller *caller = callers;

    while (strcmp(caller->id, id) != 0)
        caller++;
    return caller;
}
