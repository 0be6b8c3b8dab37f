/*
 * What the agent and seccomp-helper say to each other. The Java side is io.github.seccompagent.linux.ExecutorRequest
 * and its siblings; both ends are built from one checkout, so there is no version.
 *
 * All sockets are AF_UNIX, SOCK_SEQPACKET: one message is one record. Numbers are in host byte order.
 */
#ifndef SECCOMP_HELPER_PROTOCOL_H
#define SECCOMP_HELPER_PROTOCOL_H

#include <stdint.h>

/* The helper finds its control socket here, whichever mode it runs in. */
#define CONTROL_FD 3

/*
 * `seccomp-helper execute POOL`. The helper announces POOL idle workers on the control socket, and one more for each
 * message of one byte that the agent sends. An announcement carries two descriptors: the worker's socket and its pidfd.
 * On that socket the agent sends one request and gets one reply; end of file means that the worker died.
 */
struct announcement {
    int32_t pid;
};

enum operation {
    OP_MKDIR = 1, /* string[0] parent or empty, string[1] last component; number[0] mode */
    OP_MOUNT = 2, /* see enum mount_string and enum mount_number */
};

/* The descriptors of a request come in this order; bit i of request.descriptors says that descriptor i is there. */
enum descriptor {
    FD_MOUNT_NS = 0,
    FD_USER_NS = 1, /* absent: the caller lives in the helper's own user namespace */
    FD_PID_NS = 2,  /* only with a mount of proc */
    FD_NET_NS = 3,  /* only with a mount of sysfs */
    FD_ROOT = 4,
    FD_DIRECTORY = 5, /* what a relative path starts from: the caller's cwd or the dirfd that it gave; O_PATH; absent for an absolute one */
    FD_KINDS = 6
};

enum mount_string {
    MOUNT_TARGET = 0,
    MOUNT_TYPE = 1,
    MOUNT_SOURCE = 2,  /* may be absent */
    MOUNT_OPTIONS = 3, /* comma separated, may be absent */
    MOUNT_COVERS = 4   /* NUL-separated, each 'm' (mask) or 'r' (read-only) and a path relative to the new mount's root */
};

enum mount_number {
    MOUNT_ATTRIBUTES = 0, /* MOUNT_ATTR_* for fsmount(2) */
    MOUNT_SB_FLAGS = 1,   /* the MS_* that belong to the superblock */
};

#define REQUEST_STRINGS 5
#define REQUEST_NUMBERS 2
#define REQUEST_GROUPS_MAX 65536
#define REQUEST_STRINGS_MAX (5 * 4096)

/* All numbers of ids are those of the helper's user namespace. Followed by the groups (uint32_t each) and the strings. */
struct request {
    uint32_t operation;
    uint32_t descriptors;
    uint32_t uid[4]; /* real, effective, saved, file system */
    uint32_t gid[4];
    uint64_t effective; /* the caller's effective capabilities */
    uint32_t umask;
    uint32_t no_new_privs;
    uint32_t group_count;
    uint32_t string_length[REQUEST_STRINGS]; /* with the final NUL; 0: absent */
    uint64_t number[REQUEST_NUMBERS];
};

/* Where a worker stood when something failed. Only at STEP_CALL is the errno the caller's business. */
enum step {
    STEP_REQUEST = 0, /* the message was not a request */
    STEP_STAGE,       /* building a mount outside the container */
    STEP_NAMESPACES,
    STEP_ROOT,
    STEP_CREDENTIALS,
    STEP_CAPABILITIES,
    STEP_CALL, /* resolving the path as the caller, and the call itself */
};

struct reply {
    uint32_t step;
    int32_t error; /* errno, 0: done */
    int64_t value;
    uint64_t missing; /* capabilities that the caller has and the worker could not take on */
};

/*
 * `seccomp-helper run`. The agent sends one launch message, followed by `filter_length` bytes of struct sock_filter and
 * `strings_length` bytes of NUL-terminated strings: the rootfs (empty: an overlay over the host's root), the host name,
 * the working directory, then argument_count arguments, then the environment up to the end. The helper answers with one
 * struct launched that carries the listener descriptor, and when the command has ended with one struct ended.
 * If it cannot start the command, it sends struct ended alone, followed by one line of text that says why.
 */
struct launch {
    uint32_t filter_length;
    uint32_t filter_flags; /* for SECCOMP_SET_MODE_FILTER; the helper adds NEW_LISTENER */
    uint32_t strings_length;
    uint32_t argument_count;
};

struct launched {
    int32_t kind; /* KIND_LAUNCHED */
    int32_t pid;
};

struct ended {
    int32_t kind;   /* KIND_ENDED */
    int32_t status; /* as a shell says it: exit status, 128 + signal, 126, 127; 125 when it was not started */
};

#define KIND_LAUNCHED 1
#define KIND_ENDED 2

#endif
