/*
 * Java takes a while to start, and runtimes connect meanwhile. So the keeper listens as soon as it runs, and has
 * acceptors look at who connects. The agent takes both over as if they came from an agent before it. The rules are
 * those of ListeningSocket.java: nobody but the owner can connect from the instant that the path exists, and the
 * acceptors are ready by then.
 */
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "accept.h"
#include "kernel.h"
#include "listen.h"
#include "ownfd.h"
#include "store.h"
#include "util.h"

/* These are as in the agent: the names of what is stored, and how many acceptors there are. */
#define SOCKET_NAME "a"
#define KEY_NAME "b"
#define KEPT_ACCEPTOR "p1%d"
#define ACCEPTORS_MAX 8
#define BACKLOG 4096

#define LOCK_ATTEMPTS 20
#define LOCK_PAUSE_MILLISECONDS 10
#define START_MILLISECONDS 5000

static char bound_path[PATH_MAX];
static struct stat bound;

static int make_absolute(const char *path)
{
    char folder[PATH_MAX] = "";

    if (path[0] != '/' && !getcwd(folder, sizeof folder))
        return -1;
    int length = snprintf(bound_path, sizeof bound_path, "%s%s%s", folder, path[0] == '/' ? "" : "/", path);
    return length < (int)sizeof((struct sockaddr_un *)NULL)->sun_path ? 0 : fail_with(ENAMETOOLONG);
}

static struct sockaddr_un address_below(int folder, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    /* A name that is cut off leads nowhere: its own path would have been too long. */
    int length = snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder, name);
    if (length >= (int)sizeof address.sun_path)
        address.sun_path[0] = '\0';
    return address;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool is_free(int folder, const char *name)
{
    struct sockaddr_un address = address_below(folder, name);
    struct stat there;

    if (fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT;
    autofd connection = new_socket();
    return S_ISSOCK(there.st_mode) && connection >= 0
        && connect(connection, (struct sockaddr *)&address, sizeof address) < 0 && errno == ECONNREFUSED;
}

/* Anybody who can read the folder can hold its lock. */
static int lock(int folder)
{
    for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
        if (flock(folder, LOCK_EX | LOCK_NB) == 0)
            return 0;
        poll(NULL, 0, LOCK_PAUSE_MILLISECONDS);
    }
    return -1;
}

static void become_acceptor(int control, int listening, int count, int which) __attribute__((noreturn));
static void become_acceptor(int control, int listening, int count, int which)
{
    sigset_t signals;

    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO); /* the agent says what is wrong */
    sigfillset(&signals);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    join_empty_keyring();
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || chdir("/") < 0
        || dup2(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), PROC_FD) < 0 || dup2(PROC_FD, STDIN_FILENO) < 0)
        _exit(1);
    accept_peers(control, listening, count, which);
}

static int start_acceptor(int listening, int count, int which)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    autofd own = ends[0], acceptors = ends[1];
    pid_t pid = fork();
    if (pid == 0)
        become_acceptor(acceptors, listening, count, which);
    return pid < 0 ? -1 : release_fd(&own);
}

static bool is_ready(int control)
{
    struct pollfd polled = {.fd = control, .events = POLLIN};
    size_t none;
    char byte;

    return RETRY(poll(&polled, 1, START_MILLISECONDS)) == 1 && receive_record(control, &byte, 1, NULL, 0, &none) == 1;
}

static int start_acceptors(int listening, int *controls)
{
    cpu_set_t processors;
    int count = sched_getaffinity(0, sizeof processors, &processors) < 0 ? 1 : CPU_COUNT(&processors);
    bool ready = true;

    count = count < ACCEPTORS_MAX ? count : ACCEPTORS_MAX;
    for (int i = 0; i < count; i++)
        controls[i] = start_acceptor(listening, count, i);
    for (int i = 0; i < count; i++)
        ready = ready && controls[i] >= 0 && is_ready(controls[i]);
    for (int i = 0; i < count && !ready; i++)
        close_fd(&controls[i]);
    return ready ? count : -1;
}

/* The file, and the path. */
static int make_key(void)
{
    char text[PATH_MAX + 64];
    autofd key = memfd_create("seccomp-agent-state", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    int length = snprintf(text, sizeof text, "%llu:%llu\n%s", (unsigned long long)bound.st_dev,
        (unsigned long long)bound.st_ino, bound_path);
    if (key < 0 || write(key, text, (size_t)length) != length
        || fcntl(key, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        return -1;
    return release_fd(&key);
}

static void store_all(int listening, int key, const int *controls, int count)
{
    char name[16];

    store(KEY_NAME, &key, 1);
    store(SOCKET_NAME, &listening, 1);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, KEPT_ACCEPTOR, i);
        store(name, &controls[i], 1);
    }
}

static int bind_hidden(int hidden)
{
    struct sockaddr_un address = address_below(hidden, "socket");
    autofd listening = new_socket();
    mode_t mask = umask(0177);
    int result = listening < 0 ? -1 : bind(listening, (struct sockaddr *)&address, sizeof address);

    umask(mask);
    if (result < 0 || listen(listening, BACKLOG) < 0 || fstatat(hidden, "socket", &bound, AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    return release_fd(&listening);
}

static void listen_below(int folder, const char *name, int hidden)
{
    int controls[ACCEPTORS_MAX], count;
    autofd listening = bind_hidden(hidden);
    autofd key = listening < 0 ? -1 : make_key();

    if (key < 0 || (count = start_acceptors(listening, controls)) < 0)
        return;
    if (renameat(hidden, "socket", folder, name) == 0) {
        store_all(release_fd(&listening), release_fd(&key), controls, count);
        return;
    }
    while (count > 0)
        close_fd(&controls[--count]);
}

void listen_for_agent(const char *path)
{
    char folder_of[PATH_MAX], name_of[PATH_MAX], hidden_name[40];

    if (make_absolute(path) < 0)
        return;
    autofd folder = open(dirname(strcpy(folder_of, bound_path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *name = basename(strcpy(name_of, bound_path));
    if (folder < 0 || lock(folder) < 0 || !is_free(folder, name))
        return;
    snprintf(hidden_name, sizeof hidden_name, ".seccomp-agent-%d", getpid());
    if (mkdirat(folder, hidden_name, 0700) < 0)
        return;
    autofd hidden = openat(folder, hidden_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (hidden >= 0) {
        listen_below(folder, name, hidden);
        unlinkat(hidden, "socket", 0); /* if it did not get there */
    }
    unlinkat(folder, hidden_name, AT_REMOVEDIR);
}

void stop_listening(void)
{
    struct stat there;

    if (bound.st_ino != 0 && lstat(bound_path, &there) == 0 && there.st_dev == bound.st_dev
        && there.st_ino == bound.st_ino)
        unlink(bound_path);
}
