/*
 * The run mode, the child's side: from a fresh process in new namespaces to the command, as process 1 of a container.
 */
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "capability.h"
#include "command.h"
#include "container.h"
#include "kernel.h"
#include "plan.h"
#include "util.h"

#define CAP(name) (UINT64_C(1) << CAP_##name)

/* The capabilities that container engines leave to a container by default. */
#define CONTAINER_CAPABILITIES                                                                                         \
    (CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FSETID) | CAP(FOWNER) | CAP(MKNOD) | CAP(NET_RAW) | CAP(SETGID)              \
        | CAP(SETUID) | CAP(SETFCAP) | CAP(SETPCAP) | CAP(NET_BIND_SERVICE) | CAP(SYS_CHROOT) | CAP(KILL)              \
        | CAP(AUDIT_WRITE))

enum { PARENT_FD = 3 };

static void give_up(struct handover *handover, const char *what) __attribute__((noreturn));
static void give_up(struct handover *handover, const char *what)
{
    snprintf(handover->text, sizeof handover->text, "%s: %s", what, strerror(errno));
    _exit(125);
}

/*
 * The parent is in another pid namespace, so getppid() cannot tell whether it is still there. The kernel forgets this
 * setting when credentials change, but later code only drops capabilities, which does not count.
 */
static void die_with(struct handover *handover, int parent)
{
    struct pollfd polled = {.fd = parent, .events = POLLIN};

    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        give_up(handover, "PR_SET_PDEATHSIG");
    if (poll(&polled, 1, 0) != 0)
        _exit(125);
}

static void reset_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    signal(SIGTTOU, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * no_new_privs stays unset, because a container has setuid programs. Without it, installing a filter takes
 * CAP_SYS_ADMIN.
 */
static int try_filter(const struct plan *plan)
{
    struct sock_fprog program = {.len = plan->filter_count, .filter = plan->filter};
    unsigned long flags = plan->filter_flags | SECCOMP_FILTER_FLAG_NEW_LISTENER;
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);

    if (listener < 0 && errno == EINVAL && (flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV))
        listener = (int)syscall(
            SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags & ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    return listener;
}

static int install_filter(const struct plan *plan)
{
    int listener = try_filter(plan);

    if (listener < 0 && errno == EACCES && plan->here && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        listener = try_filter(plan);
    return listener;
}

static void pause_a_little(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Nobody answers notifications until the agent has the listener. So this makes no system call at all. */
static void hand_over(struct handover *handover, int listener)
{
    __atomic_store_n(&handover->listener, listener, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&handover->taken, __ATOMIC_ACQUIRE))
        pause_a_little();
}

static int drop_capabilities(void)
{
    struct capabilities own;

    for (int capability = 0; capability < 64; capability++)
        if (!(CONTAINER_CAPABILITIES >> capability & 1) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
            if (errno != EINVAL)
                return -1;
            break; /* past the last capability that the kernel knows */
        }
    if (get_capabilities(&own) < 0)
        return -1;
    own.effective = own.permitted = own.permitted & CONTAINER_CAPABILITIES;
    own.inheritable = 0;
    return set_capabilities(&own); /* an empty inheritable set also empties the ambient set */
}

static const char *search_path(char **environment)
{
    for (; *environment; environment++)
        if (strncmp(*environment, "PATH=", 5) == 0)
            return *environment + 5;
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* Like execvpe(3), but with the PATH of the given environment, and without the fallback to a shell. */
static void execute_command(const struct plan *plan)
{
    const char *name = plan->arguments[0];
    int error = ENOENT;
    char path[PATH_MAX];

    if (strchr(name, '/') != NULL) {
        execve(name, plan->arguments, plan->environment);
        return;
    }
    for (const char *at = search_path(plan->environment); *name; at++) {
        int length = (int)strcspn(at, ":");
        if (snprintf(path, sizeof path, "%.*s%s%s", length, at, length ? "/" : "", name) < (int)sizeof path) {
            execve(path, plan->arguments, plan->environment);
            if (errno != ENOENT && errno != ENOTDIR)
                error = errno;
        }
        at += length;
        if (*at == '\0')
            break;
    }
    errno = error;
}

void run_command(const struct plan *plan, struct handover *handover, int parent)
{
    const char *what = "";

    die_with(handover, parent);
    if (!plan->here) {
        join_empty_keyring();
        if (enter_container(plan, &what) < 0)
            give_up(handover, what);
        if (chdir(plan->directory) < 0 && chdir("/") < 0)
            give_up(handover, "chdir");
        umask(022);
    }
    if (dup2(parent, PARENT_FD) < 0 || fcntl(PARENT_FD, F_SETFD, FD_CLOEXEC) < 0
        || sys_close_range(PARENT_FD + 1, UINT_MAX) < 0)
        give_up(handover, "closing descriptors");
    reset_signals();
    int listener = install_filter(plan);
    if (listener < 0)
        give_up(handover, "installing the seccomp filter");
    hand_over(handover, listener);

    if (!plan->here && drop_capabilities() < 0) {
        dprintf(STDERR_FILENO, "seccomp-agent: dropping capabilities: %s\n", strerror(errno));
        _exit(125);
    }
    execute_command(plan);
    int error = errno;
    dprintf(STDERR_FILENO, "seccomp-agent: %s: %s\n", plan->arguments[0], strerror(error));
    _exit(error == ENOENT || error == ENOTDIR ? 127 : 126);
}
