#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "say.h"

void say(const char *format, ...)
{
    /* A pipe that is writable takes a line of this length at once. */
    char line[512];
    struct pollfd polled = {.fd = STDERR_FILENO, .events = POLLOUT};
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if (length > (int)sizeof line - 2)
        length = sizeof line - 2;
    line[length] = '\n';
    if (poll(&polled, 1, 0) == 1 && (polled.revents & POLLOUT)) {
        ssize_t written = write(STDERR_FILENO, line, (size_t)length + 1);
        (void)written; /* nobody reads it */
    }
}
