package io.github.seccompagent.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.runtime.SeenCall;
import io.github.seccompagent.runtime.SeenCall.AnsweredBy;
import io.github.seccompagent.runtime.SeenCall.Argument;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A call as text, and which calls a filter shows. */
class CallTextTest {
    private static final OptionalInt NONE = OptionalInt.empty();
    private static final OptionalInt FDCWD = OptionalInt.of(-100);

    static SeenCall seen(String syscall, String family, Response response, AnsweredBy by, Argument... arguments) {
        return new SeenCall(
                Instant.EPOCH,
                "c1",
                "c1",
                "pod shop/web/main",
                7,
                "sh",
                syscall,
                family,
                List.of(arguments),
                response,
                by,
                "",
                true,
                Duration.ofNanos(1000));
    }

    private static String text(String syscall, String family, Argument... arguments) {
        return String.join(
                ", ", CallText.arguments(seen(syscall, family, Response.success(), AnsweredBy.HANDLER, arguments)));
    }

    private static Argument number(long value) {
        return new Argument(value, null, NONE, false);
    }

    private static Argument implied(long value) {
        return new Argument(value, null, NONE, true);
    }

    private static Argument path(String text, OptionalInt directory) {
        return new Argument(0x1000, text, directory, false);
    }

    @Test
    void asStracePrintsThem() {
        assertThat(text("mkdirat", "mkdir", path("/a\\x0a\"", FDCWD), number(0755)))
                .isEqualTo("AT_FDCWD, \"/a\\x0a\\\"\", 0755");
        assertThat(text("openat", "open", path("b", OptionalInt.of(3)), number(02000101), number(0644), implied(0)))
                .isEqualTo("3, \"b\", O_WRONLY|O_CREAT|O_CLOEXEC, 0644");
        assertThat(text("fchmod", "chmod", new Argument(5, null, OptionalInt.of(5), false), number(0700), implied(1)))
                .isEqualTo("5, 0700");
        assertThat(text("umount2", "umount", path("/m", NONE), number(2 | 0x100)))
                .isEqualTo("\"/m\", MNT_DETACH|0x100");
        assertThat(text("mknod", "mknod", path("/d", NONE), number(020666), number(0x103)))
                .isEqualTo("\"/d\", 020666, makedev(1, 3)");
        assertThat(text("lchown", "chown", path("/f", NONE), number(0), number(0xffffffffL), implied(0x100)))
                .isEqualTo("\"/f\", 0, -1");
    }

    @Test
    void memoryThatMayBeSecretIsNotEvenAnAddress() {
        assertThat(text(
                        "mount",
                        "mount",
                        number(0xabc),
                        path("/m", NONE),
                        new Argument(1, "tmpfs", NONE, false),
                        number(6),
                        number(0xdef)))
                .isEqualTo("..., \"/m\", \"tmpfs\", MS_NOSUID|MS_NODEV, ...");
    }

    @Test
    void callsWithoutAFamilyHaveTheirRegisters() {
        Argument[] six = {number(1), number(2), number(0xff), number(4), number(5), number(6)};

        assertThat(text("getppid", "getppid", six)).isEmpty();
        assertThat(text("ioctl", "ioctl", six)).isEqualTo("0x1, 0x2, 0xff");
        assertThat(text("syscall_600", "syscall_600", six)).isEqualTo("0x1, 0x2, 0xff, 0x4, 0x5, 0x6");
    }

    private static Filter filter(String container, String pod, String call, String answer) {
        return new Filter(list(container), list(pod), list(call), list(answer));
    }

    private static List<String> list(String word) {
        return word.isEmpty() ? List.of() : List.of(word);
    }

    private static boolean shows(Filter filter, SeenCall call) {
        return filter.mayMatch(call.container(), call.owner(), call.syscall(), call.family())
                && filter.matchesAnswer(call);
    }

    @Test
    void aFilterShowsWhatIsAskedFor() {
        SeenCall refused = seen("mkdirat", "mkdir", Response.failure(Errno.EPERM), AnsweredBy.HANDLER);

        for (String pod : List.of("", "web", "web/main", "shop/web", "shop/web/main")) {
            assertThat(shows(filter("c", pod, "mkdir", "eperm"), refused))
                    .as(pod)
                    .isTrue();
        }
        for (String pod : List.of("we", "shop", "main", "shop/we", "shop/web/main/x")) {
            assertThat(shows(filter("", pod, "", ""), refused)).as(pod).isFalse();
        }
        assertThat(shows(filter("1", "", "", ""), refused)).isFalse();
        assertThat(shows(filter("", "", "unlink", ""), refused)).isFalse();
        assertThat(shows(filter("", "", "mkdirat", "refused"), refused)).isTrue();
        assertThat(shows(filter("", "", "", "error"), refused)).isTrue();
        assertThat(shows(filter("", "", "", "success"), refused)).isFalse();
        SeenCall exists = seen("mkdirat", "mkdir", Response.failure(Errno.EEXIST), AnsweredBy.ON_BEHALF);
        assertThat(shows(filter("", "", "", "refused"), exists)).isFalse();
        SeenCall proceeds = seen("mkdirat", "mkdir", Response.proceed(), AnsweredBy.KERNEL);
        assertThat(shows(filter("", "", "", "continue"), proceeds)).isTrue();
    }

    @Test
    void latenciesAreExactToAnEighth() {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 1000; i++) {
            latencies.add(i * 1000L);
        }

        assertThat(latencies.quantile(0.5, 1000)).isBetween(500_000L, 570_000L);
        assertThat(latencies.quantile(0.99, 1000)).isBetween(990_000L, 1_000_000L);
        assertThat(latencies.longest()).isEqualTo(1_000_000);
        latencies.add(Long.MAX_VALUE);
        latencies.add(0);
        assertThat(latencies.quantile(1, 1002)).isEqualTo(Long.MAX_VALUE);
    }
}
