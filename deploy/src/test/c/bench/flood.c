/*
 * flood WHAT PROCESSES: PROCESSES processes of a container make calls without end, until they are killed. WHAT is
 *   plain   calls that are answered at once
 *   mkdir   calls on behalf
 *   groups  calls on behalf of a caller with 65,536 groups
 *   mounts  mounts, until the container has as many as it may have, and then tries
 *   killed  calls on behalf of processes that are killed meanwhile
 *   forks   processes that end at once, without notified calls: what the kernel itself lets a neighbour do
 *   kills   the same, with processes that are killed
 *   spins   no calls at all
 */
#define _GNU_SOURCE
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUPS 65536

static void take_groups(void)
{
    static gid_t groups[GROUPS];

    for (int i = 0; i < GROUPS; i++)
        groups[i] = 4000000000u + (gid_t)i; /* ten digits each */
    if (setgroups(GROUPS, groups) < 0) {
        perror("setgroups");
        exit(1);
    }
}

static void be_killed(int makes_calls)
{
    pid_t child = fork();

    if (child == 0)
        for (;;)
            if (makes_calls)
                mkdir("/home/killed", 0755);
    usleep(300);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void have_child(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
}

static void make_calls(const char *what)
{
    if (strcmp(what, "groups") == 0)
        take_groups();
    for (;;)
        if (strcmp(what, "plain") == 0)
            chmod("/", 0755);
        else if (strcmp(what, "spins") == 0)
            continue;
        else if (strcmp(what, "mounts") == 0)
            mount("proc", "/home", "proc", 0, NULL);
        else if (strcmp(what, "killed") == 0)
            be_killed(1);
        else if (strcmp(what, "kills") == 0)
            be_killed(0);
        else if (strcmp(what, "forks") == 0)
            have_child();
        else
            mkdir("/home/x", 0755);
}

int main(int argc, char **argv)
{
    int count = argc == 3 ? atoi(argv[2]) : 0;

    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            make_calls(argv[1]);
        }
    while (wait(NULL) > 0)
        ;
    return 2;
}
