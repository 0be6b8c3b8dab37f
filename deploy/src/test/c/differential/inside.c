/*
 * The side inside the container. For each case that the driver asks for, a process becomes the caller and makes the
 * call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "differential.h"

#define SECONDS 10
#define NAMESPACES 20 /* the descriptors of the user namespaces start here */

static char scratch[PATH_MAX];
static int namespaces[USER_NAMESPACES];
static struct outcome *outcome; /* shared with the callers */
static struct errand errand;
static int descriptors[3];

static const struct scenario *current;
static volatile pid_t leader;

static bool needs_other(const struct scenario *s)
{
    return strstr(s->path->template, "%O") != NULL
        || (s->other_path != NULL && strstr(s->other_path->template, "%O") != NULL);
}

static pid_t start_other(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        alarm(SECONDS);
        for (;;)
            pause();
    }
    return pid;
}

/* A process that ends gives up its cwd last, so without one it has ended. */
static bool leader_has_gone(void)
{
    char cwd[PATH_MAX];

    return leader == 0 && readlink("/proc/self/cwd", cwd, sizeof cwd) < 0;
}

/* The caller is the first process in there, so it has another number in the procfs that it sees. */
static void enter_pid_namespace(void)
{
    int status;

    if (unshare(CLONE_NEWPID) < 0)
        die("pid namespace");
    pid_t child = fork();
    if (child < 0)
        die("pid namespace");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* an alarm cannot end the first process of a pid namespace */
        return;
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        die("the caller in a pid namespace");
    _exit(0);
}

static void *call(void *unused)
{
    const char *seen = current->caller->chroot ? "" : scratch;
    pid_t other = 0;

    (void)unused;
    if (current->caller->thread) {
        if (unshare(CLONE_FS | (current->caller->own_files ? CLONE_FILES : 0)) < 0)
            die("unshare");
        while (current->caller->leader_gone && !leader_has_gone())
            usleep(50);
    }
    if (fchdir(descriptors[0]) < 0)
        die("fchdir");
    umask(current->umask);
    if (become(current->caller, namespaces, scratch) < 0) {
        outcome->preparation = errno;
        return NULL;
    }
    if (current->caller->pid_namespace)
        enter_pid_namespace();
    prctl(PR_SET_NAME, "caller");
    /* Most programs are like this: they have their ids since before they were executed. */
    if (!current->caller->private && !current->caller->thread)
        prctl(PR_SET_DUMPABLE, 1);
    if (needs_other(current))
        other = start_other();
    invoke(current, seen, other, outcome);
    if (other > 0)
        kill(other, SIGKILL);
    return NULL;
}

static void call_in_thread(void)
{
    pthread_t thread;

    leader = getpid();
    if (current->caller->leader_gone)
        syscall(SYS_set_tid_address, &leader); /* the kernel clears it when this thread is gone */
    if (pthread_create(&thread, NULL, call, NULL) != 0)
        die("pthread_create");
    if (current->caller->leader_gone)
        syscall(SYS_exit, 0);
    pthread_join(thread, NULL);
}

static void be_the_caller(void)
{
    signal(SIGALRM, SIG_DFL);
    alarm(SECONDS);
    for (unsigned i = 1; i < 3; i++)
        if (descriptors[i] >= 0 && dup2(descriptors[i], (int)(DESCRIPTOR + i - 1)) < 0)
            die("dup2");
    /* The numbers of the descriptors that it opens must be the same in every run. */
    for (unsigned i = 1; i < 3; i++)
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    int cwd = fcntl(descriptors[0], F_DUPFD_CLOEXEC, NAMESPACES + USER_NAMESPACES);
    close(descriptors[0]);
    descriptors[0] = cwd;
    if (current->caller->thread)
        call_in_thread();
    else
        call(NULL);
    _exit(0);
}

static void run(const struct scenario *scenario)
{
    int status;

    memset(outcome, 0, sizeof *outcome);
    current = scenario;
    pid_t child = fork();
    if (child == 0)
        be_the_caller();
    if (child < 0 || waitpid(child, &status, 0) < 0)
        die("the caller");
    if (WIFSIGNALED(status))
        outcome->signal = WTERMSIG(status);
}

static bool next_errand(void)
{
    int received[3];
    unsigned at = 0;

    if (receive_message(STDIN_FILENO, &errand, sizeof errand, received, 3, NULL) != sizeof errand)
        return false;
    for (unsigned i = 0; i < 3; i++)
        descriptors[i] = errand.present[i] ? received[at++] : -1;
    return !errand.end;
}

static bool serve(unsigned number, const struct scenario *scenario)
{
    if (number < errand.number)
        return true;
    run(scenario);
    for (unsigned i = 0; i < 3; i++)
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    if (send_message(STDIN_FILENO, outcome, sizeof *outcome, NULL, 0) < 0)
        return false;
    return next_errand();
}

int serve_inside(void)
{
    char hello = 0;
    int received[USER_NAMESPACES];

    make_memory();
    outcome = mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcome == MAP_FAILED || send_message(STDIN_FILENO, &hello, sizeof hello, NULL, 0) < 0
        || receive_message(STDIN_FILENO, scratch, sizeof scratch, received, USER_NAMESPACES, NULL) <= 0)
        die("the driver");
    for (int i = 0; i < USER_NAMESPACES; i++) {
        namespaces[i] = NAMESPACES + i;
        if (dup3(received[i], namespaces[i], O_CLOEXEC) < 0)
            die("dup3");
        close(received[i]);
    }
    if (next_errand())
        for_each_case(serve);
    return 0;
}
