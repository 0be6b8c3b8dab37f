/* Answers one notification, waits for events, and receives the next notification. */
#include <linux/errno.h>
#include <linux/ioctl.h>

#include "exchange.h"
#include "syscalls.h"

#define RELEASE() __atomic_thread_fence(__ATOMIC_RELEASE)
#define MOST_WORKERS (int)(sizeof((struct slot *)0)->workers / sizeof((struct slot *)0)->workers[0])

CROSSING void send_answer(struct exchange *exchange)
{
    if (exchange->answering < 0)
        return;
    exchange->sent = (int32_t)sys_ioctl(exchange->answering, SECCOMP_IOCTL_NOTIF_SEND, exchange->answer);
    exchange->answering = -1;
}

CROSSING int await_events(struct exchange *exchange, int epoll)
{
    send_answer(exchange);
    return (int)sys_epoll_wait(epoll, exchange->events, exchange->most_events);
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
 * Blocks while there is nothing to receive. A signal ends that. The kernel writes straight into the slot: received
 * elsewhere and copied, a call would be lost if this process is killed in between.
 */
CROSSING int receive(struct exchange *exchange, int listener, int number)
{
    struct slot *slot = exchange->slot;

    send_answer(exchange); /* first: as long as the answer is not sent, the slot has its call */
    clear(slot, exchange->notification_size);
    slot->listener = (uint64_t)number;
    RELEASE();
    return (int)sys_ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &slot->notification);
}
