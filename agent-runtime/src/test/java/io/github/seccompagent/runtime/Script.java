package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.helper.SmallContainer.Command;
import java.util.List;
import java.util.Map;

/** A shell script in a small container. Its mkdir calls, or others, come to an agent. */
final class Script implements AutoCloseable {
    private final SmallContainer container;
    private final Fd listener; // the agent's

    private Script(SmallContainer container, Fd listener) {
        this.container = container;
        this.listener = listener;
    }

    static Script start(SeccompAgent agent, String id, String script) throws Exception {
        return start(agent, id, script, List.of("mkdir", "mkdirat"));
    }

    static Script start(SeccompAgent agent, String id, String script, List<String> notified) throws Exception {
        SmallContainer container = SmallContainer.start(new Command(
                "", id, "/", List.of("/bin/busybox", "sh", "-c", script), Map.of("PATH", "/bin"), notified));
        Container state = new Container(id, "creating", container.pid(), "/bundle", Map.of());
        Fd listener = container.takeListener();
        agent.attach(listener, new ContainerProcessState("1.1.0", container.pid(), "", state));
        return new Script(container, listener);
    }

    /** A script that checks that mkdir fails with {@code message}. */
    static String mkdirSays(String message) {
        return "mkdir /abc 2>&1 | grep -q '" + message + "'";
    }

    int pid() {
        return container.pid();
    }

    /** Closes the listener, so that everything fails that the agent does with it. */
    void loseListener() {
        listener.close();
    }

    int await() {
        return container.await();
    }

    @Override
    public void close() {
        container.close();
    }
}
