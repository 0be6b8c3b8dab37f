#ifndef REFERENCE_H
#define REFERENCE_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1ul
#endif

enum call { CALL_MKDIR, CALL_MOUNT };

/* Everything that a worker takes on from the caller, besides the descriptors. */
struct caller {
    uint32_t uid[4], gid[4]; /* real, effective, saved, file system */
    uint64_t effective;
    uint32_t umask, no_new_privs, other_user_namespace, group_count, groups[32];
};
struct order {
    enum call call;
    uint32_t mode, stays; /* stays: the worker takes more orders of the same caller, which come without descriptors */
    struct caller caller;
    char path[4096 + 64];
};
enum order_fd { FD_PIDFD, FD_ROOT, FD_CWD, FD_PID_NS, FD_CGROUPS, ORDER_FDS = FD_CGROUPS + 2 };

/* Makes a call on behalf of the caller. Gives 0 or the negative errno. */
long on_behalf(int listener, const struct seccomp_notif *notification, enum call call, int path_argument, int suffix);
/* The same, once the order says what to do. It fills in the caller. */
long carry_once(int listener, const struct seccomp_notif *notification, struct order *order);
/* The same by a worker that stays. */
long carry_kept(int listener, const struct seccomp_notif *notification, struct order *order);

bool is_valid(int listener, const struct seccomp_notif *notification);
int open_file(pid_t thread, const char *name, int flags);
/* Reads a file of /proc/TID from its beginning. */
ssize_t read_again(int fd, char *out, size_t size);
/* Opens what a worker needs to become the caller. Gives the number of descriptors, or -1. */
int open_caller(pid_t thread, int *fds);
void close_caller(int *fds);
bool read_caller(int status_fd, int user_namespace_folder, struct caller *caller);

extern bool keeps_workers;
void start_workers(void);
void refill_workers(void);
/* Gives the socket of the next worker. */
int take_worker(void);
/* Has a worker carry out an order. Gives its result, 1 if it had ended before, or -EIO. */
int command_worker(int worker, const struct order *order, const int *fds, int count);
/* In a worker: becomes the caller, unless it has, and makes the call. Gives 0 or the negative errno. */
int carry_out(const struct order *order, const int *fds, bool is_caller);

ssize_t receive_with_fds(int socket, void *buffer, size_t size, int *fds, int most);
ssize_t send_with_fds(int socket, const void *buffer, size_t size, const int *fds, int count);
void die(const char *what) __attribute__((noreturn));

#endif
