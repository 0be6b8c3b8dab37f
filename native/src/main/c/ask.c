/*
 * The worker's questions. Only the agent may open the caller's magic links, and the file of the agent's own cgroup. And
 * only the agent decides.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "ownfd.h"
#include "protocol.h"
#include "report.h"
#include "turns.h"
#include "util.h"

struct asked {
    const void *question;
    size_t size;
    uint64_t number;
    bool for_descriptor;
};

/* The time is a number that no other question has: neither one of this process, nor one of a child that is a copy. */
static uint64_t next_number(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/*
 * Receives the answer. Everything else is dropped: answers to earlier questions, and requests that are sent again.
 * While there is no agent this waits for the next one.
 */
static int receive_answer(uint64_t number, struct link *answer, int *fd)
{
    size_t fd_count;

    for (;;) {
        ssize_t size = receive_record(SOCKET_FD, answer, sizeof *answer, fd, 1, &fd_count);
        if (size == sizeof *answer && answer->number == number)
            return (int)fd_count;
        if (size == 0 || (size < 0 && errno != EMSGSIZE))
            _exit(1); /* nobody is there who could answer */
        if (fd_count > 0)
            close_fd(fd);
    }
}

static int ask(void *argument)
{
    const struct asked *asked = argument;
    struct link answer;
    int fd = -1;

    if (send_record(SOCKET_FD, asked->question, asked->size, NULL, 0) < 0)
        _exit(1);
    int fd_count = receive_answer(asked->number, &answer, &fd);
    if (answer.error == 0 && fd_count == asked->for_descriptor)
        return asked->for_descriptor ? fd : 0;
    if (fd_count == 1)
        close_fd(&fd);
    errno = answer.error != 0 ? answer.error : EIO;
    return -1;
}

int ask_for_link(const char *name, bool of_thread)
{
    union {
        struct question question;
        char bytes[sizeof(struct question) + LINK_NAME_MAX];
    } message = {.question = {.reply = make_question(STEP_LINK, of_thread), .number = next_number()}};
    size_t length = strlen(name);

    if (length > LINK_NAME_MAX) {
        errno = ENOENT;
        return -1;
    }
    memcpy(message.question.name, name, length);
    struct asked asked = {
        .question = &message,
        .size = sizeof message.question + length,
        .number = message.question.number,
        .for_descriptor = true,
    };
    return run_without_label(ask, &asked);
}

int ask_for_decision(struct check *question, size_t size)
{
    question->number = next_number();
    struct asked asked = {.question = question, .size = size, .number = question->number};
    return run_without_label(ask, &asked);
}
