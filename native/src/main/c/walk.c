/*
 * A path is walked component by component where the kernel, asked by the worker, would give the worker's view of a
 * procfs instead of the caller's: self and thread-self are the caller, its own magic links are asked for, and those of
 * others are followed by the kernel if the caller may. Each component is looked up by the kernel, as the caller and
 * below the caller's root, so permissions and ".." are its affair; what links mean is done here.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

#define MAX_LINKS 40
#define MAX_DEPTH 64 /* a path that may not leave what it starts from goes no deeper, where it meets a procfs */
#define LINK_LENGTH 24 /* no own link has a longer name */
#define ST_NOSYMFOLLOW_BIT 0x2000

struct walk {
    const struct call *call;
    enum goal goal;
    int here;
    enum spot spot;
    bool of_thread;
    int level; /* of the caller's ids that the procfs of the spot shows */
    unsigned links;
    bool special;
    enum string path;     /* which one it is */
    uint64_t resolve;     /* RESOLVE_* of openat2(2) */
    int above[MAX_DEPTH]; /* where the resolve allows no way out: the directories that it came through */
    unsigned depth;
    char *rest;           /* what is still to be walked */
    char name[PATH_MAX];  /* the component at hand */
    bool last, slashes;   /* it is the last one; slashes follow it */
};

/* Each link puts its text before the rest. */
static char text[(MAX_LINKS + 1) * PATH_MAX];

static int fail(int error)
{
    errno = error;
    return -1;
}

/* Without asking the file system again: its daemon may be the caller, who waits. */
static bool is_link(int fd)
{
    struct statx found;

    return syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &found) == 0
        && S_ISLNK(found.stx_mode);
}

static int go(struct walk *w, int fd, enum spot spot)
{
    close_fd(&w->here);
    w->here = fd;
    w->spot = ELSEWHERE;
    if (fd < 0)
        return -1;
    if (!is_procfs(fd))
        return 0;
    w->special = true;
    w->spot = spot;
    if (is_proc_root(fd)) {
        w->spot = PROC_ROOT;
        w->level = level_shown(w->call->request, fd);
    }
    return 0;
}

static int go_to_start(struct walk *w)
{
    const struct start *start = &w->call->start[w->path == STRING_PATH_2]; /* a source starts where PATH does */

    while (w->depth > 0)
        close_fd(&w->above[--w->depth]);
    if (go(w, fcntl(start_of(w->call, w->path), F_DUPFD_CLOEXEC, 0), ELSEWHERE) < 0)
        return -1;
    if (start->spot != ELSEWHERE) {
        w->spot = start->spot;
        w->of_thread = start->of_thread;
        w->level = start->level;
    }
    return 0;
}

static bool may_not_leave(const struct walk *w)
{
    return w->resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT);
}

/*
 * The kernel looks whether it meets the start on its way up, and gives up when there was a rename meanwhile. From one call
 * to the next that cannot be told: so the way up has to be the one that was taken down.
 */
static int go_up(struct walk *w)
{
    if (w->depth == 0)
        return w->resolve & RESOLVE_BENEATH ? fail(EXDEV) : 0;
    autofd up = sys_openat2(w->here, "..", O_PATH | O_DIRECTORY, w->resolve & RESOLVE_NO_XDEV);
    autofd known = w->above[--w->depth];

    if (up < 0)
        return -1;
    if (!is_same(up, known))
        return fail(EAGAIN);
    return go(w, release_fd(&up), ELSEWHERE);
}

/* Keeps the present directory, for the way up. */
static int remember(struct walk *w)
{
    if (!may_not_leave(w) || strcmp(w->name, ".") == 0)
        return 0;
    if (w->depth == MAX_DEPTH)
        return fail(ELOOP);
    w->above[w->depth] = fcntl(w->here, F_DUPFD_CLOEXEC, 0);
    return w->above[w->depth] < 0 ? -1 : (w->depth++, 0);
}

static int go_to_root(struct walk *w)
{
    if (w->resolve & RESOLVE_BENEATH)
        return fail(EXDEV);
    if (w->resolve & RESOLVE_IN_ROOT)
        return go_to_start(w);
    autofd root = sys_openat2(-1, "/", O_PATH | O_DIRECTORY, 0);
    /* The path itself may be absolute: then nothing is left yet. */
    if (w->resolve & RESOLVE_NO_XDEV && w->here >= 0 && root >= 0 && !is_on_mount_of(w->here, root))
        return fail(EXDEV);
    return go(w, release_fd(&root), ELSEWHERE);
}

/* In front of the rest; an absolute one starts at the root again. */
static int prepend(struct walk *w, const char *path, size_t length)
{
    w->rest -= length;
    memcpy(w->rest, path, length);
    return *path == '/' ? go_to_root(w) : 0;
}

static bool is_own(const struct walk *w, const uint32_t *ids)
{
    char own[16];

    if (w->level < 0)
        return false;
    snprintf(own, sizeof own, "%u", ids[w->level]);
    return strcmp(w->name, own) == 0;
}

/* What the directory of this name is, seen from here. */
static enum spot spot_of_name(struct walk *w)
{
    const struct request *request = w->call->request;

    if (strcmp(w->name, ".") == 0)
        return w->spot;
    if (w->spot == PROC_ROOT && is_own(w, request->process_id)) {
        w->of_thread = false;
        return OWN;
    }
    if ((w->spot == PROC_ROOT || w->spot == OWN_TASKS) && is_own(w, request->thread_id)) {
        w->of_thread = true;
        return OWN;
    }
    if (w->spot == OWN && strcmp(w->name, "task") == 0)
        return OWN_TASKS;
    if (w->spot == OWN && strcmp(w->name, "fd") == 0)
        return OWN_FD;
    if (w->spot == OWN && strcmp(w->name, "ns") == 0)
        return OWN_NS;
    return ELSEWHERE;
}

static bool consists_of(const char *name, const char *characters)
{
    return name[strspn(name, characters)] == '\0' && strlen(name) <= LINK_LENGTH;
}

/* The agent's name of a magic link of the caller's own, NULL if the component is none. */
static const char *own_link(const struct walk *w, char *name, size_t size)
{
    const char *folder = w->spot == OWN_FD ? "fd/" : w->spot == OWN_NS ? "ns/" : "";

    switch (w->spot) {
    case OWN:
        if (strcmp(w->name, "cwd") != 0 && strcmp(w->name, "root") != 0 && strcmp(w->name, "exe") != 0)
            return NULL;
        break;
    case OWN_FD:
        if (!consists_of(w->name, "0123456789") || (w->name[0] == '0' && w->name[1] != '\0'))
            return NULL;
        break;
    case OWN_NS:
        if (!consists_of(w->name, "abcdefghijklmnopqrstuvwxyz_"))
            return NULL;
        break;
    default:
        return NULL;
    }
    snprintf(name, size, "%s%.*s", folder, LINK_LENGTH, w->name);
    return name;
}

/* self and thread-self, as the caller would read them. */
static int expand_self(struct walk *w, bool of_thread)
{
    const struct request *request = w->call->request;
    char own[40];

    if (w->level < 0)
        return fail(ENOENT);
    int length = of_thread
        ? snprintf(own, sizeof own, "%u/task/%u", request->process_id[w->level], request->thread_id[w->level])
        : snprintf(own, sizeof own, "%u", request->process_id[w->level]);
    return prepend(w, own, (size_t)length);
}

/* Goes where a magic link leads, if such may be followed. The kernel has looked first whether the caller may. */
static int jump(struct walk *w, int to)
{
    autofd target = to;

    if (target < 0)
        return -1;
    if (w->resolve & RESOLVE_NO_MAGICLINKS)
        return fail(ELOOP);
    if (may_not_leave(w) || (w->resolve & RESOLVE_NO_XDEV && !is_on_mount_of(w->here, target)))
        return fail(EXDEV);
    return go(w, release_fd(&target), ELSEWHERE);
}

static int follow_foreign(struct walk *w)
{
    struct open_how how = {.flags = O_PATH | O_CLOEXEC};

    return jump(w, open_in_child(w->here, w->name, &how));
}

/* Those in map_files are refused before the kernel says that they are magic. */
static bool is_magic(const struct walk *w)
{
    autofd followed = sys_openat2(w->here, w->name, O_PATH, RESOLVE_NO_MAGICLINKS);

    return followed < 0 && (errno == ELOOP || errno == EPERM || errno == EACCES);
}

/* The rules for every link. */
static int count_link(struct walk *w, int on)
{
    struct statfs found;

    if (++w->links > MAX_LINKS || w->resolve & RESOLVE_NO_SYMLINKS || (fstatfs(on, &found) == 0 && found.f_flags & ST_NOSYMFOLLOW_BIT))
        return fail(ELOOP);
    return 0;
}

/* The kernel looks at fs.protected_symlinks before RESOLVE_NO_SYMLINKS, which gives ELOOP: so it is asked. */
static bool is_protected(const struct walk *w)
{
    autofd link = sys_openat2(w->here, w->name, O_PATH, RESOLVE_NO_SYMLINKS);

    return link < 0 && errno == EACCES;
}

static int follow(struct walk *w, int link)
{
    char target[PATH_MAX];

    if (w->last && is_protected(w))
        return fail(EACCES);
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
        return fail(length == 0 ? ENOENT : ENAMETOOLONG);
    return length < 0 ? -1 : prepend(w, target, (size_t)length);
}

/* Takes the next component off the rest. */
static void take_component(struct walk *w)
{
    size_t length = strcspn(w->rest, "/"), slashes = strspn(w->rest + length, "/");

    memcpy(w->name, w->rest, length);
    w->name[length] = '\0';
    w->slashes = slashes > 0;
    w->last = w->rest[length + slashes] == '\0';
    w->rest += length;
}

static bool stops_here(const struct walk *w)
{
    return w->last && (w->goal == GOAL_NAME || (w->goal == GOAL_CREATE && w->slashes));
}

/* Whether the last component is wanted as a name, once links are out of the way. */
static bool wants_name(const struct walk *w)
{
    bool dots = strcmp(w->name, ".") == 0 || strcmp(w->name, "..") == 0;

    return w->last && (w->goal == GOAL_CREATE || (w->goal == GOAL_MOUNT_POINT && !dots));
}

static bool follows(const struct walk *w)
{
    return !w->last || w->slashes || w->goal != GOAL_OBJECT;
}

/* Whether the component at hand is one of the caller's descriptors. It may be where the worker may not look. */
static bool is_own_descriptor(const struct walk *w)
{
    char own[32];

    if (own_link(w, own, sizeof own) == NULL)
        return false;
    autofd link = ask_for_link(own, w->of_thread);
    return link >= 0;
}

static int arrive(struct walk *w, struct place *place, const char *last)
{
    if (last != NULL && w->spot == OWN_FD)
        place->own = is_own_descriptor(w) ? OWN_DESCRIPTOR : CLOSED_DESCRIPTOR;
    place->fd = release_fd(&w->here);
    place->last = last;
    return 0;
}

/* One component: 1 to go on, 0 when the place is known, -1 with errno. */
static int step(struct walk *w, struct place *place)
{
    char own[32];
    const char *component = w->rest;

    take_component(w);
    if (may_not_leave(w) && strcmp(w->name, "..") == 0)
        return go_up(w) < 0 ? -1 : 1;
    if (stops_here(w))
        return arrive(w, place, component);
    if (follows(w) && own_link(w, own, sizeof own) != NULL) {
        if (count_link(w, w->here) < 0 || jump(w, ask_for_link(own, w->of_thread)) < 0)
            return -1;
        return 1;
    }
    autofd next = sys_openat2(w->here, w->name, O_PATH | O_NOFOLLOW, w->resolve & RESOLVE_NO_XDEV);
    if (next < 0 && errno == EACCES && w->spot == OWN_FD)
        return fail(is_own_descriptor(w) ? EACCES : ENOENT);
    if (next < 0)
        return wants_name(w) && errno == ENOENT ? arrive(w, place, component) : -1;
    if (follows(w) && is_link(next))
        return follow(w, next) < 0 ? -1 : 1;
    if (wants_name(w))
        return arrive(w, place, component);
    return remember(w) < 0 || go(w, release_fd(&next), spot_of_name(w)) < 0 ? -1 : 1;
}

static int walk_all(struct walk *w, struct place *place)
{
    int status = 1;

    while (status > 0) {
        size_t slashes = strspn(w->rest, "/");

        w->rest += slashes;
        if (*w->rest != '\0') {
            status = step(w, place);
            continue;
        }
        arrive(w, place, NULL);
        if (slashes == 0)
            return 0;
        /* What slashes follow has to be a directory. */
        autofd object = release_fd(&place->fd);
        place->fd = sys_openat2(object, ".", O_PATH | O_DIRECTORY, 0);
        return place->fd < 0 ? -1 : 0;
    }
    return status;
}

int walk(const struct call *call, enum string path, enum goal goal, struct place *place)
{
    struct walk w = {.call = call, .goal = goal, .here = -1, .rest = text + sizeof text - 1, .path = path};
    const char *from = call->string[path];
    int status = 0;

    w.resolve = call->request->operation == OP_OPEN ? call->request->number[2] : 0;
    if (*from != '/')
        status = go_to_start(&w);
    if (status == 0)
        status = prepend(&w, from, strlen(from));
    if (status == 0)
        status = walk_all(&w, place);
    place->special = w.special;
    while (w.depth > 0)
        close_fd(&w.above[--w.depth]);
    close_fd(&w.here);
    return status;
}
