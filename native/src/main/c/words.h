#ifndef SECCOMP_HELPER_WORDS_H
#define SECCOMP_HELPER_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* With longer names the LISTEN_FDNAMES of a full store would be more than exec takes for one string. */
#define KEPT_NAME_MAX 6
#define IDENTITY_MAX 64
#define MESSAGE_FDS_MAX 253 /* SCM_MAX_FD: more cannot come with one message */

enum word {
    WORD_FDSTORE = 1 << 0,
    WORD_FDSTOREREMOVE = 1 << 1,
    WORD_READY = 1 << 2,
    WORD_STOPPING = 1 << 3,
    WORD_WATCHDOG = 1 << 4,
    WORD_WATCHDOG_USEC = 1 << 5,
    /* Those of a hand-over from one keeper to another. */
    WORD_TAKE = 1 << 6,
    WORD_GIVEN = 1 << 7,
    WORD_PARKING = 1 << 11,
    WORD_COPIED = 1 << 12,
    WORD_DONE = 1 << 8,
    WORD_GO = 1 << 9,
    WORD_TAKEN = 1 << 10,
};

struct message {
    unsigned words; /* enum word */
    char name[KEPT_NAME_MAX + 1];
    char identity[IDENTITY_MAX + 1];
    uint64_t watchdog_usec;
    pid_t sender; /* as this pid namespace has it */
    uid_t uid;    /* the sender's, as this user namespace has it */
    size_t fd_count;
    int fds[MESSAGE_FDS_MAX];
};

enum received { RECEIVED_NOTHING, RECEIVED_END, RECEIVED_GARBAGE, RECEIVED_MESSAGE };

/* So that each record tells its sender, and an empty one is no end of file. */
int tell_senders(int socket);

/*
 * The next message, without waiting. Only that of RECEIVED_MESSAGE has descriptors, and has them only if it stores
 * them.
 */
enum received receive_message(int socket, struct message *message);
void drop_descriptors(struct message *message);

#endif
