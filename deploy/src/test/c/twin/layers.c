/* Mounts overlays whose layers have strange names, or are named through a procfs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define BASE "/base"
#define PLACE BASE "/place"

static void try(const char *options)
{
    printf(
        "%s: %s\n", options, mount("overlay", PLACE, "overlay", 0, options) < 0 ? strerrorname_np(errno) : "mounted");
    printf("    low %d, low2 %d\n", access(PLACE "/low", F_OK) == 0, access(PLACE "/low2", F_OK) == 0);
    umount2(PLACE, MNT_DETACH);
}

static void layer(const char *path, const char *file)
{
    char name[256];

    mkdir(path, 0755);
    snprintf(name, sizeof name, "%s/%s", path, file);
    close(open(name, O_CREAT | O_WRONLY, 0644));
}

static void *from_a_thread(void *unused)
{
    try("lowerdir=/proc/thread-self/fd/9:/proc/thread-self/cwd/l2");
    return unused;
}

int main(int argc, char **argv)
{
    char other[64];
    (void)argv;
    pthread_t thread;

    setvbuf(stdout, NULL, _IONBF, 0);
    mkdir(BASE, 0755);
    if (mount("base", BASE, "tmpfs", 0, NULL) < 0)
        perror("base");
    mkdir(PLACE, 0755);
    layer(BASE "/l", "low");
    layer(BASE "/l2", "low2");
    layer(BASE "/com,ma", "low");
    layer(BASE "/co:lon", "low");
    layer(BASE "/ba\\sl", "low");
    layer(BASE "/all,\\:", "low");
    mkdir(BASE "/u", 0755);
    mkdir(BASE "/w", 0755);
    mkdir(BASE "/w,2", 0755);
    if (chdir(BASE) < 0 || symlink("/proc/self/fd/9", "link") < 0 || symlink("/proc/self/cwd", "cwd") < 0)
        perror("links");
    dup2(open("l", O_PATH), 9);
    dup2(open("u", O_PATH), 10);
    dup2(open("w", O_PATH), 11);
    dup2(open("all,\\:", O_PATH), 12);
    dup2(open("l/low", O_RDONLY), 13);
    dup2(open("w,2", O_PATH), 14);

    try("lowerdir=l:l2");
    try("lowerdir=/proc/self/fd/9:l2");
    try("lowerdir=l2:/proc/thread-self/fd/9");
    try("lowerdir=/dev/fd/9:l2");
    try("lowerdir=link:l2");
    try("lowerdir=cwd/l:/proc/self/root" BASE "/l2");
    try("lowerdir=/proc/self/fd/9/../l:/proc/self/cwd/./l2");
    try("lowerdir=/proc/self/fd/12:l2");
    try("lowerdir=/proc/self/fd/9,upperdir=/proc/self/fd/10,workdir=/proc/self/fd/11");
    try("lowerdir=/proc/self/fd/12,upperdir=/proc/self/fd/10,workdir=/proc/self/fd/14");
    try("lowerdir+=/proc/self/fd/9,lowerdir+=/proc/self/cwd/l2");
    snprintf(other, sizeof other, "/proc/%d/fd/9", getpid());
    char options[128];
    snprintf(options, sizeof options, "lowerdir=%s:l2", other);
    printf("by number: %s\n", mount("overlay", PLACE, "overlay", 0, options) < 0 ? strerrorname_np(errno) : "mounted");
    umount2(PLACE, MNT_DETACH);
    pthread_create(&thread, NULL, from_a_thread, NULL);
    pthread_join(thread, NULL);

    try("lowerdir=/proc/self/fd/999:l2");
    try("lowerdir=/proc/self/fd/13:l2");
    try("lowerdir=/proc/self/nothing:l2");
    try("lowerdir=/proc/1/root/nothing:l2");

    /* This name looks like an option. */
    dup2(open("com,ma", O_PATH), 15);
    printf("plain, with a comma: %d\n", mount("overlay", PLACE, "overlay", 0, "lowerdir+=/proc/self/fd/15,nosuch") < 0);

    try("lowerdir=com\\,ma:l2");
    try("lowerdir=com,ma:l2");
    try("lowerdir=co\\:lon:l2");
    try("lowerdir=ba\\\\sl:l2");
    try("lowerdir=ba\\sl:l2");
    try("lowerdir=all\\,\\\\\\::l2");
    try("lowerdir=l:l2,xino=off\\,index=off");
    try("lowerdir=l\\");
    if (argc == 1) /* a granted overlay has no data layers, because its maker has no privileges outside of it */
        try("lowerdir=l::l2");
    try("lowerdir=l:::l2");
    try("lowerdir=");
    try("lowerdir");
    return 0;
}
