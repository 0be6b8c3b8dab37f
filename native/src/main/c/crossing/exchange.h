/* What one thread of the loop says to the kernel and hears from it. Exchange.java has the same places. */
#ifndef SECCOMP_CROSSING_EXCHANGE_H
#define SECCOMP_CROSSING_EXCHANGE_H

#include <linux/eventpoll.h>
#include <linux/seccomp.h>
#include <stdint.h>

/* The thread's slot of the journal. NotificationBuffers.java has the same places. */
struct slot {
    uint64_t listener;
    uint32_t begun, tries;
    uint64_t delayed_thread, delayed_since;
    struct {
        uint64_t number, fingerprint;
    } workers[8];
    char unused[96];
    struct seccomp_notif notification; /* as long as the running kernel has it */
};

/* One for each loop. Java writes it. */
struct gate {
    uint32_t watchdog_sleeps, loop_has_stopped;
};

struct exchange {
    int32_t answering; /* the listener of the answer that waits here; -1 if there is none */
    int32_t sent;      /* what became of the last answer: 0 or a negative errno */
    struct seccomp_notif_resp *answer;
    struct slot *slot;
    struct epoll_event *events;
    const struct gate *gate;
    int32_t notification_size, most_events;
    uint32_t turn;      /* odd while the thread handles an event; the watchdog reads it */
    uint32_t receiving; /* whether it may be blocked in a receive; whoever ends the loop reads it */
    int32_t likely;     /* the listener that probably is the next one to be ready; -1 if there is none */
    int32_t likely_number;
    uint64_t likely_key; /* of epoll */
    int32_t received;    /* what became of the receive from it: 0 or a negative errno */
};

_Static_assert(__builtin_offsetof(struct slot, workers) == 32, "as in NotificationBuffers.java");
_Static_assert(__builtin_offsetof(struct slot, notification) == 256, "as in NotificationBuffers.java");
_Static_assert(__builtin_offsetof(struct exchange, received) == 72, "as in Exchange.java");

#endif
