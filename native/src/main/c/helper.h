/* Who does what: one line for each source file. */
#ifndef SECCOMP_HELPER_H
#define SECCOMP_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

/* pool.c: the execute mode */
int execute(int pool);

/* launch.c: the run mode */
int run(void);

/* worker.c: one worker, from birth to exit */
void work(int socket, pid_t helper) __attribute__((noreturn));

/* Where the worker stands; what it reports if the next thing fails. */
void at(enum step step);

/* request.c: a request, received and checked */
struct call {
    const struct request *request;
    const uint32_t *groups;
    const char *string[REQUEST_STRINGS]; /* NULL: absent */
    int fd[FD_KINDS];                    /* -1: absent */
};
int receive_call(int socket, struct call *call);

/* caller.c: a worker becomes the caller; the capabilities that it cannot take on go to *missing */
int become_caller(struct call *call, uint64_t keep_permitted, uint64_t *missing);
int raise_capability(int capability);
int die_with_parent(pid_t parent);

/* capability.c */
struct capabilities {
    uint64_t effective, permitted, inheritable;
};
int get_capabilities(struct capabilities *out);
int set_capabilities(const struct capabilities *wanted);

/* resolve.c: paths, as the caller. The result is an O_PATH descriptor. */
int resolve_parent(int directory, const char *path);
int resolve_directory(int directory, const char *path);

/* mkdir.c, mount.c: the operations. They give 0 or more, or -1 with errno and the step set. */
int64_t do_mkdir(struct call *call, uint64_t *missing);
int64_t do_mount(struct call *call, uint64_t *missing);

/* instance.c: a new instance of a file system, mounted nowhere */
int new_instance(const struct call *call);

/* stage.c: the helper's private mount namespace, where mounts are covered before a container sees them */
void enter_private_root(void);
int stage(int mount, const char *covers, size_t covers_length);

/* cover.c: file is bound over masked files, directory over masked directories (NULL: an empty tmpfs) */
int cover(const char *root, const char *covers, size_t length, const char *file, const char *directory);
int remount_read_only(const char *path);

/* What the run mode's two sides share: the parent's plan and a page for the time before the command starts. */
struct plan {
    const char *rootfs, *host_name, *directory;
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
