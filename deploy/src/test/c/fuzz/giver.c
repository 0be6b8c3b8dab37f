/*
 * A keeper gives to another one, which an input stands for: a list of records, and what else happens before each. Until
 * the other one has said that its agent is ready, and then that it has told it, all that is stored stays here.
 */
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"
#include "give.c"
#include "smallstore.h"

#define STORED 3

/* In place of peer.c. */
bool is_peer_administrator(int socket)
{
    (void)socket;
    return true;
}

static void store_some(void)
{
    for (int i = 0; i < STORED; i++) {
        int fd = dup(STDERR_FILENO);
        store(i == 0 ? "a" : "l1", &fd, 1);
    }
}

static int connect_to(int server)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (getsockname(server, (struct sockaddr *)&address, &size) < 0
        || connect(client, (struct sockaddr *)&address, size) < 0)
        abort();
    return client;
}

static int open_server(void)
{
    int server = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_storage address = {.ss_family = AF_UNIX};

    if (bind(server, (struct sockaddr *)&address, sizeof(sa_family_t)) < 0 || listen(server, 8) < 0)
        abort();
    return server;
}

/* Reads what the keeper has sent, and closes the descriptors. */
static void read_all(int client)
{
    static struct message message;
    enum received received;

    while ((received = receive_message(client, &message)) != RECEIVED_NOTHING && received != RECEIVED_END) {
        CHECK(received == RECEIVED_MESSAGE); /* one keeper understands the other */
        drop_descriptors(&message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct records records = {.at = data, .end = data + size};
    struct record record;
    bool was_done = false, was_taken = false, is_asked = false;
    enum giving giving = GIVING_ON;

    open_small_store();
    refuse_taker("old");
    begin_descriptors();
    store_some();
    open_giving(open_server(), size & 1 ? "me" : "");
    int client = connect_to(listening);
    if (tell_senders(client) < 0)
        abort();
    CHECK(go_on_giving(POLLIN, 0) == GIVING_ON && connection >= 0);
    while (giving != GIVING_DONE && giving != GIVING_FAILED && connection >= 0 && next_record(&records, &record)) {
        if (record.kind & 0x40)
            tell_removal("l1");
        if (record.kind & 0x20)
            giving = go_on_giving(giving_polled().events & POLLOUT, 0);
        if (giving == GIVING_REQUESTED && !is_asked) {
            is_asked = true;
            give_stored();
        }
        if (record.kind & 0x10)
            read_all(client);
        if (giving == GIVING_FAILED || connection < 0)
            break;
        bool could_be_done = state == SENT, could_be_taken = state == LETTING_GO;
        if (send_fuzzed(client, &record) < 0)
            continue;
        giving = go_on_giving(POLLIN, 0);
        was_done |= could_be_done && state == LETTING_GO;
        was_taken |= could_be_taken && giving == GIVING_DONE;
    }
    if (giving == GIVING_DONE)
        CHECK(is_asked && was_done && was_taken);
    CHECK(giving != GIVING_FAILED || (is_asked && connection < 0));
    CHECK(count_stored() == STORED);
    close(client);
    close_giving();
    remove_all_stored();
    CHECK(are_descriptors_even());
    return 0;
}
