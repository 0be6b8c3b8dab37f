package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.fd.Fd;
import java.util.Map;

/** Who has the control sockets of executors while there is no agent, so that their workers outlive it. */
public interface ExecutorStore {
    /** A number that no other executor has. */
    int nextNumber();

    /**
     * Keeps a copy of a control socket.
     *
     * @param number the number of the executor
     * @param control the socket's descriptor
     */
    void store(int number, int control);

    /** Drops the copy: the executor has ended or is to end. */
    void remove(int number);

    /** Gives away the control sockets that an agent before this one has stored, by the numbers of their executors. */
    Map<Integer, Fd> takeLeft();

    /** Nobody: executors end with the agent. */
    static ExecutorStore none() {
        return new ExecutorStore() {
            @Override
            public int nextNumber() {
                return 1;
            }

            @Override
            public void store(int number, int control) {}

            @Override
            public void remove(int number) {}

            @Override
            public Map<Integer, Fd> takeLeft() {
                return Map.of();
            }
        };
    }
}
