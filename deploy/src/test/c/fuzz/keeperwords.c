/*
 * What a keeper receives from its agent and from another keeper. An input is one record: a byte that says how many
 * descriptors come along, then the text.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "words.h"

static const struct {
    unsigned word;
    const char *text;
} words[] = {
    {WORD_FDSTORE, "FDSTORE=1\n"},
    {WORD_FDSTOREREMOVE, "FDSTOREREMOVE=1\n"},
    {WORD_READY, "READY=1\n"},
    {WORD_STOPPING, "STOPPING=1\n"},
    {WORD_WATCHDOG, "WATCHDOG=1\n"},
    {WORD_TAKE, "TAKE=1\n"},
    {WORD_GIVEN, "GIVEN=1\n"},
    {WORD_PARKING, "PARKING=1\n"},
    {WORD_COPIED, "COPIED=1\n"},
    {WORD_DONE, "DONE=1\n"},
    {WORD_GO, "GO=1\n"},
    {WORD_TAKEN, "TAKEN=1\n"},
};

static bool is_name(const char *text, size_t max)
{
    size_t length = strnlen(text, max + 1);

    return length <= max && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length;
}

static void check_message(const struct message *m)
{
    bool names = m->words & (WORD_FDSTORE | WORD_FDSTOREREMOVE);
    bool carries = m->words & (WORD_FDSTORE | WORD_PARKING | WORD_GIVEN | WORD_DONE);

    CHECK(is_name(m->name, KEPT_NAME_MAX) && is_name(m->identity, IDENTITY_MAX));
    CHECK(names == (m->name[0] != '\0'));
    CHECK(!(m->words & WORD_FDSTORE && m->words & WORD_FDSTOREREMOVE));
    CHECK(carries == (m->fd_count > 0) && m->fd_count <= MESSAGE_FDS_MAX);
    CHECK(m->watchdog_usec < UINT64_C(10000000000000000000));
    CHECK(m->sender == getpid());
    for (size_t i = 0; i < m->fd_count; i++)
        CHECK(fcntl(m->fds[i], F_GETFD) == FD_CLOEXEC);
}

/* The message, written in the one way that this has. */
static struct record rewrite(const struct message *m, char *text)
{
    char *end = text;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (m->words & words[i].word)
            end = stpcpy(end, words[i].text);
    if (m->name[0])
        end += sprintf(end, "FDNAME=%s\n", m->name);
    if (m->identity[0])
        end += sprintf(end, "IDENTITY=%s\n", m->identity);
    if (m->words & WORD_WATCHDOG_USEC)
        end += sprintf(end, "WATCHDOG_USEC=%" PRIu64 "\n", m->watchdog_usec);
    return (struct record){.bytes = (uint8_t *)text, .size = (size_t)(end - text), .fds = m->fd_count};
}

static void check_again(int to, int from, const struct message *first)
{
    static struct message second;
    char text[1024];
    struct record record = rewrite(first, text);

    if (record.size == 0) /* lines of other keys only */
        return;
    CHECK(send_fuzzed(to, &record) == 0);
    CHECK(receive_message(from, &second) == RECEIVED_MESSAGE);
    CHECK(second.words == first->words && second.fd_count == first->fd_count);
    CHECK(strcmp(second.name, first->name) == 0 && strcmp(second.identity, first->identity) == 0);
    CHECK(second.watchdog_usec == first->watchdog_usec);
    drop_descriptors(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct message message;
    static int ends[2] = {-1, -1};
    struct records records = {.at = data, .end = data + size};
    struct record record;

    if (ends[0] < 0) {
        make_pair(SOCK_SEQPACKET, ends);
        if (tell_senders(ends[1]) < 0)
            abort();
    }
    begin_descriptors();
    if (!next_record(&records, &record) || send_fuzzed(ends[0], &record) < 0)
        return 0;
    enum received received = receive_message(ends[1], &message);
    CHECK(received == RECEIVED_MESSAGE || received == RECEIVED_GARBAGE);
    if (received == RECEIVED_MESSAGE) {
        check_message(&message);
        check_again(ends[0], ends[1], &message);
        drop_descriptors(&message);
    }
    CHECK(receive_message(ends[1], &message) == RECEIVED_NOTHING);
    CHECK(are_descriptors_even());
    return 0;
}
