/*
 * The messages of the keeper: those of sd_notify(3), as records of a SOCK_SEQPACKET socket. What is no such message
 * has no effect, and its descriptors are dropped.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "drop.h"
#include "util.h"
#include "words.h"

#define TEXT_MAX 4096

static const struct {
    const char *text;
    enum word word;
} flags[] = {
    {"FDSTORE=1", WORD_FDSTORE},
    {"FDSTOREREMOVE=1", WORD_FDSTOREREMOVE},
    {"READY=1", WORD_READY},
    {"STOPPING=1", WORD_STOPPING},
    {"WATCHDOG=1", WORD_WATCHDOG},
    {"TAKE=1", WORD_TAKE},
    {"GIVEN=1", WORD_GIVEN},
    {"PARKING=1", WORD_PARKING},
    {"COPIED=1", WORD_COPIED},
    {"DONE=1", WORD_DONE},
    {"GO=1", WORD_GO},
    {"TAKEN=1", WORD_TAKEN},
};

static const char *value_of(const char *line, const char *key)
{
    size_t length = strlen(key);

    return strncmp(line, key, length) == 0 && line[length] == '=' ? line + length + 1 : NULL;
}

static bool parse_name(const char *value, char *name, size_t max)
{
    size_t length = strlen(value);

    if (length == 0 || length > max)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)value[i]) && value[i] != '-' && value[i] != '_' && value[i] != '.')
            return false;
    memcpy(name, value, length + 1);
    return true;
}

/* Up to a million years, so that sums of times do not overflow. */
static bool parse_number(const char *value, uint64_t *number)
{
    size_t digits = strspn(value, "0123456789");

    if (digits == 0 || digits > 19 || value[digits] != '\0')
        return false;
    *number = 0;
    for (; *value; value++)
        *number = *number * 10 + (uint64_t)(*value - '0');
    return true;
}

/* A line with another key is of no concern here, as systemd has it. */
static bool parse_line(const char *line, struct message *message)
{
    const char *value;

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strcmp(line, flags[i].text) == 0) {
            message->words |= flags[i].word;
            return true;
        }
    if ((value = value_of(line, "FDNAME")))
        return parse_name(value, message->name, KEPT_NAME_MAX);
    if ((value = value_of(line, "IDENTITY")))
        return parse_name(value, message->identity, IDENTITY_MAX);
    if ((value = value_of(line, "WATCHDOG_USEC"))) {
        message->words |= WORD_WATCHDOG_USEC;
        return parse_number(value, &message->watchdog_usec);
    }
    const char *end = strchr(line, '=');
    return end && end > line;
}

static bool parse(char *text, size_t size, struct message *message)
{
    char *rest = text;

    if (size == 0 || memchr(text, '\0', size))
        return false;
    text[size] = '\0';
    for (char *line; (line = strsep(&rest, "\n"));)
        if (!(line[0] == '\0' && !rest) && !parse_line(line, message))
            return false;
    unsigned carrying = message->words & (WORD_FDSTORE | WORD_PARKING | WORD_GIVEN | WORD_DONE);
    bool stores = message->words & WORD_FDSTORE, removes = message->words & WORD_FDSTOREREMOVE;
    /* Two words with the same descriptors would be two owners of each. */
    if ((stores && removes) || (carrying & (carrying - 1)))
        return false;
    return (stores || removes) == (message->name[0] != '\0') && (carrying != 0) == (message->fd_count > 0);
}

int tell_senders(int socket)
{
    return setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int));
}

static void take_control(struct msghdr *header, struct message *message, bool *has_sender)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        size_t size = c->cmsg_len - CMSG_LEN(0);

        if (c->cmsg_level != SOL_SOCKET)
            continue;
        if (c->cmsg_type == SCM_RIGHTS) {
            memcpy(message->fds, CMSG_DATA(c), size);
            message->fd_count = size / sizeof(int);
        } else if (c->cmsg_type == SCM_CREDENTIALS) {
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(c), sizeof sender);
            message->sender = sender.pid;
            message->uid = sender.uid;
            *has_sender = true;
        }
    }
}

void drop_descriptors(struct message *message)
{
    while (message->fd_count > 0)
        drop(message->fds[--message->fd_count]);
}

enum received receive_message(int socket, struct message *message)
{
    static char text[TEXT_MAX + 1];
    static union {
        struct cmsghdr header;
        char space[CMSG_SPACE(MESSAGE_FDS_MAX * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec iov = {.iov_base = text, .iov_len = TEXT_MAX};
    struct msghdr header
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    bool has_sender = false;
    ssize_t size;

    message->words = 0;
    message->name[0] = '\0';
    message->identity[0] = '\0';
    message->watchdog_usec = 0;
    message->fd_count = 0;
    /* The end of a peer that has not read all is told as an error, and once: what it has sent is still there. */
    do
        size = RETRY(recvmsg(socket, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT));
    while (size < 0 && errno == ECONNRESET);
    if (size < 0)
        return errno == EAGAIN || errno == ENOMEM || errno == ENOBUFS ? RECEIVED_NOTHING : RECEIVED_END;
    take_control(&header, message, &has_sender);
    if (size == 0 && !has_sender)
        return RECEIVED_END;
    if (!(header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) && parse(text, (size_t)size, message))
        return RECEIVED_MESSAGE;
    drop_descriptors(message);
    return RECEIVED_GARBAGE;
}
