/* The worker's questions. Only the agent may open the caller's magic links, and the file of the agent's own cgroup. */
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "ownfd.h"
#include "report.h"
#include "turns.h"
#include "util.h"

#define LINK_NAME_MAX 32

struct question {
    struct reply reply;
    char name[LINK_NAME_MAX];
};

static int ask(void *argument)
{
    const struct question *question = argument;
    size_t length = strnlen(question->name, LINK_NAME_MAX), fd_count;
    struct link answer;
    int fd = -1;

    if (send_record(SOCKET_FD, question, sizeof question->reply + length, NULL, 0) < 0
        || receive_record(SOCKET_FD, &answer, sizeof answer, &fd, 1, &fd_count) != sizeof answer)
        _exit(1); /* the agent is gone, or this is no agent */
    if (answer.error == 0 && fd_count == 1)
        return fd;
    errno = answer.error != 0 ? answer.error : EIO;
    return -1;
}

int ask_for_link(const char *name, bool of_thread)
{
    struct question question = {.reply = make_question(of_thread)};
    size_t length = strlen(name);

    if (length > LINK_NAME_MAX) {
        errno = ENOENT;
        return -1;
    }
    memcpy(question.name, name, length);
    return run_without_label(ask, &question);
}
