/* The system calls, for both kinds of programs that this machine has. */
#include <string.h>
#include <sys/syscall.h>

#include "differential.h"

#define CALL(name, family, shape) {#name, SYS_##name, shape, family, false}
#define I386(name, number, family, shape) {"i386-" name, number, shape, family, true}

/* The first call of each family represents it where not every call is tried. */
const struct call calls[] = {
    CALL(mkdirat, MKDIR, "dpm"),
#ifdef SYS_rmdir
    CALL(rmdir, RMDIR, "p"),
#endif
    CALL(unlinkat, UNLINK | RMDIR, "dpa"),
    CALL(renameat2, RENAME, "dpDPF"),
    CALL(linkat, LINK, "dpDPa"),
    CALL(symlinkat, SYMLINK, "tdp"),
    {"fchmodat2", 452, "dpma", CHMOD, false},
    CALL(fchownat, CHOWN, "dpuga"),
    CALL(mknodat, MKNOD, "dpmv"),
    CALL(openat, OPEN, "dpFm"),
    CALL(setxattr, SETXATTR, "pnVsx"),
    CALL(removexattr, REMOVEXATTR, "pn"),
#ifdef SYS_mkdir
    CALL(mkdir, MKDIR, "pm"),
    CALL(unlink, UNLINK, "p"),
    CALL(rename, RENAME, "pP"),
    CALL(link, LINK, "pP"),
    CALL(symlink, SYMLINK, "tp"),
    CALL(chmod, CHMOD, "pm"),
    CALL(chown, CHOWN, "pug"),
    CALL(lchown, CHOWN, "pug"),
    CALL(mknod, MKNOD, "pmv"),
    CALL(open, OPEN, "pFm"),
    CALL(creat, OPEN, "pm"),
#endif
    CALL(renameat, RENAME, "dpDP"),
    CALL(fchmod, CHMOD, "fm"),
    CALL(fchmodat, CHMOD, "dpm"),
    CALL(fchown, CHOWN, "fug"),
    {"openat2", 437, "dphH", OPEN, false},
    CALL(lsetxattr, SETXATTR, "pnVsx"),
    CALL(fsetxattr, SETXATTR, "fnVsx"),
    {"setxattrat", 463, "dpanAS", SETXATTR, false},
    CALL(lremovexattr, REMOVEXATTR, "pn"),
    CALL(fremovexattr, REMOVEXATTR, "fn"),
    {"removexattrat", 466, "dpan", REMOVEXATTR, false},
#ifdef __x86_64__
    I386("mkdir", 39, MKDIR, "pm"),
    I386("mkdirat", 296, MKDIR, "dpm"),
    I386("rmdir", 40, RMDIR, "p"),
    I386("unlink", 10, UNLINK, "p"),
    I386("unlinkat", 301, UNLINK | RMDIR, "dpa"),
    I386("rename", 38, RENAME, "pP"),
    I386("renameat", 302, RENAME, "dpDP"),
    I386("renameat2", 353, RENAME, "dpDPF"),
    I386("link", 9, LINK, "pP"),
    I386("linkat", 303, LINK, "dpDPa"),
    I386("symlink", 83, SYMLINK, "tp"),
    I386("symlinkat", 304, SYMLINK, "tdp"),
    I386("chmod", 15, CHMOD, "pm"),
    I386("fchmod", 94, CHMOD, "fm"),
    I386("fchmodat", 306, CHMOD, "dpm"),
    I386("fchmodat2", 452, CHMOD, "dpma"),
    I386("chown", 182, CHOWN, "pug"),
    I386("lchown", 16, CHOWN, "pug"),
    I386("fchown", 95, CHOWN, "fug"),
    I386("chown32", 212, CHOWN, "pug"),
    I386("lchown32", 198, CHOWN, "pug"),
    I386("fchown32", 207, CHOWN, "fug"),
    I386("fchownat", 298, CHOWN, "dpuga"),
    I386("mknod", 14, MKNOD, "pmv"),
    I386("mknodat", 297, MKNOD, "dpmv"),
    I386("open", 5, OPEN, "pFm"),
    I386("creat", 8, OPEN, "pm"),
    I386("openat", 295, OPEN, "dpFm"),
    I386("openat2", 437, OPEN, "dphH"),
    I386("setxattr", 226, SETXATTR, "pnVsx"),
    I386("lsetxattr", 227, SETXATTR, "pnVsx"),
    I386("fsetxattr", 228, SETXATTR, "fnVsx"),
    I386("setxattrat", 463, SETXATTR, "dpanAS"),
    I386("removexattr", 235, REMOVEXATTR, "pn"),
    I386("lremovexattr", 236, REMOVEXATTR, "pn"),
    I386("fremovexattr", 237, REMOVEXATTR, "fn"),
    I386("removexattrat", 466, REMOVEXATTR, "dpan"),
#endif
    {0},
};

bool has_arguments(const struct call *call, const char *letters)
{
    for (; letters != NULL && *letters; letters++)
        if (strchr(call->shape, *letters) == NULL)
            return false;
    return true;
}

const struct call *call_named(const char *name)
{
    const struct call *call = calls;

    while (call->name != NULL && strcmp(call->name, name) != 0)
        call++;
    return call->name != NULL ? call : NULL;
}
