#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 256

static struct {
    char text[256];
    unsigned long times;
} things[MOST];
static int thing_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned remembered[MOST];
static int remembered_count, mountinfo = -1;

void fail(const char *what)
{
    perror(what);
    exit(2);
}

void saw(const char *format, ...)
{
    char text[sizeof things->text];
    va_list arguments;
    int i = 0;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&lock);
    while (i < thing_count && strcmp(things[i].text, text) != 0)
        i++;
    if (i == thing_count && thing_count < MOST)
        strcpy(things[thing_count++].text, text);
    if (i < MOST)
        things[i].times++;
    pthread_mutex_unlock(&lock);
}

void report(void)
{
    pthread_mutex_lock(&lock);
    for (int i = 0; i < thing_count; i++)
        printf("%lu %s\n", things[i].times, things[i].text);
    pthread_mutex_unlock(&lock);
}

/* Opened once at the start, because an attack may hide the procfs itself. */
static char *read_mounts(void)
{
    static char text[1 << 18];
    size_t length = 0;
    ssize_t size;

    if (mountinfo < 0 && (mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)) < 0)
        fail("mountinfo");
    lseek(mountinfo, 0, SEEK_SET);
    while ((size = read(mountinfo, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)size;
    text[length] = '\0';
    return text;
}

static bool parse(const char *line, struct seen_mount *mount)
{
    const char *rest = strstr(line, " - ");

    return rest != NULL && sscanf(line, "%u %*u %*s %*s %255s", &mount->id, mount->place) == 2
        && sscanf(rest + 3, "%31s %*s %255s", mount->type, mount->options) == 2;
}

void remember_mounts(void)
{
    struct seen_mount mount;
    char *rest = read_mounts(), *line;

    remembered_count = 0;
    while ((line = strsep(&rest, "\n")) != NULL)
        if (parse(line, &mount) && remembered_count < MOST)
            remembered[remembered_count++] = mount.id;
}

static int place_among_remembered(unsigned id)
{
    int i = 0;

    while (i < remembered_count && remembered[i] != id)
        i++;
    return i < remembered_count ? i : -1;
}

int new_mounts(struct seen_mount *found, int most, int *missing)
{
    struct seen_mount mount;
    char *rest = read_mounts(), *line;
    int count = 0, old = 0;

    while ((line = strsep(&rest, "\n")) != NULL) {
        if (!parse(line, &mount))
            continue;
        if (place_among_remembered(mount.id) >= 0)
            old++;
        else if (count < most)
            found[count++] = mount;
    }
    *missing = remembered_count - old;
    return count;
}

int take_off_new_mounts(void)
{
    struct seen_mount found[32];
    int missing, first = -1;

    for (int tries = 0; tries < 100; tries++) {
        int count = new_mounts(found, 32, &missing);
        if (first < 0)
            first = count;
        if (count == 0)
            break;
        umount2(found[0].place, MNT_DETACH);
    }
    return first;
}

void start_thread(void *(*run)(void *), void *argument)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, run, argument) != 0)
        fail("a thread");
}

void exchange_names(const char *one, const char *other)
{
    renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

static struct {
    char *memory;
    const char *const *paths;
    unsigned count;
} flipping;

static void *flip(void *unused)
{
    for (unsigned i = 0;; i++) {
        const char *path = flipping.paths[i % flipping.count];
        memcpy(flipping.memory, path, strlen(path) + 1);
        for (volatile int pause = (int)(i * 7919 % 5009); pause > 0; pause--)
            continue;
    }
    return unused;
}

void start_flipping(char *memory, const char *const *paths, unsigned count)
{
    flipping.memory = memory;
    flipping.paths = paths;
    flipping.count = count;
    start_thread(flip, NULL);
}

static void reply(int device, uint64_t unique, const void *data, size_t size)
{
    struct fuse_out_header header = {.len = (uint32_t)(sizeof header + size), .unique = unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)data, size}};

    if (writev(device, parts, 2) < 0)
        fail("reply");
}

void serve_silent_fuse(int device)
{
    static char buffer[1 << 17];
    struct fuse_in_header *request = (struct fuse_in_header *)buffer;
    struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
    struct fuse_attr_out attributes = {.attr = {.ino = 1, .mode = S_IFDIR | 0755, .nlink = 2}};

    while (read(device, buffer, sizeof buffer) >= (ssize_t)sizeof *request)
        if (request->opcode == FUSE_INIT)
            reply(device, request->unique, &init, sizeof init);
        else if (request->opcode == FUSE_GETATTR)
            reply(device, request->unique, &attributes, sizeof attributes);
}
