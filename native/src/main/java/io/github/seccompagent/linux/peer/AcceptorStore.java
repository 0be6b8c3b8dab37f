package io.github.seccompagent.linux.peer;

import io.github.seccompagent.linux.fd.Fd;
import java.util.List;

/**
 * Where the control sockets of acceptors outlive this process, and with them the acceptors and what they have accepted.
 * Safe for use by several threads.
 */
public interface AcceptorStore {
    /** Nobody keeps them: they end with this process. */
    AcceptorStore NONE = new AcceptorStore() {
        @Override
        public List<Kept> takeKept() {
            return List.of();
        }

        @Override
        public String keep(int part, int control) {
            return "";
        }

        @Override
        public void forget(String name) {}
    };

    /**
     * An acceptor that another process has started.
     *
     * @param name what its control socket is kept by
     * @param part which part of the processors it is for
     * @param wanted whether it goes on accepting; false if it is to end
     * @param known whether it says what those of this version say
     * @param control its control socket
     */
    record Kept(String name, int part, boolean wanted, boolean known, Fd control) {}

    /** Gives away those of the processes before this one. */
    List<Kept> takeKept();

    /**
     * Keeps a control socket. If that fails, it says so.
     *
     * @return the name for {@link #forget}
     */
    String keep(int part, int control);

    /** Called when an acceptor has ended. */
    void forget(String name);
}
