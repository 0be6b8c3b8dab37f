/*
 * open(2) and openat(2) of a 32-bit program that does not ask for O_LARGEFILE: a file that is too large for it is not
 * opened, and none that it writes becomes so. The kernel gives every 64-bit call the flag, and no descriptor loses it
 * again: so the call is made as a 32-bit program makes it.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "kernel.h"
#include "open32.h"
#include "ownfd.h"
#include "protocol.h"

#ifdef __x86_64__
#define I386_OPENAT 295

/* Of what is on the way only name may be a link, and is followed unless the flags forbid it. */
static int i386_openat(int directory, const char *name, uint64_t flags, uint64_t mode)
{
    static char low[PATH_MAX]; /* as all data of a program that is no PIE, it has an address of 32 bits */
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
 * A name that has been walked to must not be followed, but without O_NOFOLLOW, which a descriptor keeps: so what is not
 * there is made, and what is there is held first and then opened by the worker's own name of it. To let go of a file
 * may take for ever, so it is held until the worker has answered.
 */
static int open_or_make(int directory, const char *name, const struct open_how *how)
{
    struct open_how hold = *how;
    int made = i386_openat(directory, name, how->flags | O_EXCL, how->mode);

    if (made >= 0 || errno != EEXIST)
        return made;
    hold.flags &= ~(uint64_t)O_TRUNC;
    int held = sys_openat2_how(directory, name, &hold);
    return held < 0 ? -1 : i386_openat(PROC_FD, own_name(held).path, how->flags & ~(uint64_t)O_CREAT, 0);
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
