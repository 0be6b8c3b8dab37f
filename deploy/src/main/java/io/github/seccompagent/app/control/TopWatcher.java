package io.github.seccompagent.app.control;

import io.github.seccompagent.runtime.SeenCall;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Somebody who sees how many calls there are, and how long they take. Nothing is lost, however slowly it reads. */
final class TopWatcher implements Watcher {
    static final int MAX_ROWS = 200;

    private final int intervalMillis;
    private volatile TopCells interval = new TopCells();

    TopWatcher(int intervalMillis) {
        this.intervalMillis = intervalMillis;
    }

    @Override
    public Interest interestIn(String container, String owner, String syscall, String family) {
        return Interest.FIGURES;
    }

    @Override
    public void saw(SeenCall call) {
        interval.add(call);
    }

    /** What it has seen since the present interval began. */
    Rates rates() {
        return interval.rates(MAX_ROWS);
    }

    @Override
    public void serve(Lines lines) throws IOException, InterruptedException {
        while (true) {
            TimeUnit.MILLISECONDS.sleep(intervalMillis);
            TopCells over = interval;
            interval = new TopCells();
            lines.send(over.rates(MAX_ROWS));
        }
    }
}
