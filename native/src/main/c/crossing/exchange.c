/* Answers one notification, waits for events, and receives the next notification. */
#include <linux/errno.h>
#include <linux/ioctl.h>
#include <stdbool.h>

#include "exchange.h"
#include "syscalls.h"

#define RECEIVED 0x1000000 /* more than there can be events */
#define RELEASE() __atomic_thread_fence(__ATOMIC_RELEASE)
#define MOST_WORKERS (int)(sizeof((struct slot *)0)->workers / sizeof((struct slot *)0)->workers[0])

CROSSING void send_answer(struct exchange *exchange)
{
    if (exchange->answering < 0)
        return;
    exchange->sent = (int32_t)sys_ioctl(exchange->answering, SECCOMP_IOCTL_NOTIF_SEND, exchange->answer);
    exchange->answering = -1;
}

/*
 * Nothing is received in the slot any more. Whoever finds it after this process was killed must take nothing for a call
 * that is over: without an id the rest means nothing, so that goes first. No worker is there without those before it,
 * so the last one goes first.
 */
static void clear(struct slot *slot, int notification_size)
{
    volatile uint64_t *words = (volatile uint64_t *)&slot->notification;
    int workers = 0;

    words[0] = 0;
    RELEASE();
    while (workers < MOST_WORKERS && slot->workers[workers].number != 0)
        workers++;
    while (workers > 0) {
        *(volatile uint64_t *)&slot->workers[--workers].number = 0;
        RELEASE();
    }
    slot->begun = 0;
    slot->tries = 0;
    slot->delayed_since = 0;
    for (int i = 1; i < notification_size / 8; i++)
        words[i] = 0;
}

/*
 * Blocks while there is nothing to receive. A signal ends that: whoever stops the loop sends it to those that receive
 * by then. The kernel writes straight into the slot: received elsewhere and copied, a call would be lost if this
 * process is killed in between.
 */
static int receive_from(struct exchange *exchange, int listener, int number)
{
    struct slot *slot = exchange->slot;
    int result = -EINTR;

    clear(slot, exchange->notification_size);
    slot->listener = (uint64_t)number;
    __atomic_store_n(&exchange->receiving, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&exchange->gate->loop_has_stopped, __ATOMIC_SEQ_CST))
        result = (int)sys_ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &slot->notification);
    __atomic_store_n(&exchange->receiving, 0, __ATOMIC_RELEASE);
    return result;
}

CROSSING int receive(struct exchange *exchange, int listener, int number)
{
    send_answer(exchange); /* first: as long as the answer is not sent, the slot has its call */
    return receive_from(exchange, listener, number);
}

/*
 * Begins the turn, as Java does before it receives: the receive may block, and the watchdog has to see that. A watchdog
 * that sleeps, or is about to, sees nothing, and only Java can wake it. It closes the gate before it looks at the turn
 * for the last time.
 */
static bool begins_turn(struct exchange *exchange)
{
    uint32_t turn = exchange->turn;

    __atomic_store_n(&exchange->turn, turn + 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&exchange->gate->watchdog_sleeps, __ATOMIC_SEQ_CST))
        return true;
    __atomic_store_n(&exchange->turn, turn, __ATOMIC_RELEASE);
    return false;
}

CROSSING int await_events(struct exchange *exchange, int epoll)
{
    send_answer(exchange);
    int count = (int)sys_epoll_wait(epoll, exchange->events, exchange->most_events);
    /* If something else is ready too, Java says whose turn it is. */
    if (count != 1 || exchange->likely < 0 || exchange->events->data != exchange->likely_key
        || exchange->events->events != EPOLLIN || !begins_turn(exchange))
        return count;
    exchange->received = receive_from(exchange, exchange->likely, exchange->likely_number);
    return RECEIVED;
}
