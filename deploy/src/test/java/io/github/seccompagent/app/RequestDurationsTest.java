package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestDurationsTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final RequestDurations durations = new RequestDurations(registry);
    private final NotifiedCall mkdir = call("mkdir");

    private static NotifiedCall call(String syscall) {
        return (NotifiedCall) Proxy.newProxyInstance(
                RequestDurationsTest.class.getClassLoader(),
                new Class<?>[] {NotifiedCall.class},
                (proxy, method, args) -> syscall);
    }

    private HistogramSnapshot histogram() {
        return (HistogramSnapshot) registry.scrape().stream().findFirst().orElseThrow();
    }

    private HistogramSnapshot.HistogramDataPointSnapshot onlyPoint() {
        assertThat(histogram().getMetadata().getPrometheusName()).isEqualTo("seccompagent_request_duration_seconds");
        assertThat(histogram().getDataPoints()).hasSize(1);
        return histogram().getDataPoints().get(0);
    }

    private Response handle(SyscallHandler handler) throws Exception {
        return durations.ofNamespace("shop").wrap(handler).handle(mkdir);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-17, 17"})
    void theStatusIsWhatTheCallerGets(int answer, String status) throws Exception {
        Response response = answer == 0 ? Response.proceed() : Response.failure(Errno.of(-answer));

        assertThat(handle(call -> response)).isSameAs(response);
        Labels labels = onlyPoint().getLabels();
        assertThat(labels.equals(Labels.of("namespace", "shop", "syscall", "mkdir", "status", status)))
                .as(labels.toString())
                .isTrue();
    }

    @Test
    void anErrnoThatIsThrown() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> handle(call -> {
                    throw new ErrnoException(Errno.ENOSPC, "mkdir");
                }));
        assertThat(onlyPoint().getLabels().get("status")).isEqualTo("28");
    }

    @Test
    void anythingElseThatIsThrownIsEio() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> handle(call -> {
                    throw new IllegalStateException();
                }));
        assertThat(onlyPoint().getLabels().get("status")).isEqualTo("5");
    }

    @Test
    void theUnitIsTheSecond() throws Exception {
        handle(call -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
            return Response.success();
        });

        assertThat(onlyPoint().getSum()).isBetween(0.03, 20.0);
        assertThat(onlyPoint().getClassicBuckets().getUpperBound(0)).isEqualTo(10e-6);
        assertThat(onlyPoint().getClassicBuckets().getCount(0)).isZero();
    }

    @Test
    void callsWithoutANameAreCountedTogether() throws Exception {
        SyscallHandler handler = durations.ofNamespace("shop").wrap(call -> Response.success());
        for (int number = 1000; number < 1100; number++) {
            handler.handle(call("syscall_" + number));
        }

        assertThat(onlyPoint().getLabels().get("syscall")).isEqualTo("unknown");
        assertThat(onlyPoint().getCount()).isEqualTo(100);
    }

    @Test
    void pastALimitNamespacesAreCountedTogether() throws Exception {
        for (int i = 0; i < RequestDurations.MAX_NAMESPACES + 10; i++) {
            handleIn("n" + i);
        }
        handleIn("n0"); // a namespace that was known before
        handleIn("x".repeat(10_000));

        assertThat(histogram().getDataPoints()).hasSize(RequestDurations.MAX_NAMESPACES + 1);
        assertThat(countOf("other")).isEqualTo(11);
        assertThat(countOf("n0")).isEqualTo(2);
    }

    @Test
    void pastALimitSetsOfLabelsAreCountedTogether() throws Exception {
        for (int i = 0; i < RequestDurations.MAX_SETS + 10; i++) {
            durations.ofNamespace("shop").wrap(each -> Response.success()).handle(call("call" + i));
        }

        assertThat(histogram().getDataPoints()).hasSize(RequestDurations.MAX_SETS + 1);
        assertThat(countOf("other")).isEqualTo(10);
    }

    @Test
    void aNamespaceThatIsTooLongForKubernetesIsNoLabel() throws Exception {
        handleIn("x".repeat(64));

        assertThat(countOf("other")).isEqualTo(1);
    }

    private void handleIn(String namespace) throws Exception {
        durations.ofNamespace(namespace).wrap(call -> Response.success()).handle(mkdir);
    }

    private long countOf(String namespace) {
        return histogram().getDataPoints().stream()
                .filter(point -> namespace.equals(point.getLabels().get("namespace")))
                .mapToLong(HistogramSnapshot.HistogramDataPointSnapshot::getCount)
                .sum();
    }
}
