package io.github.seccompagent.app;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Middleware;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.syscall.SyscallTable;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The middleware "prometheus". It measures how long handlers take, by namespace, syscall and status. The status is the
 * number of the errno that the caller gets, or 0.
 *
 * <p>The metrics keep each set of labels for ever, so nobody may be able to create labels without end:
 *
 * <ul>
 *   <li>Pods and containers are not labels, because new ones keep coming.
 *   <li>A call without a name is "unknown". A container can use billions of such numbers.
 *   <li>After {@link #MAX_NAMESPACES} namespaces, further ones are "other".
 *   <li>After {@link #MAX_SETS} sets of labels, all labels of further sets are "other".
 * </ul>
 */
final class RequestDurations {
    static final int MAX_NAMESPACES = 1000;

    /** Each set is 17 lines of the metrics, and all of them must fit into memory. */
    static final int MAX_SETS = 2000;

    private static final int LONGEST_NAMESPACE = 63; // the limit of Kubernetes
    private static final String OTHER = "other";
    private static final String UNKNOWN = "unknown";
    private static final double NANOS_PER_SECOND = 1e9;

    private final Histogram histogram;
    private final Set<String> namespaces = new HashSet<>(); // guarded by this
    private final Set<List<String>> sets = new HashSet<>(); // guarded by this

    RequestDurations(PrometheusRegistry registry) {
        histogram = Histogram.builder()
                .name("seccompagent_request_duration_seconds")
                .help("how long the handlers of notified calls took")
                .labelNames("namespace", "syscall", "status")
                .classicOnly()
                .classicUpperBounds(
                        10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 50e-3, 0.2, 1, 10)
                .register(registry);
    }

    /** Returns the middleware that measures the handlers of a container in {@code namespace}. */
    Middleware ofNamespace(String namespace) {
        String label = label(namespace);
        return next -> new Measured(label, next);
    }

    private synchronized String label(String namespace) {
        if (namespace.length() > LONGEST_NAMESPACE) {
            return OTHER;
        }
        boolean known =
                namespaces.contains(namespace) || (namespaces.size() < MAX_NAMESPACES && namespaces.add(namespace));
        return known ? namespace : OTHER;
    }

    private synchronized DistributionDataPoint point(String namespace, String syscall, String status) {
        List<String> labels = List.of(namespace, syscall, status);
        boolean known = sets.contains(labels) || (sets.size() < MAX_SETS && sets.add(labels));
        return known ? histogram.labelValues(namespace, syscall, status) : histogram.labelValues(OTHER, OTHER, OTHER);
    }

    /** Counts the calls with one name and one status. */
    private record Place(String syscall, int status, DistributionDataPoint point) {}

    private final class Measured implements SyscallHandler {
        private final String namespace;
        private final SyscallHandler next;

        /**
         * The place of the last call. The next call mostly has the same one, and a look-up costs as much as the
         * counting.
         */
        private volatile @Nullable Place last;

        Measured(String namespace, SyscallHandler next) {
            this.namespace = namespace;
            this.next = next;
        }

        @Override
        public Response handle(NotifiedCall call) throws Exception {
            long begin = System.nanoTime();
            int status = Errno.EIO.number(); // what the caller gets when the handler throws
            try {
                Response response = next.handle(call);
                status = response instanceof Response.Failure failure
                        ? failure.errno().number()
                        : 0;
                return response;
            } catch (ErrnoException e) {
                status = e.errno().number();
                throw e;
            } finally {
                count(call.syscall(), status, System.nanoTime() - begin);
            }
        }

        private void count(String syscall, int status, long nanos) {
            Place place = last;
            if (place == null || place.status != status || !place.syscall.equals(syscall)) {
                place = placeOf(syscall, status);
                last = place;
            }
            place.point.observe(nanos / NANOS_PER_SECOND);
        }

        private Place placeOf(String syscall, int status) {
            String name = syscall.startsWith(SyscallTable.UNKNOWN) ? UNKNOWN : syscall;
            return new Place(syscall, status, point(namespace, name, Integer.toString(status)));
        }
    }
}
