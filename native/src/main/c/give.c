/*
 * A hand-over, the side of the keeper that gives. Copies of what is stored are sent while the agent still runs: if this
 * keeper is killed when it has told its agent to end, the other one has them. What the agent stores later is sent when
 * it has ended. All of it is kept here until the agent of the other keeper receives: until then the other one may fail,
 * at any moment and in any way.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "drop.h"
#include "give.h"
#include "kernel.h"
#include "peer.h"
#include "say.h"
#include "store.h"
#include "util.h"
#include "words.h"

#define REFUSED_MAX 32
#define REQUEST_USEC (2 * SECOND_USEC)
/* Until the other keeper has all copies. Nobody waits for that. */
#define COPYING_USEC (30 * SECOND_USEC)
/* From then on until the other agent is ready. Meanwhile calls wait. */
#define HANDOVER_USEC (15 * SECOND_USEC)
/* For one that has failed twice, and then twice as long each time. */
#define PAUSE_FIRST_USEC 10000000
#define PAUSE_MAX_USEC 300000000
/* From then on until the other keeper has told its agent. */
#define LETTING_GO_USEC (5 * SECOND_USEC)
#define KILLING_MILLISECONDS (2 * SECOND_USEC / 1000)
#define QUIET_USEC 1000000
#define SEND_BUFFER (1 << 20)

static enum { IDLE, CONNECTED, COPYING, COPIED, REQUESTED, SENDING, SENT, LETTING_GO } state;
static int listening = -1, connection = -1;
static int takers_agent = -1; /* its pidfd */
static uint64_t deadline = NEVER;
static int next; /* descriptor to send */
static const char *own_identity = "";
static char refused[IDENTITY_MAX + 1];
static char takers_identity[IDENTITY_MAX + 1];
static char failed_identity[IDENTITY_MAX + 1]; /* that of the last one that failed while calls waited */
static uint64_t failed_until, next_pause;      /* for it */

void refuse_taker(const char *identity)
{
    snprintf(refused, sizeof refused, "%s", identity);
}

void open_giving(int socket, const char *identity)
{
    own_identity = identity;
    listening = socket;
}

struct pollfd giving_polled(void)
{
    return (struct pollfd){.fd = state == IDLE ? listening : connection,
        .events = state == COPYING || state == SENDING ? POLLIN | POLLOUT : POLLIN};
}

uint64_t giving_deadline(void)
{
    return deadline;
}

bool is_requested(void)
{
    return state >= REQUESTED;
}

bool is_giving(void)
{
    return state >= COPYING;
}

/* If the other keeper was killed, nobody knows whether its agent was told to receive. */
static void kill_takers_agent(void)
{
    struct pollfd polled = {.fd = takers_agent, .events = POLLIN};

    if (takers_agent < 0)
        return;
    sys_pidfd_send_signal(takers_agent, SIGKILL);
    RETRY(poll(&polled, 1, KILLING_MILLISECONDS));
    close_fd(&takers_agent);
}

/* Whoever is refused could fill the log. */
static void say_seldom(const char *why)
{
    static uint64_t quiet_until;

    if (!is_requested() && now_usec() < quiet_until)
        return;
    quiet_until = now_usec() + QUIET_USEC;
    say("another keeper does not take over: %s", why);
}

/* Each attempt has calls wait, and a pod makes one after the other by itself. */
static void remember_failure(void)
{
    if (strcmp(failed_identity, takers_identity) != 0) {
        strcpy(failed_identity, takers_identity);
        next_pause = 0;
    }
    failed_until = now_usec() + next_pause;
    next_pause = next_pause == 0 ? PAUSE_FIRST_USEC : 2 * next_pause;
    if (next_pause > PAUSE_MAX_USEC)
        next_pause = PAUSE_MAX_USEC;
}

static bool has_to_pause(const char *identity)
{
    return *identity && strcmp(failed_identity, identity) == 0 && now_usec() < failed_until;
}

static enum giving give_up(const char *why)
{
    bool was_requested = is_requested();

    if (was_requested)
        remember_failure();
    say_seldom(why);
    kill_takers_agent();
    close_fd(&connection);
    state = IDLE;
    deadline = NEVER;
    return was_requested ? GIVING_FAILED : GIVING_ON;
}

static bool take_next(void)
{
    connection = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection < 0)
        return false;
    state = CONNECTED;
    deadline = now_usec() + REQUEST_USEC;
    if (!is_peer_administrator(connection))
        give_up("it is not root with CAP_SYS_ADMIN here");
    else if (tell_senders(connection) < 0)
        give_up(strerror(errno));
    else
        setsockopt(connection, SOL_SOCKET, SO_SNDBUFFORCE, &(int){SEND_BUFFER}, sizeof(int));
    return true;
}

/* To connect costs nothing, so many may be refused at a time. */
static void take_connection(void)
{
    for (int i = 0; i < REFUSED_MAX && take_next() && state == IDLE; i++)
        continue;
}

static int send_given(void)
{
    char text[64 + IDENTITY_MAX];

    int length = snprintf(text, sizeof text, *own_identity ? "GIVEN=1\nIDENTITY=%s" : "GIVEN=1", own_identity);
    return send_record(connection, text, (size_t)length, &listening, 1);
}

static int send_copies(void)
{
    char text[64];

    for (; next_stored(&next); next++) {
        if (is_copied(next))
            continue;
        int length = snprintf(text, sizeof text, "FDSTORE=1\nFDNAME=%s", name_of_stored(next));
        if (send_record(connection, text, (size_t)length, &next, 1) < 0)
            return -1;
        set_copied(next, true);
    }
    return 0;
}

/* If there is no agent, this process stands for it: it is as if that ended with this keeper. */
static int send_parking(pid_t agent)
{
    autofd pidfd = sys_pidfd_open(agent != 0 ? agent : getpid());

    return pidfd < 0 ? -1 : send_record(connection, "PARKING=1", 9, &pidfd, 1);
}

static enum giving send_more(void)
{
    if (send_copies() < 0 || (state == COPYING ? send_record(connection, "COPIED=1", 8, NULL, 0) : send_given()) < 0)
        return errno == EAGAIN ? GIVING_ON : give_up(strerror(errno));
    state = state == COPYING ? COPIED : SENT;
    return GIVING_ON;
}

/* The other one works, and knows this one: it could not if this one were dead by the time that it looks. */
static enum giving request(pid_t agent)
{
    if (send_parking(agent) < 0)
        return give_up(strerror(errno));
    state = REQUESTED;
    deadline = now_usec() + HANDOVER_USEC;
    return GIVING_REQUESTED;
}

static void start_copying(void)
{
    for (int fd = FIRST_KEPT_FD; next_stored(&fd); fd++)
        set_copied(fd, false);
    state = COPYING;
    next = FIRST_KEPT_FD;
    deadline = now_usec() + COPYING_USEC;
}

/* If the other one does not read it, its end of the connection looks closed, and it is given up. */
void tell_removal(const char *name)
{
    char text[64];

    if (state < COPYING)
        return;
    int length = snprintf(text, sizeof text, "FDSTOREREMOVE=1\nFDNAME=%s", name);
    if (send_record(connection, text, (size_t)length, NULL, 0) < 0)
        shutdown(connection, SHUT_RDWR);
}

/* Everything stays here until the other agent has heard it. */
static enum giving let_taker_go(struct message *message)
{
    takers_agent = message->fds[--message->fd_count];
    if (send_record(connection, "GO=1", 4, NULL, 0) < 0)
        return give_up(strerror(errno));
    state = LETTING_GO;
    deadline = now_usec() + LETTING_GO_USEC;
    return GIVING_ON;
}

static enum giving obey(struct message *message, pid_t agent)
{
    if (state == CONNECTED && (message->words & WORD_TAKE)) {
        if (*refused && strcmp(message->identity, refused) == 0)
            return give_up("what is kept here was taken from it");
        if (has_to_pause(message->identity))
            return give_up("it has failed again and again, and has to pause");
        strcpy(takers_identity, message->identity);
        start_copying();
        return GIVING_ON;
    }
    if (state == COPIED && (message->words & WORD_COPIED))
        return request(agent);
    if (state == LETTING_GO && (message->words & WORD_TAKEN))
        return GIVING_DONE;
    if (state == SENT && (message->words & WORD_DONE) && message->fd_count == 1)
        return let_taker_go(message);
    return give_up("it sent something out of order");
}

static enum giving hear_taker(pid_t agent)
{
    static struct message message;
    enum giving result;

    switch (receive_message(connection, &message)) {
    case RECEIVED_NOTHING:
        return GIVING_ON;
    case RECEIVED_END:
        return give_up("it has ended");
    case RECEIVED_GARBAGE:
        return give_up("it sent something that makes no sense");
    default:
        result = obey(&message, agent);
        drop_descriptors(&message);
        return result;
    }
}

enum giving go_on_giving(short revents, pid_t agent)
{
    if (state == IDLE) {
        if (revents)
            take_connection();
        return GIVING_ON;
    }
    if (revents & ~POLLOUT)
        return hear_taker(agent);
    if (now_usec() >= deadline && state == LETTING_GO) {
        shutdown(connection, SHUT_RD); /* it has answered by now, or cannot any more */
        return hear_taker(agent);
    }
    if (now_usec() >= deadline)
        return give_up("it takes too long");
    return revents & POLLOUT ? send_more() : GIVING_ON;
}

void give_stored(void)
{
    state = SENDING;
    next = FIRST_KEPT_FD;
}

void close_giving(void)
{
    close_fd(&takers_agent);
    close_fd(&connection);
    close_fd(&listening);
    state = IDLE;
    deadline = NEVER;
}
