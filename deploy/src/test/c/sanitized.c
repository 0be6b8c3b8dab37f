/*
 * A part of the helper that runs under sanitizers. A worker has neither stderr nor the host's files, and the helper has
 * no environment. So what a sanitizer says goes to a file that is mapped before anything else is done.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LOG_BYTES (1 << 20)

static struct {
    char text[LOG_BYTES - sizeof(size_t)];
    size_t used;
} * written;

void __asan_set_error_report_callback(void (*callback)(const char *));
void __ubsan_get_current_report_data(
    const char **kind, const char **message, const char **file, unsigned *line, unsigned *column, char **memory);

const char *__asan_default_options(void)
{
    /* LeakSanitizer traces the process, and names of functions are read from files. Neither can be had in a worker. */
    return "detect_leaks=0:symbolize=0:abort_on_error=1";
}

static void append(const char *text)
{
    size_t length = strlen(text), at;

    if (!written)
        return;
    at = __atomic_fetch_add(&written->used, length, __ATOMIC_RELAXED);
    if (at + length <= sizeof written->text)
        memcpy(written->text + at, text, length);
}

void __ubsan_on_report(void)
{
    const char *kind, *message, *file;
    unsigned line, column;
    char *memory, text[1024];

    __ubsan_get_current_report_data(&kind, &message, &file, &line, &column, &memory);
    snprintf(text, sizeof text, "%s:%u:%u: %s: %s\n", file, line, column, kind, message);
    append(text);
}

static void open_log(void) __attribute__((constructor));
static void open_log(void)
{
    int log = open(REPORT, O_RDWR | O_CLOEXEC);

    if (log < 0)
        return;
    void *mapped = mmap(NULL, LOG_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, log, 0);
    if (mapped != MAP_FAILED && ftruncate(log, LOG_BYTES) == 0)
        written = mapped;
    close(log);
    __asan_set_error_report_callback(append);
}
