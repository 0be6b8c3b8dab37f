/* What one thread of the loop says to the kernel and hears from it. Exchange.java has the same places. */
#ifndef SECCOMP_CROSSING_EXCHANGE_H
#define SECCOMP_CROSSING_EXCHANGE_H

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

struct exchange {
    int32_t answering; /* the listener of the answer that waits here; -1 if there is none */
    int32_t sent;      /* what became of the last answer: 0 or a negative errno */
    struct seccomp_notif_resp *answer;
    struct slot *slot;
    void *events; /* of epoll */
    int32_t notification_size, most_events;
};

_Static_assert(__builtin_offsetof(struct slot, workers) == 32, "as in NotificationBuffers.java");
_Static_assert(__builtin_offsetof(struct slot, notification) == 256, "as in NotificationBuffers.java");
_Static_assert(__builtin_offsetof(struct exchange, most_events) == 36, "as in Exchange.java");

#endif
