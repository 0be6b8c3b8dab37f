/*
 * Things that a process other than the worker has to do. The child shares descriptors with the worker, is not dumpable
 * either, and is gone before the worker goes on.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "child.h"
#include "kernel.h"
#include "open32.h"
#include "util.h"

struct errand {
    int64_t (*run)(void *);
    void *argument;
    bool outside; /* it was forked outside of the caller's cgroups */
    int64_t result;
    int error;
};

static int run_errand(void *argument)
{
    struct errand *errand = argument;

    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    errand->result = errand->outside && rejoin_cgroups() < 0 ? -1 : errand->run(errand->argument);
    errand->error = errand->result < 0 ? errno : 0;
    _exit(0);
}

/*
 * The call on behalf must not fail because the cgroup is full, since the kernel's own call needs no room for a process.
 * So there is another way to get a child.
 */
static pid_t bear(unsigned long flags, struct errand *errand)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));
    int how = (int)flags | CLONE_VFORK | CLONE_FILES | SIGCHLD;
    pid_t child = clone(run_errand, stack + sizeof stack, how, errand);

    if (child >= 0 || (errno != EAGAIN && errno != ENOMEM) || !leave_cgroups())
        return child;
    errand->outside = true;
    child = clone(run_errand, stack + sizeof stack, how, errand);
    int error = errno;
    if (rejoin_cgroups() < 0)
        _exit(1);
    errno = error;
    return child;
}

int64_t run_in_child(unsigned long flags, int64_t (*run)(void *), void *argument)
{
    struct errand own, *errand = &own;
    bool apart = !(flags & CLONE_VM);

    if (apart)
        errand = mmap(NULL, sizeof *errand, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (errand == MAP_FAILED)
        return -1;
    *errand = (struct errand){.run = run, .argument = argument, .result = -1, .error = ECHILD};
    pid_t child = bear(flags, errand);
    if (child < 0) {
        int failed = errno;
        if (apart)
            munmap(errand, sizeof *errand);
        errno = failed;
        return -1;
    }
    /* SIGCHLD is ignored, so this returns with ECHILD when the child has ended. */
    RETRY(waitpid(child, NULL, __WALL));
    int64_t result = errand->result;
    int error = errand->error;
    if (apart)
        munmap(errand, sizeof *errand);
    if (result < 0)
        errno = error;
    return result;
}

struct opening {
    int directory;
    const char *name;
    struct open_how how;
};

static int64_t open_it(void *argument)
{
    struct opening *opening = argument;

    return open_as_asked(opening->directory, opening->name, &opening->how);
}

/*
 * In a procfs a process may open things of itself that nobody else may open: its memory, its descriptors, its
 * executable. A path of the caller can lead to the worker's own directory. So a process that has no such rights over
 * the worker opens whatever lies in a procfs. It did not exist yet when the path was resolved. It shares no memory with
 * the worker, because the kernel would then take the worker's memory for its own.
 */
int open_in_child(int directory, const char *name, const struct open_how *how)
{
    struct opening opening = {.directory = directory, .name = name, .how = *how};

    return (int)run_in_child(0, open_it, &opening);
}
