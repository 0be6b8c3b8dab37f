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

#include "kernel.h"
#include "meet.h"
#include "say.h"
#include "store.h"
#include "take.h"
#include "util.h"
#include "words.h"

#define GIVING_MILLISECONDS 20000
#define DYING_MILLISECONDS 5000

static int connection = -1, giver = -1; /* its pidfd */
static int given = -1;                  /* the socket */
static int givers_agent = -1;           /* its pidfd */
static bool is_giver_unknown;
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

    if (is_giver_unknown)
        return false;
    return giver < 0 || RETRY(poll(&polled, 1, DYING_MILLISECONDS)) == 1;
}

static void know_giver(pid_t pid)
{
    if (giver >= 0 || is_giver_unknown)
        return;
    giver = sys_pidfd_open(pid);
    is_giver_unknown = giver < 0 && errno != ESRCH;
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
static bool receive_next(int signals)
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
    know_giver(message.sender);
    if ((message.words & WORD_FDSTORE) && store(message.name, message.fds, message.fd_count) < 0)
        give_up("too many descriptors");
    if (message.words & WORD_FDSTOREREMOVE)
        remove_stored(message.name);
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

    connection = connect_to_keeper(path);
    if (connection < 0 && (errno == ENOENT || errno == ECONNREFUSED))
        return false;
    int length = snprintf(text, sizeof text, *identity ? "TAKE=1\nIDENTITY=%s" : "TAKE=1", identity);
    if (connection < 0 || tell_senders(connection) < 0 || send_record(connection, text, (size_t)length, NULL, 0) < 0)
        give_up(strerror(errno));
    while (!receive_next(signals))
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
        return message.words & WORD_GO ? TAKING_DONE : TAKING_ON;
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
