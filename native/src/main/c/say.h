#ifndef SECCOMP_HELPER_SAY_H
#define SECCOMP_HELPER_SAY_H

/* One line on stderr; nothing if that would have to be waited for. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
