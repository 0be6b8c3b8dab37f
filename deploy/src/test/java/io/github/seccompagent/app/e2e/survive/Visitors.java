package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.Command;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Threads that have runtimes execute programs in containers, and start new ones. */
final class Visitors implements AutoCloseable {
    private static final List<String> ONE_ROUND = List.of("files:0:1", "plain:0:3", "opens:0:1");
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Consumer<List<Told>> heard;
    private final List<Told> told = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private interface Visit {
        Command.Result at(StormContainer container, String name);
    }

    /** @param heard is given what the runtimes were told, when this is closed */
    Visitors(List<StormContainer> containers, Consumer<List<Told>> heard) {
        this.heard = heard;
        begin("exec", () -> visit("exec", containers, (container, name) -> container.exec(name, ONE_ROUND)));
        begin("new", () -> visit("new", containers, (container, name) -> container.runAnother(name, ONE_ROUND)));
    }

    private void begin(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        threads.add(thread);
        thread.start();
    }

    private void visit(String what, List<StormContainer> containers, Visit visit) {
        for (int i = 0; !stopped; i++) {
            String name = what + "-" + i;
            long begin = System.nanoTime();
            String result;
            try {
                Command.Result ended = visit.at(containers.get(i * 7 % containers.size()), name);
                result = result(ended);
            } catch (AssertionError | RuntimeException e) {
                result = e.toString();
            }
            told.add(new Told(what, name, result, begin, System.nanoTime(), false));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** A runtime makes notified calls too, and names their errors. */
    private static String result(Command.Result ended) {
        String output = ended.output();
        if (output.isEmpty()) {
            return Integer.toString(ended.status());
        }
        return output.contains("Input/output error") ? "5" : output.contains("not implemented") ? "38" : output;
    }

    @Override
    public void close() {
        stopped = true;
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        heard.accept(told);
    }
}
