/* Where the links on a path lead, and the rules for following them. */
#include <limits.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "child.h"
#include "identity.h"
#include "kernel.h"
#include "link.h"
#include "ownlink.h"
#include "procfs.h"
#include "request.h"
#include "trail.h"
#include "util.h"

#define ST_NOSYMFOLLOW_BIT 0x2000

/*
 * Goes where a magic link leads, if magic links may be followed. The kernel has checked before whether the caller may
 * follow this one.
 */
int jump(struct walk *w, int to)
{
    autofd target = to;

    if (target < 0)
        return -1;
    if (w->resolve & RESOLVE_NO_MAGICLINKS)
        return fail_with(ELOOP);
    if (may_not_leave(w) || (w->resolve & RESOLVE_NO_XDEV && !is_on_mount_of(w->here, target)))
        return fail_with(EXDEV);
    return go_to(w, release_fd(&target), ELSEWHERE);
}

static int follow_foreign(struct walk *w)
{
    struct open_how how = {.flags = O_PATH | O_CLOEXEC};

    return jump(w, open_in_child(w->here, w->name, &how));
}

/* The kernel refuses links in map_files before it says that they are magic. */
static bool is_magic(const struct walk *w)
{
    autofd followed = sys_openat2(w->here, w->name, O_PATH, RESOLVE_NO_MAGICLINKS);

    return followed < 0 && (errno == ELOOP || errno == EPERM || errno == EACCES);
}

/*
 * A statfs of FUSE asks its daemon, which may be the caller, who waits. So the kernel is asked to follow the link. If
 * ELOOP has another reason, the walk comes to it too.
 */
static bool may_not_be_followed(const struct walk *w, int on)
{
    struct statfs found;

    if (is_procfs(on))
        return fstatfs(on, &found) == 0 && found.f_flags & ST_NOSYMFOLLOW_BIT;
    autofd followed = sys_openat2(w->here, w->name, O_PATH, RESOLVE_BENEATH | RESOLVE_NO_XDEV);
    return followed < 0 && errno == ELOOP;
}

/* The rules for every link. */
int count_link(struct walk *w, int on)
{
    if (++w->links > MAX_LINKS || w->resolve & RESOLVE_NO_SYMLINKS || may_not_be_followed(w, on))
        return fail_with(ELOOP);
    return 0;
}

/* The kernel checks fs.protected_symlinks before RESOLVE_NO_SYMLINKS, which gives ELOOP. So the kernel can be asked. */
static bool is_protected(const struct walk *w)
{
    autofd link = sys_openat2(w->here, w->name, O_PATH, RESOLVE_NO_SYMLINKS);

    return link < 0 && errno == EACCES;
}

int follow_link(struct walk *w, int link)
{
    char target[PATH_MAX];

    if (w->last && is_protected(w))
        return fail_with(EACCES);
    if (count_link(w, link) < 0)
        return -1;
    if (is_procfs(link)) {
        w->special = true;
        if (w->spot == PROC_ROOT && strcmp(w->name, "self") == 0)
            return expand_self(w, false);
        if (w->spot == PROC_ROOT && strcmp(w->name, "thread-self") == 0)
            return expand_self(w, true);
        if (is_magic(w))
            return follow_foreign(w);
    }
    ssize_t length = readlinkat(link, "", target, sizeof target);
    if (length == 0 || length == sizeof target)
        return fail_with(length == 0 ? ENOENT : ENAMETOOLONG);
    return length < 0 ? -1 : prepend(w, target, (size_t)length);
}
