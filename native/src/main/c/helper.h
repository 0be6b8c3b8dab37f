/* Who does what: one line for each source file. */
#ifndef SECCOMP_HELPER_H
#define SECCOMP_HELPER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

/* pool.c: the execute mode */
int keep_workers(int pool);

/* accept.c: a process that the agent has started through the helper, with a control socket of its own */
void accept_peers(int control, int listening, bool first) __attribute__((noreturn));

/* receive.c: a process that the agent has started through the helper, with a control socket of its own */
void receive_from_peers(int control, int processes) __attribute__((noreturn));

/* launch.c: the run mode */
int launch_command(void);

/* probe.c: the probe mode */
int probe_agent(void);

/*
 * The descriptors of a worker: its socket, and the root of a procfs of its own. What is open as N has the path self/fd/N
 * from there, for calls that take only a path; own_name gives it. Until it is the caller it has the namespace of lock.c, as
 * LOCK_FD: that is the highest number, since to make room for a higher one in a table that a child shares takes the kernel
 * milliseconds.
 */
enum { SOCKET_FD = 0, PROC_FD = 1, LOCK_FD = 255 };
struct own_name {
    char path[24];
};
struct own_name own_name(int fd); /* ownfd.c */
const char *name_below_root(int fd); /* in a buffer that the next one overwrites */

/* worker.c: one worker, from birth to exit */
void run_worker(int socket, pid_t helper) __attribute__((noreturn));

/* report.c */
/* Where the worker stands; what it reports if the next thing fails. */
void enter_step(enum step step);

/* Reports what is at place, whether the call made it or found it there; gives the call's result. */
struct place;
int64_t identified(int64_t result, const struct place *place);
void report_device(uint64_t device); /* whatever the file system says of itself */
void report_missing(uint64_t capabilities); /* that the worker could not take on */
struct reply make_question(int64_t value);
/* As the last thing that the worker does; an error is that of errno. */
void report_result(int64_t result) __attribute__((noreturn));

/* Replies before anything is closed, which a descriptor of the caller's could make wait for ever. */
void fail_now(int error) __attribute__((noreturn));

/* ask.c */
/* Asks the agent for one of the caller's magic links; gives an O_PATH descriptor. */
int ask_for_link(const char *name, bool of_thread);

/* Where in a procfs: at its root, in a directory of the caller's process or thread, or of its descriptors. */
enum spot { ELSEWHERE, PROC_ROOT, OWN, OWN_TASKS, OWN_FD, OWN_NS };

/* What a relative path starts from, if that is in a procfs: where the caller needs no permission, and the worker does. */
struct start {
    enum spot spot;
    bool of_thread;
    int level; /* of the caller's ids that the procfs shows */
};

/* request.c: a request, received and checked */
struct call {
    const struct request *request;
    const uint32_t *groups;
    const char *string[REQUEST_STRINGS]; /* NULL: absent */
    int fd[FD_KINDS];                    /* -1: absent */
    struct start start[2];               /* of PATH and PATH_2 */
};
int receive_call(int socket, struct call *call);
static inline int start_of(const struct call *call, enum string path)
{
    return call->fd[path == STRING_PATH_2 ? FD_DIRECTORY_2 : FD_DIRECTORY];
}

/* cgroup.c */
int join_cgroups(const struct call *call);
bool leave_cgroups(void); /* for the agent's own; false if this is in no other */
int rejoin_cgroups(void);

/* lock.c */
void look_for_locks(void); /* while /proc/sys is there */
void prepare_lock(void);
bool locks_are_forbidden(void);
int enter_lock(void); /* with a copy of the mount namespace */

/* child.c: both give what the child's call gave, with its errno; flags are CLONE_VM and the CLONE_NEW* that it is born into */
struct open_how;
int64_t run_in_child(unsigned long flags, int64_t (*run)(void *), void *argument);
int open_in_child(int directory, const char *name, const struct open_how *how);

/*
 * label.c: a caller, but for the label, performs something with it; meanwhile, some other thing without it. Both give
 * what the function gave, with its errno.
 */
int64_t run_under_label(struct call *call, int64_t (*perform)(void *), void *argument);
int run_without_label(int (*errand)(void *), void *argument);

/* turns.c */
int prepare_turns(void);
int64_t do_errands(void);
void begin_second_turn(void);
void end_second_turn(int64_t result) __attribute__((noreturn));

/*
 * caller.c: a worker becomes the caller but for its label, in two steps: its namespaces, root and ids; then its user
 * namespace and all else. What a new file system belongs to may be
 * joined before that: all namespaces but those of mounts and users.
 */
int join_namespaces(const struct call *call);
int take_place_of_caller(const struct call *call);
int become_caller(struct call *call, uint64_t keep_permitted);

/* capability.c */
struct capabilities {
    uint64_t effective, permitted, inheritable;
};
int get_capabilities(struct capabilities *out);
int set_capabilities(const struct capabilities *wanted);
int raise_capability(int capability);
int keep_only_capability(int capability);
int lower_capabilities(const struct call *call); /* to what the caller has */
bool is_administrator(const struct call *call);

/*
 * resolve.c: paths, as the caller. A place is a name in a directory, left for the call to look up itself with all
 * slashes that follow it; or an object, when last is NULL. The descriptor is an O_PATH one.
 */
struct place {
    int fd;
    const char *last;
    bool special; /* there was a procfs on the way */
    enum { NO_DESCRIPTOR, OWN_DESCRIPTOR, CLOSED_DESCRIPTOR } own; /* a name in the folder of the caller's descriptors */
};
int resolve_name(const struct call *call, enum string path, struct place *name);
int resolve_object(const struct call *call, enum string path, uint64_t open_flags, bool may_be_empty);
int resolve_open(const struct call *call);
/* What is there if a procfs is on the way; else -1, with an errno of 0 if there is none. */
int resolve_through_procfs(const struct call *call, enum string path);
/* A name of what PATH was resolved to that leads there from the cwd, NULL if there is none; name_below_root overwrites it. */
const char *find_name(const struct call *call, int object);
bool is_path(const char *path);
bool worker_is_visible(const struct call *call);
bool is_only_walked(const struct call *call);

/*
 * open32.c: openat2(2), but without OPEN_LARGEFILE among the flags an open of a 32-bit program, which has no use for
 * anything in resolve but RESOLVE_NO_SYMLINKS, about a name alone.
 */
bool is_for_small_files(const struct open_how *how);
int open_as_asked(int directory, const char *name, const struct open_how *how);

/* walk.c: paths through a procfs */
enum goal {
    GOAL_NAME,   /* the name, whatever it is */
    GOAL_OBJECT, /* not following a link at the end */
    GOAL_FOLLOW, /* the object */
    GOAL_MOUNT_POINT, /* like the next one, whatever slashes there are at the end */
    GOAL_CREATE, /* the name of what links at the end lead to, there or not; the object, if it has no name */
};
int walk(const struct call *call, enum string path, enum goal goal, struct place *place);
int settle_place(const struct call *call, enum string path, enum goal goal, int first, struct place *place); /* resolve.c */

/* trail.c */
#define MAX_LINKS 40
#define MAX_DEPTH 64 /* a path that may not leave what it starts from goes no deeper, where it meets a procfs */
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
int fail_with(int error);
int go_to(struct walk *w, int fd, enum spot spot);
int go_to_start(struct walk *w);
bool may_not_leave(const struct walk *w);
int go_up(struct walk *w);
int remember_directory(struct walk *w);
int go_to_root(struct walk *w);
int prepend(struct walk *w, const char *path, size_t length);

/* ownlink.c */
enum spot find_spot(struct walk *w);
const char *name_own_link(const struct walk *w, char *name, size_t size);
int expand_self(struct walk *w, bool of_thread);
bool is_own_descriptor(const struct walk *w);

/* link.c */
int jump(struct walk *w, int to);
int count_link(struct walk *w, int on);
int follow_link(struct walk *w, int link);

/* identity.c: what a descriptor is of */
bool is_on_mount_of(int fd, int other);
bool is_same(int fd, int other); /* object, on the same mount */

/* procfs.c: the level of the caller's pid namespaces that a procfs shows, -1 for none */
bool is_procfs(int fd);
bool is_proc_root(int fd);
int find_level(const struct request *request, int proc_root);
/* To be called while the worker may look at whatever there is. */
void find_starts(struct call *call);

/* deliver.c: gives the caller what was opened; its number there, or -1 with errno */
int deliver(const struct call *call, int opened);

/* file.c, mount.c: the operations. They give 0 or more, or -1 with errno and the step set. */
int64_t do_file(struct call *call);
int64_t do_mount(struct call *call);

/* mountcall.c */
int64_t do_mount_call(struct call *call);

/* umount.c */
int64_t do_umount(struct call *call);

/* mountid.c */
bool describe_mount(int fd, struct granted *mount);
const struct granted *find_granted(const struct call *call, int fd);

/* confine.c */
int confine(void);

/* pidns.c */
int open_in_pid_namespace(const struct call *call);

/* instance.c: a new instance of a file system, in the two steps of fsopen(2) and fsmount(2), mounted nowhere */
int open_context(const struct call *call);
int finish_context(int context, const struct call *call);

/* device.c: the device of the block node that the source is, 0 if it is none; the caller asks, who may not be able to open it */
int64_t find_source_device(const struct call *call);

/* fuse.c: exchanges the pidfd for the descriptor that an option means */
int take_option_descriptor(struct call *call);

/* overlay.c: whose files are opened with the credentials of whoever mounted it */
bool is_overlay_beyond_caller(const struct call *call);
int build_overlay_apart(struct call *call);

/* layers.c: has the options name the layers so that the kernel finds them; the length of the first of some options */
bool is_overlay(const struct call *call);
int name_layers(struct call *call);
size_t option_length(const struct call *call, const char *options);

/* stage.c: the helper's private mount namespace, where mounts are covered before a container sees them */
void enter_private_root(void);
/* mount: -1 for what is still to be made of the context; it is taken over */
int stage_mount(struct call *call, int context, int mount);

/* cover.c: file is bound over masked files, directory over masked directories (NULL: an empty tmpfs) */
int cover_paths(const char *root, const char *covers, size_t length, const char *file, const char *directory);
int remount_with(const char *path, unsigned long more); /* more flags */

/* What the run mode's two sides share: the parent's plan and a page for the time before the command starts. */
struct plan {
    const char *rootfs, *host_name, *directory, *covers;
    size_t covers_length;
    char **arguments, **environment;
    struct sock_filter *filter;
    unsigned short filter_count;
    uint32_t filter_flags;
};
#define HANDOVER_TEXT 512
struct handover {
    int listener;             /* -1 until the filter is installed */
    int taken;                /* the parent has the listener */
    char text[HANDOVER_TEXT]; /* why the command cannot start */
};

/* command.c: the child of the run mode */
void run_command(const struct plan *plan, struct handover *handover, int parent) __attribute__((noreturn));

/* container.c: its root, its mounts; gives 0, or -1 with errno and *what set */
int enter_container(const struct plan *plan, const char **what);

#endif
