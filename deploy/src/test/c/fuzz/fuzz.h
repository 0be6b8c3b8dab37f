#ifndef SECCOMP_HELPER_FUZZ_H
#define SECCOMP_HELPER_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the fuzz targets share. An input that shows a mistake ends the process. */

#define CHECK(right)                                                                                                   \
    do {                                                                                                               \
        if (!(right))                                                                                                  \
            fail_check(__FILE__, __LINE__, #right);                                                                    \
    } while (0)

void fail_check(const char *file, int line, const char *what) __attribute__((noreturn));

/* An input that is a list of records: up to each byte 0xff one, whose first byte says what comes along. */
struct records {
    const uint8_t *at, *end;
};

struct record {
    const uint8_t *bytes;
    size_t size, fds;
    uint8_t kind;
};

/* At most 253 descriptors; 8 and more only where the kind says so. */
bool next_record(struct records *records, struct record *record);

/* Sends it with so many descriptors, each of them readable at once. */
int send_fuzzed(int socket, const struct record *record);

void make_pair(int type, int ends[2]);

/* Whether as many descriptors are open at the end of an input as at its begin. */
void begin_descriptors(void);
bool are_descriptors_even(void);

#endif
