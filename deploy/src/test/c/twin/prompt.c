/*
 * Asks a question at its terminal, as sudo or ssh do. It opens /dev/tty in all ways that lead there, whatever its
 * standard streams are. It makes its own session and terminal, and gets the terminal by an ioctl or by the open alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROMPT "Password: "
#define SECONDS 10

static const char *const terminals[] = {
    "/dev/tty",
    "/dev/../dev/tty",
    "/prompts/link",
    "/prompts/node",
    "/proc/self/root/dev/tty",
    "/proc/self/fd/7",
    "tty",
};

static void must(int failed, const char *what)
{
    if (!failed)
        return;
    perror(what);
    exit(1);
}

/* The child's output goes through a pipe, not to a terminal. */
static void ask(const char *path)
{
    char answer[64] = "";
    int terminal = open(path, O_RDWR | O_CLOEXEC);

    if (terminal < 0) {
        printf("%s\n", strerrorname_np(errno));
        return;
    }
    must(write(terminal, PROMPT, strlen(PROMPT)) < 0, "write");
    ssize_t length = read(terminal, answer, sizeof answer - 1);
    printf("%.*s\n", length > 0 ? (int)length - 1 : 0, answer);
}

static void child(const char *slave, const char *path, int by_ioctl)
{
    must(setsid() < 0 || chdir("/dev") < 0, "setsid");
    int terminal = open(slave, O_RDWR | (by_ioctl ? O_NOCTTY : 0));
    must(terminal < 0 || (by_ioctl && ioctl(terminal, TIOCSCTTY, 0) < 0), slave);
    must(dup2(open("/dev/tty", O_PATH), 7) < 0, "descriptor");
    alarm(SECONDS);
    ask(path);
    fflush(stdout);
    _exit(0);
}

/* Reads until the prompt appears, and answers, as a person does. */
static void answer(int master)
{
    char seen[256] = "";
    size_t length = 0;
    struct pollfd ready = {.fd = master, .events = POLLIN};

    while (strstr(seen, PROMPT) == NULL && poll(&ready, 1, SECONDS * 1000) > 0) {
        ssize_t size = read(master, seen + length, sizeof seen - 1 - length);
        if (size <= 0)
            return;
        length += (size_t)size;
    }
    must(write(master, "secret\n", 7) < 0, "answer");
}

static void try(const char *path, int by_ioctl)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY), unlocked = 0, number;
    char slave[32];

    must(master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) < 0 || ioctl(master, TIOCGPTN, &number) < 0, "terminal");
    snprintf(slave, sizeof slave, "/dev/pts/%d", number);
    printf("%s, %s: ", path, by_ioctl ? "by ioctl" : "by open");
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        child(slave, path, by_ioctl);
    answer(master);
    waitpid(pid, NULL, 0);
    close(master);
}

int main(void)
{
    mkdir("/dev/pts", 0755);
    must(mount("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666") < 0, "devpts");
    must(mkdir("/prompts", 0755) < 0 || symlink("/dev/tty", "/prompts/link") < 0
            || mknod("/prompts/node", S_IFCHR | 0666, makedev(5, 0)) < 0,
        "links");
    for (int by_ioctl = 0; by_ioctl <= 1; by_ioctl++)
        for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++)
            try(terminals[i], by_ioctl);
    return 0;
}
