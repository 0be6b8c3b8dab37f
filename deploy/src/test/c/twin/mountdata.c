/* Calls mount(2) with data and flags that no normal program uses. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096
#define PLACE "/place"

/* What is mounted at the place, from the kernel's mount table without ids. */
static void show(void)
{
    char line[16384];
    FILE *mounts = fopen("/proc/self/mountinfo", "r");

    while (mounts != NULL && fgets(line, sizeof line, mounts)) {
        char *behind = strstr(line, " " PLACE " "), *type = strstr(line, " - ");
        if (behind == NULL || type == NULL)
            continue;
        *type = '\0';
        printf("    %.60s / %.200s", behind, type + 3);
        if (strchr(type + 3, '\n') == NULL || strlen(type + 3) > 200)
            printf("\n");
    }
    fclose(mounts);
}

static void try(const char *what, const char *source, const char *type, unsigned long flags, const void *data)
{
    int result = mount(source, PLACE, type, flags, data);

    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "mounted");
    show();
    while (umount2(PLACE, MNT_DETACH) == 0)
        ;
}

int main(int argc, char **argv)
{
    char *memory = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *end = memory + 4 * PAGE, *large = calloc(1, 20000), name[32];

    mkdir(PLACE, 0755);
    munmap(end, PAGE);
    memcpy(end - 8, "size=64k", 8);
    try("data that ends with the memory", "none", "tmpfs", 0, end - 8);
    memcpy(end - 4, "ro,x", 4);
    try("an option that is none, and no end", "none", "tmpfs", 0, end - 4);
    memset(large, ',', 19000);
    memcpy(large, "size=64k", 8);
    try("more than a page", "none", "tmpfs", 0, large);
    memcpy(large + 5000, "nosuch", 6);
    try("an option that is none behind the page", "none", "tmpfs", 0, large);
    memset(large, ',', 19000);
    memcpy(large + 4090, "size=64k", 8);
    try("an option across the page's end", "none", "tmpfs", 0, large);
    large[4095] = '\0';
    try("4095 bytes", "none", "tmpfs", 0, large);
    memset(large, 0, 20000);
    memcpy(large, "size=64k\0nosuch", 15);
    try("a NUL in the data", "none", "tmpfs", 0, large);
    try("data nowhere", "none", "tmpfs", 0, (void *)8);
    try("data nowhere, and a path that is none", "none", "tmpfs", MS_REC, (void *)8);
    memcpy(end - 4, "none", 4);
    try("a source that ends with the memory", end - 4, "tmpfs", 0, NULL);
    memcpy(end - 5, "tmpfs", 5);
    try("a type that ends with the memory", "none", end - 5, 0, NULL);
    if (argc == 1 || strcmp(argv[1], "granted") != 0) {
        try("a bind with a type nowhere", "/", (void *)8, MS_BIND, NULL);
        try("a bind with data nowhere", "/", NULL, MS_BIND, (void *)8);
        try("a bind with much data", "/", NULL, MS_BIND, large);
        memset(large, 's', 4095);
        large[4095] = '\0';
        try("a source of 4095", large, "tmpfs", 0, NULL);
        large[4095] = 's';
        try("a source of 4096", large, "tmpfs", 0, NULL);
    }
    for (int bit = 0; bit < 64; bit++) {
        if (1UL << bit & (MS_REMOUNT | MS_BIND | MS_MOVE | MS_SHARED | MS_SLAVE | MS_PRIVATE | MS_UNBINDABLE))
            continue;
        snprintf(name, sizeof name, "flag %d", bit);
        try(name, "none", "tmpfs", 1UL << bit, "size=64k");
    }
    try("all flags that mean nothing", "none", "tmpfs", MS_REC | MS_SILENT | MS_POSIXACL | 1 << 22 | 1 << 23 | 1 << 30,
        "rw");
    try("words for flags", "none", "tmpfs", 0, "ro,sync,dirsync,nolazytime");
    try("old style", "none", "tmpfs", MS_MGC_VAL | MS_RDONLY, NULL);
    return 0;
}
