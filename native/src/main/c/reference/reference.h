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
struct order {
    enum call call;
    uint32_t uid[4], gid[4]; /* real, effective, saved, file system */
    uint64_t effective;
    uint32_t umask, no_new_privs, other_user_namespace, group_count, groups[32];
    uint32_t mode;
    char path[4096 + 64];
};
enum order_fd { FD_PIDFD, FD_ROOT, FD_CWD, FD_PID_NS, FD_CGROUPS, ORDER_FDS = FD_CGROUPS + 2 };

/* Makes a call on behalf of the caller. Gives 0 or the negative errno. */
long on_behalf(int listener, const struct seccomp_notif *notification, enum call call, int path_argument, int suffix);

void start_workers(void);
void refill_workers(void);
/* Gives the socket of the next worker. */
int take_worker(void);
/* In a worker: becomes the caller and makes the call. Gives 0 or the negative errno. */
int carry_out(const struct order *order, const int *fds);

ssize_t receive_with_fds(int socket, void *buffer, size_t size, int *fds, int most);
ssize_t send_with_fds(int socket, const void *buffer, size_t size, const int *fds, int count);
void die(const char *what) __attribute__((noreturn));

#endif
