/* Reads what is wanted of a thread's status, proc_pid_status(5). */
#include <linux/errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "status.h"
#include "syscalls.h"

#define LONGEST_NAME 16
#define LONGEST_FILE (4l << 20) /* it has less than 1 MiB even with as many groups as there can be */
#define MOST_GROUPS 65536       /* NGROUPS_MAX */
#define END (-1)

struct reader {
    int fd;
    long offset, error;
    unsigned at, length;
    unsigned char bytes[4096];
};

/* count_offset is 0 if the field has as many numbers as there is room for, or none. */
struct field {
    char name[LONGEST_NAME];
    unsigned base, size, offset, most, count_offset;
};

#define ONE(name, base, member)                                                                                        \
    {                                                                                                                  \
        name, base, sizeof((struct status *)0)->member, offsetof(struct status, member), 1, 0                          \
    }
#define SEVERAL(name, member, most, count)                                                                             \
    {                                                                                                                  \
        name, 10, 4, offsetof(struct status, member), most, offsetof(struct status, count)                             \
    }

static const struct field fields[] = {
    ONE("Umask", 8, umask), /* a zombie has none */
    ONE("Tgid", 10, process),
    ONE("TracerPid", 10, tracer),
    SEVERAL("Uid", uid, IDS, uid_count),
    SEVERAL("Gid", gid, IDS, gid_count),
    SEVERAL("Groups", group, 0, group_count),
    SEVERAL("NStgid", process_id, LEVELS, process_levels),
    SEVERAL("NSpid", thread_id, LEVELS, thread_levels),
    ONE("SigPnd", 16, pending),
    ONE("ShdPnd", 16, pending_of_process),
    ONE("CapEff", 16, effective),
    ONE("CapBnd", 16, bounding),
    ONE("NoNewPrivs", 10, no_new_privs),
    ONE("Seccomp", 10, seccomp_mode),
    ONE("Seccomp_filters", 10, seccomp_filters),
};

/* The kernel gives such a file in one piece, so a read that is not full was the last one. */
static bool read_on(struct reader *from)
{
    if (from->offset > 0 && from->length < sizeof from->bytes)
        return false;
    long count
        = from->offset > LONGEST_FILE ? -EIO : sys_pread(from->fd, from->bytes, sizeof from->bytes, from->offset);
    if (count <= 0) {
        from->error = count;
        return false;
    }
    from->offset += count;
    from->length = (unsigned)count;
    from->at = 0;
    return true;
}

static int next(struct reader *from)
{
    return from->at < from->length || read_on(from) ? from->bytes[from->at++] : END;
}

static bool is_end_of_line(int c)
{
    return c == '\n' || c == END;
}

/* Returns what ends the name. */
static int read_name(struct reader *from, char *name)
{
    unsigned length = 0;
    int c = next(from);

    for (int i = 0; i < LONGEST_NAME; i++)
        name[i] = 0;
    for (; c != ':' && !is_end_of_line(c); c = next(from))
        if (length < LONGEST_NAME)
            name[length++] = (char)c;
    return c;
}

static const struct field *find(const char *name)
{
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++) {
        int at = 0;
        while (at < LONGEST_NAME && fields[i].name[at] == name[at])
            at++;
        if (at == LONGEST_NAME)
            return &fields[i];
    }
    return NULL;
}

static int digit_of(int c, unsigned base)
{
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

    return digit < (int)base ? digit : -1;
}

/* Returns what ends the line. */
static int read_numbers(struct reader *from, const struct field *field, struct status *found, unsigned most)
{
    unsigned char *to = (unsigned char *)found + field->offset;
    unsigned count = 0;
    int c;

    do {
        unsigned long number = 0;
        int digit;
        bool is_number = false;
        while ((digit = digit_of(c = next(from), field->base)) >= 0) {
            number = number * field->base + (unsigned)digit;
            is_number = true;
        }
        if (is_number && count < most) {
            if (field->size == 8)
                ((uint64_t *)to)[count] = number;
            else
                ((uint32_t *)to)[count] = (uint32_t)number;
        }
        count += is_number;
    } while (!is_end_of_line(c));
    if (field->count_offset)
        *(uint32_t *)((unsigned char *)found + field->count_offset) = count;
    return c;
}

static void clear(struct status *found)
{
    for (unsigned i = 0; i < sizeof *found / sizeof(uint64_t); i++)
        ((volatile uint64_t *)found)[i] = 0;
}

CROSSING long read_status(int fd, struct status *found, unsigned room)
{
    struct reader from;
    char name[LONGEST_NAME];
    int c;

    from.fd = fd;
    from.offset = from.error = 0;
    from.at = from.length = 0;
    clear(found);
    do {
        c = read_name(&from, name);
        const struct field *field = c == ':' ? find(name) : NULL;
        if (field)
            c = read_numbers(&from, field, found, field->most ? field->most : room);
        while (!is_end_of_line(c))
            c = next(&from);
    } while (c != END);
    if (from.error < 0)
        return from.error;
    bool is_whole = found->uid_count == IDS && found->gid_count == IDS && found->process_levels <= LEVELS
        && found->thread_levels <= LEVELS && found->group_count <= MOST_GROUPS;
    return is_whole ? 0 : -EIO;
}
