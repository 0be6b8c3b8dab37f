/* What a call has used is free when the call returns: a mount can be taken off, a written program can be executed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE "/place"
#define TIMES 100

static void make_folder(void)
{
    mkdir(PLACE "/d", 0755);
}

static void make_folder_from_within(void)
{
    if (chdir(PLACE) < 0 || mkdir("d", 0755) < 0 || chdir("/") < 0)
        perror("folder");
}

static void open_file(void)
{
    close(open(PLACE "/f", O_CREAT | O_WRONLY, 0644));
}

static void fail_to_open(void)
{
    close(open(PLACE "/missing/f", O_CREAT | O_WRONLY, 0644));
}

static void in_child(void (*run)(void))
{
    if (fork() == 0) {
        run();
        _exit(0);
    }
    wait(NULL);
}

static void make_folder_in_new_root(void)
{
    if (chroot(PLACE) < 0 || mkdir("/d", 0755) < 0)
        perror("folder in a new root");
}

static void open_file_in_new_root(void)
{
    if (chroot(PLACE) < 0 || open("/f", O_CREAT | O_WRONLY, 0644) < 0)
        perror("file in a new root");
}

static void new_root(void)
{
    in_child(make_folder_in_new_root);
}

static void new_root_and_file(void)
{
    in_child(open_file_in_new_root);
}

static void bind_and_off(void)
{
    mkdir(PLACE "/b", 0755);
    if (mount(PLACE "/b", PLACE "/b", NULL, MS_BIND, NULL) < 0 || umount2(PLACE "/b/.", 0) < 0)
        perror("bind");
}

static void count(const char *what, void (*run)(void))
{
    int busy = 0;

    for (int i = 0; i < TIMES; i++) {
        if (mount("t", PLACE, "tmpfs", 0, NULL) < 0)
            perror("mount");
        run();
        if (umount2(PLACE, 0) < 0) {
            busy++;
            umount2(PLACE, MNT_DETACH);
        }
    }
    printf("%s: busy %d of %d\n", what, busy, TIMES);
}

int main(void)
{
    mkdir(PLACE, 0755);
    count("folder", make_folder);
    count("folder from within", make_folder_from_within);
    count("file", open_file);
    count("no file", fail_to_open);
    count("folder in a new root", new_root);
    count("file in a new root", new_root_and_file);
    count("bind", bind_and_off);
    return 0;
}
