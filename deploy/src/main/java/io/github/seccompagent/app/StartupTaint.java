package io.github.seccompagent.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a taint off a node when the agent serves there. A thread of its own tries that until it works. Whatever goes
 * wrong, the agent goes on.
 */
final class StartupTaint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StartupTaint.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final KubernetesApi api;
    private final String node;
    private final String key;
    private final Condition condition;
    private final Duration firstPause;
    private final Thread thread = new Thread(this::run, "taint");
    private String trouble = "";

    /** What must be so before. */
    @FunctionalInterface
    interface Condition {
        /** Waits for it. An unchecked exception means that this is to be tried again. */
        void await() throws InterruptedException;
    }

    private StartupTaint(KubernetesApi api, String node, String key, Condition condition, Duration firstPause) {
        this.api = api;
        this.node = node;
        this.key = key;
        this.condition = condition;
        this.firstPause = firstPause;
        thread.setDaemon(true);
    }

    /**
     * Begins, and returns at once.
     *
     * @param firstPause between the first try and the second one; later pauses are longer
     */
    static StartupTaint removeAfter(
            Condition condition, KubernetesApi api, String node, String key, Duration firstPause) {
        StartupTaint taint = new StartupTaint(api, node, key, condition, firstPause);
        taint.thread.start();
        return taint;
    }

    private void run() {
        Duration pause = firstPause;
        try {
            while (!isDone()) {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
            }
        } catch (InterruptedException e) {
            LOG.debug("the taint {} of node {} is not looked at any more", key, node);
        }
    }

    private boolean isDone() throws InterruptedException {
        try {
            condition.await();
            ArrayNode patch = patch();
            if (!patch.isEmpty()) {
                api.patchNode(node, patch);
                LOG.info("the taint {} is taken off node {}, because the agent serves", key, node);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            tell(e);
            return false;
        }
    }

    /** The API server applies it as a whole, and only to a node that still has the taints at their places. */
    private ArrayNode patch() throws IOException, InterruptedException {
        JsonNode taints = api.node(node).path("spec").path("taints");
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        for (int i = taints.size() - 1; i >= 0; i--) { // the last one first: the others keep their places
            if (taints.path(i).path("key").asText().equals(key)) {
                String path = "/spec/taints/" + i;
                patch.addObject().put("op", "test").put("path", path).set("value", taints.path(i));
                patch.addObject().put("op", "remove").put("path", path);
            }
        }
        return patch;
    }

    private void tell(Exception e) {
        boolean isExpected = e instanceof IOException || e instanceof ErrnoException;
        String now = isExpected ? String.valueOf(e.getMessage()) : e.toString();
        if (!now.equals(trouble)) {
            trouble = now;
            LOG.warn("the taint {} stays on node {}; this is tried again: {}", key, node, now);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** Waits for the end of the thread. Returns whether it has ended. */
    boolean join(Duration most) throws InterruptedException {
        thread.join(most.toMillis());
        return !thread.isAlive();
    }
}
