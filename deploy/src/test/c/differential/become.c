/* Turns the calling thread into a caller. It uses raw system calls, because those change only the calling thread. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "differential.h"

static int capability_of(char letter)
{
    switch (letter) {
    case 'c':
        return CAP_CHOWN;
    case 'd':
        return CAP_DAC_OVERRIDE;
    case 'o':
        return CAP_FOWNER;
    case 's':
        return CAP_FSETID;
    case 'm':
        return CAP_MKNOD;
    default:
        return CAP_SETFCAP;
    }
}

static int set_capabilities(const char *letters)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};

    for (; *letters; letters++)
        data[0].effective |= 1u << capability_of(*letters);
    data[0].permitted = data[0].effective;
    return (int)syscall(SYS_capset, &header, data);
}

static int enter_user_namespace(enum user_namespace which, const int *namespaces)
{
    if (which == NESTED && setns(namespaces[MANY_IDS], CLONE_NEWUSER) < 0)
        return -1;
    return setns(namespaces[which], CLONE_NEWUSER);
}

static int set_ids(const struct caller *caller)
{
    gid_t shared = SHARED_GROUP, gid = caller->main_group ? SHARED_GROUP : caller->uid;

    if (syscall(SYS_setgroups, caller->group, &shared) < 0)
        return -1;
    if (caller->fsuid) {
        syscall(SYS_setfsgid, gid);
        syscall(SYS_setfsuid, caller->uid);
        return 0;
    }
    if (syscall(SYS_setresgid, gid, gid, gid) < 0)
        return -1;
    return (int)syscall(SYS_setresuid, caller->uid, caller->uid, caller->uid);
}

int become(const struct caller *caller, const int *namespaces, const char *scratch)
{
    if (caller->chroot) {
        /* The cwd stays as it is, as in programs that forget to change it. */
        if (chroot(scratch) < 0)
            return -1;
    }
    if (caller->user_namespace != NO_NAMESPACE && enter_user_namespace(caller->user_namespace, namespaces) < 0)
        return -1;
    if (caller->capabilities != NULL && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        return -1;
    if (!caller->keeps_ids && set_ids(caller) < 0)
        return -1;
    return caller->capabilities != NULL ? set_capabilities(caller->capabilities) : 0;
}
