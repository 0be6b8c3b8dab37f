#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "meet.h"
#include "util.h"

#define CONNECT_USEC (5 * SECOND_USEC)

static int open_folder(const char *path)
{
    char copy[PATH_MAX];

    if (strlen(path) >= sizeof copy)
        return fail_with(ENAMETOOLONG);
    return open(dirname(strcpy(copy, path)), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int address_below(int folder, const char *path, const char *suffix, struct sockaddr_un *address)
{
    char copy[PATH_MAX];
    size_t size = sizeof address->sun_path;

    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length
        = snprintf(address->sun_path, size, "/proc/self/fd/%d/%s%s", folder, basename(strcpy(copy, path)), suffix);
    return length < (int)size ? 0 : fail_with(ENAMETOOLONG);
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

bool is_safe_folder(const char *path)
{
    struct stat status;
    autofd folder = open_folder(path);

    return folder >= 0 && fstat(folder, &status) == 0 && (status.st_uid == 0 || status.st_uid == geteuid())
        && (!(status.st_mode & (S_IWGRP | S_IWOTH)) || (status.st_mode & S_ISVTX));
}

/* Others may connect again and again, so that there is seldom room. In the kernel those that wait form a queue. */
static int connect_patiently(int connection, const struct sockaddr_un *address)
{
    struct timeval patience = {.tv_sec = CONNECT_USEC / 1000000, .tv_usec = CONNECT_USEC % 1000000};

    if (fcntl(connection, F_SETFL, 0) < 0
        || setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0
        || RETRY(connect(connection, (const struct sockaddr *)address, sizeof *address)) < 0)
        return -1;
    return fcntl(connection, F_SETFL, O_NONBLOCK);
}

int connect_to_keeper(const char *path)
{
    struct sockaddr_un address;
    autofd folder = open_folder(path);
    autofd connection = new_socket();

    if (folder < 0 || connection < 0 || address_below(folder, path, "", &address) < 0
        || connect_patiently(connection, &address) < 0)
        return -1;
    return release_fd(&connection);
}

int listen_for_keepers(const char *path)
{
    struct sockaddr_un address, wanted;
    autofd folder = open_folder(path);
    autofd listening = new_socket();
    autofd other = connect_to_keeper(path);
    bool is_full = other < 0 && errno == EAGAIN;

    if (other >= 0 || is_full)
        return fail_with(EADDRINUSE);
    if (folder < 0 || listening < 0 || address_below(folder, path, ".new", &address) < 0
        || address_below(folder, path, "", &wanted) < 0)
        return -1;
    unlink(address.sun_path);
    mode_t mask = umask(0177);
    int bound = bind(listening, (struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (bound < 0 || listen(listening, 16) < 0 || rename(address.sun_path, wanted.sun_path) < 0)
        return -1;
    return release_fd(&listening);
}
