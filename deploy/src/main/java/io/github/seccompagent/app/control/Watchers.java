package io.github.seccompagent.app.control;

import io.github.seccompagent.runtime.CallObserver;
import io.github.seccompagent.runtime.SeenCall;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All who watch the agent. The agent has an observer only while there are some. Safe for use by several threads. */
final class Watchers implements CallObserver {
    private final Consumer<@Nullable CallObserver> agent;
    private final List<Watcher> all = new CopyOnWriteArrayList<>();

    /** @param agent has the calls observed from now on, or not if it gets null */
    Watchers(Consumer<@Nullable CallObserver> agent) {
        this.agent = agent;
    }

    synchronized void add(Watcher watcher) {
        all.add(watcher);
        agent.accept(this);
    }

    synchronized void remove(Watcher watcher) {
        all.remove(watcher);
        if (all.isEmpty()) {
            agent.accept(null);
        }
    }

    @Override
    public Interest interestIn(String container, String owner, String syscall, String family) {
        Interest most = Interest.NONE;
        for (Watcher each : all) {
            Interest its = each.interestIn(container, owner, syscall, family);
            most = its.compareTo(most) > 0 ? its : most;
        }
        return most;
    }

    @Override
    public void saw(SeenCall call) {
        all.forEach(each -> each.saw(call));
    }
}
