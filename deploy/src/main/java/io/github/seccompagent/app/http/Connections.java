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

/** Connections by their clients, those of each in the order of their coming. To add and to remove one is cheap in a flood. */
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

    List<HttpConnection> that(Predicate<HttpConnection> condition) {
        return byClient.values().stream()
                .flatMap(Collection::stream)
                .filter(condition)
                .toList();
    }

    /** Which to cut: of the client that has most, the oldest that waits for its client's request; the oldest if none does. */
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
