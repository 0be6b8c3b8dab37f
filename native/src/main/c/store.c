/*
 * The descriptors that the keeper keeps, by their numbers: new ones get the lowest number that is free, so that the
 * table is as small as the bound. All of it is there from the start.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "drop.h"
#include "store.h"
#include "util.h"
#include "words.h"

#define STORED_MAX 16384
/* What an agent needs beside those that it is handed; less where the limit itself is low. */
#define AGENTS_OWN 512
/* What the keeper has beside them: its own few, and those of one message. */
#define OWN_MAX 32
#define NUMBERS (STORED_MAX + OWN_MAX + MESSAGE_FDS_MAX)

static struct {
    char name[KEPT_NAME_MAX + 1]; /* empty: it is not stored */
    bool is_copied;
} entries[NUMBERS];
static char list[STORED_MAX * (KEPT_NAME_MAX + 1) + 1];
static size_t stored, stored_max;
static int numbers; /* the table's, as the limit of open files allows */

void open_store(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur < 4 * OWN_MAX)
        die("the limit of open files is too low for a keeper");
    size_t limit = files.rlim_cur, left = limit < 2 * AGENTS_OWN ? limit / 2 : limit - AGENTS_OWN;
    stored_max = left < STORED_MAX ? left : STORED_MAX;
    numbers = files.rlim_cur < NUMBERS + OWN_MAX ? (int)files.rlim_cur - OWN_MAX : NUMBERS;
}

int store(const char *name, const int *fds, size_t count)
{
    size_t fitting = 0;

    while (fitting < count && fds[fitting] < numbers)
        fitting++;
    if (fitting < count || stored + count > stored_max) {
        for (size_t i = 0; i < count; i++)
            drop(fds[i]);
        errno = EMFILE;
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        strcpy(entries[fds[i]].name, name);
        entries[fds[i]].is_copied = false;
    }
    stored += count;
    return 0;
}

static void remove_number(int fd)
{
    entries[fd].name[0] = '\0';
    stored--;
    drop(fd);
}

void remove_stored(const char *name)
{
    for (int fd = FIRST_KEPT_FD; next_stored(&fd); fd++)
        if (strcmp(entries[fd].name, name) == 0)
            remove_number(fd);
}

void remove_all_stored(void)
{
    for (int fd = FIRST_KEPT_FD; next_stored(&fd); fd++)
        remove_number(fd);
}

size_t count_stored(void)
{
    return stored;
}

bool next_stored(int *fd)
{
    while (*fd < numbers && entries[*fd].name[0] == '\0')
        ++*fd;
    return *fd < numbers;
}

bool is_copied(int fd)
{
    return entries[fd].is_copied;
}

void set_copied(int fd, bool copied)
{
    entries[fd].is_copied = copied;
}

const char *name_of_stored(int fd)
{
    return entries[fd].name;
}

int move_above_store(int fd)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, numbers);

    if (moved >= 0)
        close(fd);
    return moved;
}

/* In the order of their numbers each goes to its own or to a lower one, which is free by then. */
const char *line_up_stored(void)
{
    int to = FIRST_KEPT_FD;
    char *end = list;

    for (int fd = FIRST_KEPT_FD; next_stored(&fd); fd++) {
        if (fd == to ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, to) < 0)
            die("handing down descriptors");
        end = stpcpy(end, entries[fd].name);
        *end++ = ':';
        to++;
    }
    if (end > list)
        end--;
    *end = '\0';
    return list;
}
