#ifndef SECCOMP_HELPER_ACCEPT_H
#define SECCOMP_HELPER_ACCEPT_H

/*
 * A process that the agent has started through the helper, with a control socket of its own. acceptors: how many such
 * ones go first at the socket, of which it is one; 0: it is one process among others.
 */
void accept_peers(int control, int listening, int acceptors, int which) __attribute__((noreturn));

#endif
