/*
 * A hand-over, the side of the keeper that takes. As long as the other one lives it decides: when it ends the
 * connection, it goes on itself. If it was killed, this one has all that there is.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "kernel.h"
#include "meet.h"
#include "peer.h"
#include "procstat.h"
#include "say.h"
#include "store.h"
#include "take.h"
#include "util.h"
#include "words.h"

#define GIVING_MILLISECONDS (20 * SECOND_USEC / 1000)
#define DYING_MILLISECONDS (5 * SECOND_USEC / 1000)
#define TICK_MILLISECONDS 20

static int connection = -1, giver = -1; /* its pidfd */
static int given = -1;                  /* the socket */
static int givers_agent = -1;           /* its pidfd */
static pid_t giver_pid;
static bool is_told;
static char identity_of_giver[IDENTITY_MAX + 1];

static void give_up(const char *why) __attribute__((noreturn));
static void give_up(const char *why)
{
    say("seccomp-helper: cannot take over: %s", why);
    exit(1);
}

/* It ends the connection in its own end, a moment before that is seen. */
static bool has_giver_died(void)
{
    struct pollfd polled = {.fd = giver, .events = POLLIN};

    return RETRY(poll(&polled, 1, DYING_MILLISECONDS)) == 1;
}

/*
 * Anybody who may write to the socket's folder could listen there. Whom the kernel names for the connection is whoever
 * began to listen, and that may have been another keeper, long ago. So each message has to tell.
 */
static bool comes_from_giver(const struct message *message, uint64_t before)
{
    if (giver < 0) {
        giver = open_administrator(message->sender, message->uid, before);
        giver_pid = message->sender;
    }
    return giver >= 0 && message->sender == giver_pid;
}

/* It was told to end, and not to receive any more. Before that it goes on without its keeper. */
static void end_givers_agent(void)
{
    struct pollfd polled = {.fd = givers_agent, .events = POLLIN};

    sys_pidfd_send_signal(givers_agent, SIGKILL);
    RETRY(poll(&polled, 1, DYING_MILLISECONDS));
    close_fd(&givers_agent);
}

/* A signal to stop comes here too, before there is a loop for that. */
static void await_giver(int signals)
{
    struct pollfd polled[] = {{.fd = connection, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    struct signalfd_siginfo taken;

    int ready = (int)RETRY(poll(polled, 2, GIVING_MILLISECONDS));
    if (ready == 0)
        give_up("the other keeper does not answer");
    if (polled[1].revents && read(signals, &taken, sizeof taken) == sizeof taken && taken.ssi_signo != SIGCHLD)
        exit(128 + (int)taken.ssi_signo);
}

/* True when everything has come, or all that will ever come. */
static bool receive_next(int signals, uint64_t before)
{
    static struct message message;

    await_giver(signals);
    switch (receive_message(connection, &message)) {
    case RECEIVED_NOTHING:
        return false;
    case RECEIVED_END:
        if (givers_agent < 0 || !has_giver_died())
            give_up("the other keeper has ended the connection");
        end_givers_agent();
        close_fd(&connection);
        return true;
    case RECEIVED_GARBAGE:
        give_up("the other keeper sent something that makes no sense");
    default:
        break;
    }
    if (!comes_from_giver(&message, before))
        give_up("the other one is not root with CAP_SYS_ADMIN here");
    if ((message.words & WORD_FDSTORE) && store(message.name, message.fds, message.fd_count) < 0)
        give_up("too many descriptors");
    if (message.words & WORD_FDSTOREREMOVE)
        remove_stored(message.name);
    if ((message.words & WORD_COPIED) && send_record(connection, "COPIED=1", 8, NULL, 0) < 0)
        give_up(strerror(errno));
    if ((message.words & WORD_PARKING) && givers_agent < 0)
        givers_agent = message.fds[--message.fd_count];
    if (message.words & WORD_GIVEN) {
        strcpy(identity_of_giver, message.identity);
        given = message.fds[--message.fd_count];
    }
    if (!(message.words & WORD_FDSTORE))
        drop_descriptors(&message);
    return message.words & WORD_GIVEN;
}

bool take_stored(const char *path, const char *identity, int signals)
{
    char text[64 + IDENTITY_MAX];

    poll(NULL, 0, TICK_MILLISECONDS); /* so that the giver has not started within the same tick */
    uint64_t before = ticks_now();
    connection = connect_to_keeper(path);
    if (connection < 0 && (errno == ENOENT || errno == ECONNREFUSED))
        return false;
    if (connection >= 0 && !is_safe_folder(path))
        give_up("others can write to the folder of its socket");
    int length = snprintf(text, sizeof text, *identity ? "TAKE=1\nIDENTITY=%s" : "TAKE=1", identity);
    if (connection < 0 || tell_senders(connection) < 0 || send_record(connection, text, (size_t)length, NULL, 0) < 0)
        give_up(strerror(errno));
    while (!receive_next(signals, before))
        continue;
    close_fd(&givers_agent);
    say("%zu descriptors come from another keeper", count_stored());
    return true;
}

int given_socket(void)
{
    return release_fd(&given);
}

const char *giver_identity(void)
{
    return identity_of_giver;
}

bool is_taking(void)
{
    return connection >= 0;
}

struct pollfd taking_polled(void)
{
    return (struct pollfd){.fd = connection, .events = POLLIN};
}

/* If it is gone, the connection tells that next. */
void tell_giver(pid_t agent)
{
    if (!is_taking() || is_told)
        return;
    autofd pidfd = sys_pidfd_open(agent);
    is_told = pidfd >= 0 && send_record(connection, "DONE=1", 6, &pidfd, 1) == 0;
}

enum taking go_on_taking(void)
{
    static struct message message;

    switch (receive_message(connection, &message)) {
    case RECEIVED_NOTHING:
        return TAKING_ON;
    case RECEIVED_MESSAGE:
        drop_descriptors(&message);
        return message.sender == giver_pid && (message.words & WORD_GO) ? TAKING_DONE : TAKING_ON;
    default:
        return has_giver_died() ? TAKING_DONE : TAKING_FAILED;
    }
}

bool taken(void)
{
    bool owns = send_record(connection, "TAKEN=1", 7, NULL, 0) == 0 || has_giver_died();

    close_fd(&connection);
    close_fd(&giver);
    return owns;
}
