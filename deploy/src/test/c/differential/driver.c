/* The side outside of the container. It sets the stage, has the call made, and reports the result. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "differential.h"

static const char *scratch;
static selection is_selected;
static int container;

static pid_t start(char **command)
{
    int ends[2], one = 1;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0
        || setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof one) < 0)
        die("socketpair");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDIN_FILENO);
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(*command, command);
        die(*command);
    }
    close(ends[1]);
    container = ends[0];
    return pid;
}

/* The caller's files exist only in its container's mount namespace. */
static void enter(pid_t pid)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNS) < 0)
        die(path);
    close(fd);
}

static void introduce(void)
{
    char hello;
    pid_t pid = 0;
    int namespaces[USER_NAMESPACES];

    make_user_namespaces(namespaces);
    if (receive_message(container, &hello, sizeof hello, NULL, 0, &pid) != 1 || pid == 0)
        die("the container has not begun");
    enter(pid);
    if (send_message(container, scratch, strlen(scratch) + 1, namespaces, USER_NAMESPACES) < 0)
        die("the container");
    for (unsigned i = 0; i < USER_NAMESPACES; i++)
        close(namespaces[i]);
}

static void print_error(int error)
{
    const char *name = strerrorname_np(error);

    if (name != NULL)
        fputs(name, stdout);
    else
        printf("errno %d", error);
}

/* Removes the numbers that are not the suite's own, which are inodes and processes. */
static void print_opened(const char *text)
{
    bool own = strncmp(text, scratch, strlen(scratch)) == 0 && strchr(text, '#') == NULL;

    for (; *text; text++) {
        if (!own && isdigit((unsigned char)*text) && isdigit((unsigned char)text[1]))
            continue;
        putchar(!own && isdigit((unsigned char)*text) ? 'N' : *text > ' ' && *text < 127 ? *text : '?');
    }
}

static void print_outcome(const struct outcome *outcome, const struct scenario *scenario)
{
    if (outcome->preparation != 0) {
        fputs("prepared: ", stdout);
        print_error(outcome->preparation);
        fputs(", ", stdout);
    }
    if (outcome->signal != 0) {
        printf("killed by signal %d", outcome->signal);
    } else if (outcome->error != 0) {
        print_error(outcome->error);
    } else {
        printf("%ld", outcome->result);
        if (scenario->call->family == OPEN) {
            printf(" flags=0%o fd-flags=%d type=0%o size=%zd ", (unsigned)outcome->status_flags,
                   outcome->descriptor_flags, (unsigned)outcome->type, outcome->content_size);
            print_opened(outcome->opened);
            putchar(' ');
            for (ssize_t i = 0; i < outcome->content_size; i++)
                putchar(isprint((unsigned char)outcome->content[i]) ? outcome->content[i] : '?');
        }
    }
}

/* Some calls are about the root itself. */
static void restore_root(void)
{
    char names[4096];
    struct stat st;

    if (lstat("/", &st) < 0 || chown("/", 0, 0) < 0 || chmod("/", 0755) < 0)
        die("/");
    ssize_t size = listxattr("/", names, sizeof names);
    for (char *name = names; name < names + size; name += strlen(name) + 1)
        removexattr("/", name);
}

static void send_errand(unsigned number, const int *descriptors)
{
    struct errand errand = {.number = number};
    int sent[3];
    unsigned count = 0;

    for (unsigned i = 0; i < 3; i++) {
        errand.present[i] = descriptors[i] >= 0;
        if (descriptors[i] >= 0)
            sent[count++] = descriptors[i];
    }
    if (send_message(container, &errand, sizeof errand, sent, count) < 0)
        die("the container");
}

static bool play(unsigned number, const struct scenario *scenario)
{
    struct snapshot before, after;
    struct outcome outcome;
    int descriptors[3];
    char id[ID_MAX];

    if (!is_selected(number, scenario, id))
        return true;
    set_stage(scratch, scenario, descriptors);
    take_snapshot(scratch, &before);
    send_errand(number, descriptors);
    if (receive_message(container, &outcome, sizeof outcome, NULL, 0, NULL) != sizeof outcome)
        die("the container has gone");
    for (unsigned i = 0; i < 3; i++)
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    take_snapshot(scratch, &after);
    printf("%s\t", id);
    print_outcome(&outcome, scenario);
    print_changes(&before, &after);
    putchar('\n');
    if (strcmp(before.lines[0], after.lines[0]) != 0)
        restore_root();
    drop_snapshot(&before);
    drop_snapshot(&after);
    clear_stage(scratch, scenario);
    return true;
}

int drive(const char *folder, selection selected, char **command)
{
    struct errand end = {.end = true};
    int status;

    scratch = folder;
    is_selected = selected;
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = start(command);
    introduce();
    umask(0);
    restore_root();
    for_each_case(play);
    send_message(container, &end, sizeof end, NULL, 0);
    close(container);
    if (waitpid(pid, &status, 0) < 0 || status != 0)
        die("the end of the container");
    return 0;
}
