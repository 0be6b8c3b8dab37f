package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A program gets a signal with SA_RESTART every millisecond, under runtimes that do not know WAIT_KILLABLE_RECV. */
class SignalStormIT {
    private static final int TIMES = 500;
    private static final Pattern RESULT =
            Pattern.compile("EEXIST ([0-9]+) EINTR ([0-9]+) other ([0-9]+) signals ([0-9]+) stray ([0-9]+)");

    /**
     * The share of answers that the kernel takes and the caller does not get: some per cent under load, and most
     * without the rule.
     */
    private static final int NOT_PREVENTABLE = TIMES / 10;

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    @ParameterizedTest
    @CsvSource({
        "RUNC, mkdir, mkdir mkdirat",
        "CRUN, mkdir, mkdir mkdirat",
        "RUNC, open, open openat",
        "RUNC, reopen, open openat",
        "RUNC, exchange, renameat2",
        "RUNC, xattr, setxattr removexattr"
    })
    void callsThatAreMadeAgainAreNotTakenForAnothers(OciRuntime runtime, String call, String notified)
            throws IOException {
        OciBundle bundle = OciBundle.notifying(AGENT.socket())
                .notified(notified.split(" "))
                .metadata("PASS_OPEN=true");
        try (OciContainer container = OciContainer.start(runtime, bundle)) {
            Files.copy(TestPrograms.STORM, container.rootfs().resolve("storm"), StandardCopyOption.COPY_ATTRIBUTES);

            String result = container
                    .exec("/storm", call, Integer.toString(TIMES), "/home")
                    .orFail();

            Matcher numbers = RESULT.matcher(result);
            assertThat(numbers.find()).as(result).isTrue();
            assertThat(Integer.parseInt(numbers.group(1))).as(result).isLessThanOrEqualTo(NOT_PREVENTABLE);
            assertThat(numbers.group(2)).as(result).isEqualTo("0");
            // If the answer of an exchange is taken and lost, the next exchange undoes it.
            assertThat(Integer.parseInt(numbers.group(3)))
                    .as(result)
                    .isLessThanOrEqualTo(call.equals("exchange") ? NOT_PREVENTABLE : 0);
            assertThat(Integer.parseInt(numbers.group(5)))
                    .as("descriptors that nobody was told of: %s", result)
                    .isLessThanOrEqualTo(NOT_PREVENTABLE);
            assertThat(Integer.parseInt(numbers.group(4))).as("signals").isGreaterThan(50);
        }
    }
}
