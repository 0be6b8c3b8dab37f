package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.ExecutorWorker.Step;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.notify.Notification;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the agent keeps of calls that may be made again, and for which accounts. */
class RestartedCallsTest {
    private static final int LARGEST_VALUE = 64 << 10;
    private static final Reply DONE = new Reply(Step.CALL, 0, 0, 0, 0, Optional.empty());

    private final RestartedCalls calls = new RestartedCalls();

    private static Notification notification(int thread) {
        return new Notification(thread, thread, Architecture.X86_64, 188, 0, 1, 2, 3, 4, 5, 6);
    }

    private static HelperRequest setxattr(byte[] value) {
        TargetPath path = new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/a"));
        return new HelperRequest.Setxattr(path, TargetString.of("user.a"), value, 1, 0);
    }

    private void remember(String account, int thread, HelperRequest request) {
        calls.remember(account, notification(thread), Effect.of(request, DONE), true);
    }

    @Test
    void aCallThatAsksTheSameIsKnownAgain() {
        byte[] value = new byte[LARGEST_VALUE];
        remember("a", 1, setxattr(value));

        assertThat(calls.take("a", notification(1), setxattr(value.clone()))).isNotNull();
        assertThat(calls.take("a", notification(1), setxattr(value))).as("once").isNull();
    }

    @Test
    void oneThatAsksForSomethingElseIsNot() {
        byte[] value = new byte[LARGEST_VALUE];
        remember("a", 1, setxattr(value));
        byte[] other = value.clone();
        other[LARGEST_VALUE - 1] = 1;

        assertThat(calls.take("a", notification(1), setxattr(other))).isNull();
    }

    @Test
    void theRequestIsNotKept() throws InterruptedException {
        List<WeakReference<HelperRequest>> requests = new ArrayList<>();
        for (int thread = 1; thread <= 1024; thread++) {
            HelperRequest request = setxattr(new byte[LARGEST_VALUE]);
            requests.add(new WeakReference<>(request));
            remember("a", thread, request);
        }
        assertThat(calls.size()).isPositive();

        for (int i = 0; i < 50 && requests.stream().anyMatch(request -> request.get() != null); i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(requests).allMatch(request -> request.get() == null);
    }

    @Test
    void noContainerPushesOutThoseOfAnother() {
        HelperRequest request = setxattr(new byte[1]);
        for (int i = 0; i < 20; i++) {
            remember("quiet", 1, request);
            for (int thread = 2; thread < 3000; thread++) {
                remember("loud " + i, thread, request);
            }
            assertThat(calls.take("quiet", notification(1), request))
                    .as("the quiet one's after " + i)
                    .isNotNull();
        }
    }

    @Test
    void thereIsALimitForAll() {
        HelperRequest request = setxattr(new byte[1]);
        for (int account = 0; account < 300; account++) {
            for (int thread = 1; thread <= 100; thread++) {
                remember("account " + account, thread, request);
            }
        }
        assertThat(calls.size()).isBetween(1, 8 * 1024);
    }
}
