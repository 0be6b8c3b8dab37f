/* Makes one system call with all its arguments in memory that a 32-bit pointer reaches, and reports the result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "differential.h"

#ifndef MAP_32BIT
#define MAP_32BIT 0
#endif

#define PAGE 4096
#define SIZE (64 * PAGE)
#define PATHS 0
#define TEXT (2 * PATH_BUFFER)
#define STRUCTURE (TEXT + 4 * PAGE)
#define VALUE (STRUCTURE + 4 * PAGE)
#define RUBBISH 0x5a5a5a5a5a5a5a5al

struct xattr_arguments {
    uint64_t value;
    uint32_t size, flags;
};

static char *memory;    /* what follows it is not mapped */
static char *forbidden; /* mapped, but not readable */

void make_memory(void)
{
    memory = mmap(NULL, SIZE + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    forbidden = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (memory == MAP_FAILED || forbidden == MAP_FAILED || munmap(memory + SIZE, PAGE) < 0)
        die("memory");
    strcpy(forbidden, "forbidden");
    if (mprotect(forbidden, PAGE, PROT_NONE) < 0)
        die("memory");
}

static long i386_call(long number, const long *a)
{
#ifdef __x86_64__
    long result = number;

    /*
     * The sixth argument needs the register of the compiler's frame. The compiler may also use memory below the stack
     * pointer.
     */
    __asm__ volatile("lea -128(%%rsp), %%rsp\n push %%rbp\n mov %[sixth], %%ebp\n"
                     "int $0x80\n pop %%rbp\n lea 128(%%rsp), %%rsp"
                     : "+a"(result)
                     : "b"((uint32_t)a[0]), "c"((uint32_t)a[1]), "d"((uint32_t)a[2]), "S"((uint32_t)a[3]),
                       "D"((uint32_t)a[4]), [sixth] "r"((uint32_t)a[5])
                     : "memory", "r8", "r9", "r10", "r11");
    return (int32_t)result;
#else
    (void)number, (void)a;
    return -ENOSYS;
#endif
}

static long native_call(long number, const long *a)
{
    long result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);

    return result < 0 ? -errno : result;
}

static long put_path(const struct path *path, const char *text, unsigned slot, bool i386)
{
    size_t length = strlen(text);
    char *place = memory + PATHS + slot * PATH_BUFFER;

    switch (path->text) {
    case NULL_POINTER:
        return 0;
    case SMALL_POINTER:
        return 8;
    case FORBIDDEN_POINTER:
        return (long)forbidden;
    case KERNEL_POINTER:
        return i386 ? (long)0xfffff000 : (long)0xffff888000001000;
    case AT_PAGE_END:
        place = memory + SIZE - length - 1;
        break;
    case UNTERMINATED:
        return (long)memcpy(memory + SIZE - length, text, length);
    default:
        break;
    }
    return (long)memcpy(place, text, length + 1);
}

static long put_name(const struct arguments *arguments)
{
    char *place = memory + TEXT;

    if (arguments->pointer != GOOD)
        return arguments->pointer == NOT_THERE ? 0 : (long)forbidden;
    if (arguments->name != NULL && arguments->name[0] != '!')
        return (long)strcpy(place, arguments->name);
    size_t length = arguments->name != NULL ? strtoul(arguments->name + 1, NULL, 10) : arguments->size;
    memset(place, 'n', length);
    if (arguments->name != NULL)
        memcpy(place, "user.", 5);
    place[length] = '\0';
    return (long)place;
}

static long put_value(const struct arguments *arguments)
{
    size_t size = arguments->size <= 65537 ? arguments->size : 1;

    return arguments->value == NULL ? 0 : (long)memcpy(memory + VALUE, arguments->value, size);
}

static long put_how(const struct arguments *arguments, bool more)
{
    struct open_how how = {arguments->flags | (more ? O_NONBLOCK : 0), arguments->mode, arguments->resolve};

    if (arguments->pointer != GOOD)
        return arguments->pointer == NOT_THERE ? 0 : (long)forbidden;
    memcpy(memory + STRUCTURE, &how, sizeof how);
    if (arguments->size == 40) /* a field that no kernel knows */
        memset(memory + STRUCTURE + 32, 1, 8);
    return (long)(memory + STRUCTURE);
}

static long put_xattr(const struct arguments *arguments)
{
    struct xattr_arguments structure = {(uint64_t)put_value(arguments), (uint32_t)arguments->size,
                                        (uint32_t)arguments->flags};

    memcpy(memory + STRUCTURE, &structure, sizeof structure);
    return (long)(memory + STRUCTURE);
}

static long descriptor_argument(enum descriptor descriptor, int number)
{
    switch (descriptor) {
    case D_CWD:
        return AT_FDCWD;
    case D_MINUS_ONE:
        return -1;
    case D_HIGH_BITS:
        return 0x12345678ffffff9cl;
    default:
        return number;
    }
}

static long argument(const struct scenario *s, char letter, const char *scratch, pid_t other)
{
    const struct arguments *arguments = s->arguments;
    char text[PATH_BUFFER];

    switch (letter) {
    case 'd':
    case 'f':
        return descriptor_argument(s->path->descriptor, DESCRIPTOR);
    case 'D':
        return descriptor_argument(s->other_path->descriptor, DESCRIPTOR + 1);
    case 'p':
        path_text(s->path, scratch, object_name(s->path, "x"), DESCRIPTOR, other, text);
        return put_path(s->path, text, 0, s->call->i386);
    case 'P':
        path_text(s->other_path, scratch, object_name(s->other_path, "y"), DESCRIPTOR + 1, other, text);
        return put_path(s->other_path, text, 1, s->call->i386);
    case 'm':
        return (long)arguments->mode;
    case 'F':
        /* so that nothing waits for the other end of a FIFO */
        return (long)arguments->flags
            | (s->call->family == OPEN && (s->object->mode & S_IFMT) == S_IFIFO ? O_NONBLOCK : 0);
    case 'a':
        return (long)arguments->at;
    case 'u':
        return arguments->uid;
    case 'g':
        return arguments->gid;
    case 'v':
        return (long)arguments->device;
    case 't':
    case 'n':
        return put_name(arguments);
    case 'V':
        return put_value(arguments);
    case 's':
    case 'H':
        return (long)arguments->size;
    case 'x':
        return (long)arguments->flags;
    case 'h':
        return put_how(arguments, (s->object->mode & S_IFMT) == S_IFIFO);
    case 'A':
        return put_xattr(arguments);
    case 'S':
        return arguments->mode != 0 ? (arguments->mode == 1 ? 0 : (long)arguments->mode) : 16;
    default:
        abort();
    }
}

/* The descriptors that the caller opens itself before the call. */
static void open_own(const struct scenario *s, const char *scratch, struct outcome *outcome)
{
    char text[PATH_BUFFER];
    int opened = -1;

    snprintf(text, sizeof text, "%s/work/%s", scratch, s->path->descriptor == D_NEW_FILE ? "" : "x");
    if (s->path->descriptor == D_NEW_FILE)
        opened = (int)syscall(SYS_openat, AT_FDCWD, text, O_TMPFILE | O_RDWR, 0640);
    else if (s->path->descriptor == D_OWN_OPEN)
        opened = (int)syscall(SYS_openat, AT_FDCWD, text, O_RDONLY | O_NONBLOCK, 0);
    else
        return;
    if (opened < 0) {
        outcome->preparation = errno;
    } else {
        dup2(opened, DESCRIPTOR);
        close(opened);
    }
}

static void look_at(int fd, struct outcome *outcome)
{
    char link[32];
    struct stat st;

    outcome->status_flags = fcntl(fd, F_GETFL);
    outcome->descriptor_flags = fcntl(fd, F_GETFD);
    if (fstat(fd, &st) == 0)
        outcome->type = (int)(st.st_mode & S_IFMT);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, outcome->opened, sizeof outcome->opened - 1) < 0)
        strcpy(outcome->opened, "?");
    fcntl(fd, F_SETFL, outcome->status_flags | O_NONBLOCK);
    outcome->content_size = pread(fd, outcome->content, sizeof outcome->content, 0);
    if (outcome->content_size < 0)
        outcome->content_size = -errno;
}

void invoke(const struct scenario *s, const char *scratch, pid_t other, struct outcome *outcome)
{
    long a[6] = {RUBBISH, RUBBISH, RUBBISH, RUBBISH, RUBBISH, RUBBISH};

    open_own(s, scratch, outcome);
    for (unsigned i = 0; s->call->shape[i]; i++)
        a[i] = argument(s, s->call->shape[i], scratch, other);
    long result = s->call->i386 ? i386_call(s->call->number, a) : native_call(s->call->number, a);
    outcome->error = result < 0 && result > -4096 ? (int)-result : 0;
    outcome->result = outcome->error ? -1 : result;
    if (s->call->family == OPEN && result >= 0)
        look_at((int)result, outcome);
}
