#ifndef SECCOMP_HELPER_RECEIVE_H
#define SECCOMP_HELPER_RECEIVE_H

/* A process that the agent has started through the helper, with a control socket of its own. */
void receive_from_peers(int control, int processes) __attribute__((noreturn));

#endif
