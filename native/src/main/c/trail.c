/* Where a walk stands, and how it moves: on, up, back to its start, to the root. */
#include <string.h>

#include "identity.h"
#include "kernel.h"
#include "procfs.h"
#include "protocol.h"
#include "request.h"
#include "trail.h"
#include "util.h"

int go_to(struct walk *w, int fd, enum spot spot)
{
    close_fd(&w->here);
    w->here = fd;
    w->spot = ELSEWHERE;
    w->unseen = 0;
    if (fd < 0)
        return -1;
    if (!is_procfs(fd))
        return 0;
    w->special = true;
    w->spot = spot;
    if (is_proc_root(fd)) {
        w->spot = PROC_ROOT;
        w->level = find_level(w->call->request, fd);
    }
    return 0;
}

void keep_own(struct walk *w, int directory)
{
    close_fd(&w->own);
    w->own = fcntl(directory, F_DUPFD_CLOEXEC, 0);
}

int go_to_start(struct walk *w)
{
    const struct start *start = &w->call->start[w->path == STRING_PATH_2]; /* a source starts where PATH starts */

    while (w->depth > 0)
        close_fd(&w->above[--w->depth]);
    if (go_to(w, fcntl(start_of(w->call, w->path), F_DUPFD_CLOEXEC, 0), ELSEWHERE) < 0)
        return -1;
    if (start->spot != ELSEWHERE) {
        w->spot = start->spot;
        w->of_thread = start->of_thread;
        w->level = start->level;
        keep_own(w, start->above);
    }
    return 0;
}

bool may_not_leave(const struct walk *w)
{
    return w->resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT);
}

/*
 * On its way up the kernel checks whether it meets the start, and gives up if there was a rename meanwhile. Between two
 * calls a rename cannot be noticed. So the way up has to be the way that was taken down.
 */
int go_up(struct walk *w)
{
    if (w->depth == 0)
        return w->resolve & RESOLVE_BENEATH ? fail_with(EXDEV) : 0;
    autofd up = sys_openat2(w->here, "..", O_PATH | O_DIRECTORY, w->resolve & RESOLVE_NO_XDEV);
    autofd known = w->above[--w->depth];
    bool from_descriptors = w->spot == OWN_FD; /* the caller needs no permission there */

    if (up < 0 && !(from_descriptors && errno == EACCES))
        return -1;
    if (up >= 0 && !is_same(up, known))
        return fail_with(EAGAIN);
    return go_to(w, release_fd(&known), from_descriptors ? OWN : ELSEWHERE);
}

/* Keeps the present directory for the way up. */
int remember_directory(struct walk *w)
{
    if (!may_not_leave(w) || strcmp(w->name, ".") == 0)
        return 0;
    if (w->depth == MAX_DEPTH)
        return fail_with(ELOOP);
    w->above[w->depth] = fcntl(w->here, F_DUPFD_CLOEXEC, 0);
    return w->above[w->depth] < 0 ? -1 : (w->depth++, 0);
}

int go_to_root(struct walk *w)
{
    if (w->resolve & RESOLVE_BENEATH)
        return fail_with(EXDEV);
    if (w->resolve & RESOLVE_IN_ROOT)
        return go_to_start(w);
    autofd root = sys_openat2(-1, "/", O_PATH | O_DIRECTORY, 0);
    /* The path itself may be absolute. Then no directory was left yet. */
    if (w->resolve & RESOLVE_NO_XDEV && w->here >= 0 && root >= 0 && !is_on_mount_of(w->here, root))
        return fail_with(EXDEV);
    return go_to(w, release_fd(&root), ELSEWHERE);
}

/* Puts a path in front of the rest. An absolute path starts at the root again. */
int prepend(struct walk *w, const char *path, size_t length)
{
    w->rest -= length;
    memcpy(w->rest, path, length);
    return *path == '/' ? go_to_root(w) : 0;
}
