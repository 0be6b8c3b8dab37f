/*
 * open(2) and openat(2) of a 32-bit program that does not ask for O_LARGEFILE. A file that is too large for it is not
 * opened, and no file becomes too large by its writes. The kernel gives every 64-bit call the flag, and no descriptor
 * loses the flag again. So the call is made as a 32-bit program makes it.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "kernel.h"
#include "open32.h"
#include "ownfd.h"
#include "protocol.h"
#include "report.h"

#ifdef __x86_64__
#define I386_OPENAT 295

/* Only the last name may be a link. It is followed unless the flags forbid that. */
static int i386_openat(int directory, const char *name, uint64_t flags, uint64_t mode)
{
    static char low[PATH_MAX]; /* its address has 32 bits, like all data of a non-PIE program */
    long result = I386_OPENAT;

    strcpy(low, name);
    /* clang-format off */
    __asm__ volatile("int $0x80"
                     : "+a"(result)
                     : "b"((long)directory), "c"(low), "d"(flags), "S"(mode)
                     : "memory", "r8", "r9", "r10", "r11");
    /* clang-format on */
    if (result >= 0)
        return (int)result;
    errno = (int)-result;
    return -1;
}

/*
 * A name that a walk led to must not be followed. O_NOFOLLOW would not do, because the descriptor keeps that flag. So a
 * missing file is made, and an existing file is held first and then opened by the worker's own name for it. Letting go
 * of a file may take for ever, so it is held until the worker has answered.
 */
static int open_or_make(int directory, const char *name, const struct open_how *how)
{
    struct open_how hold = *how;
    int made = i386_openat(directory, name, how->flags | O_EXCL, how->mode);

    if (made >= 0 || errno != EEXIST)
        return made;
    hold.flags &= ~(uint64_t)O_TRUNC;
    int held = sys_openat2_how(directory, name, &hold);
    if (held < 0)
        return -1;
    note_held();
    return i386_openat(PROC_FD, own_name(held).path, how->flags & ~(uint64_t)O_CREAT, 0);
}
#endif

bool is_for_small_files(const struct open_how *how)
{
#ifdef __x86_64__
    return !(how->flags & (OPEN_LARGEFILE | O_PATH));
#else
    (void)how;
    return false;
#endif
}

int open_as_asked(int directory, const char *name, const struct open_how *how)
{
#ifdef __x86_64__
    if (is_for_small_files(how))
        return how->flags & O_CREAT && !(how->flags & (O_EXCL | O_NOFOLLOW))
            ? open_or_make(directory, name, how)
            : i386_openat(directory, name, how->flags, how->mode);
#endif
    return sys_openat2_how(directory, name, how);
}
