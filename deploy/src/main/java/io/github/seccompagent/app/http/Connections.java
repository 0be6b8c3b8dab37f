package io.github.seccompagent.app.http;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Connections by client address, oldest first. Adding and removing stay cheap in a flood. */
final class Connections {
    private final Map<InetAddress, LinkedHashSet<HttpConnection>> byClient = new LinkedHashMap<>();
    private int size;

    void add(HttpConnection connection) {
        if (byClient.computeIfAbsent(connection.client(), first -> new LinkedHashSet<>())
                .add(connection)) {
            size++;
        }
    }

    void remove(HttpConnection connection) {
        LinkedHashSet<HttpConnection> own = byClient.get(connection.client());
        if (own != null && own.remove(connection)) {
            size--;
            if (own.isEmpty()) {
                byClient.remove(connection.client());
            }
        }
    }

    int size() {
        return size;
    }

    List<HttpConnection> matching(Predicate<HttpConnection> condition) {
        return byClient.values().stream()
                .flatMap(Collection::stream)
                .filter(condition)
                .toList();
    }

    /**
     * The connection to cut when there are too many. It belongs to the client with the most connections. It is that
     * client's oldest one that waits for a request, or its oldest one if none waits.
     */
    Optional<HttpConnection> victim() {
        return byClient.values().stream()
                .max(Comparator.comparingInt(LinkedHashSet::size))
                .map(Connections::victim);
    }

    private static HttpConnection victim(LinkedHashSet<HttpConnection> ofClient) {
        for (HttpConnection each : ofClient) {
            if (each.phase() == HttpConnection.Phase.READING) {
                return each;
            }
        }
        return ofClient.iterator().next();
    }
}
