package io.github.seccompagent.app.http;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which connection is cut where there are too many. */
final class Victim {
    private Victim() {}

    /** Of the client that has most of these, the first that waits for its client's request; the first of all if none does. */
    static Optional<HttpConnection> among(Collection<HttpConnection> connections) {
        Map<InetAddress, Integer> counts = new HashMap<>();
        connections.forEach(each -> counts.merge(each.client(), 1, Integer::sum));
        return connections.stream()
                .min(Comparator.<HttpConnection>comparingInt(each -> -counts.get(each.client()))
                        .thenComparing(HttpConnection::phase));
    }
}
