#ifndef SECCOMP_HELPER_LISTEN_H
#define SECCOMP_HELPER_LISTEN_H

/*
 * Listens at a path for the agent that will start, and stores the socket and its acceptors as an agent does. If that
 * cannot be done, it does nothing: the agent tries it again, and says what is wrong.
 */
void listen_for_agent(const char *path);

/* Removes the socket's file, if it is that one still. */
void stop_listening(void);

#endif
