package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The unit for nodes without Kubernetes starts the agent as the DaemonSet does. */
class SystemdUnitTest {
    private static final Path FILE = Path.of("systemd/seccomp-agent.service");
    private static final Map<String, Set<String>> KNOWN = Map.of(
            "Unit", Set.of("Description", "Before", "StartLimitIntervalSec"),
            "Service",
                    Set.of(
                            "Type",
                            "NotifyAccess",
                            "FileDescriptorStoreMax",
                            "ExecStart",
                            "Restart",
                            "RestartSec",
                            "WatchdogSignal",
                            "SuccessExitStatus",
                            "KillMode",
                            "TimeoutStopSec",
                            "OOMScoreAdjust",
                            "OOMPolicy",
                            "LimitNOFILE",
                            "CapabilityBoundingSet",
                            "ProtectSystem",
                            "ReadWritePaths",
                            "ProtectHome",
                            "PrivateTmp"),
            "Install", Set.of("WantedBy"));

    private static CommandOptions options() {
        List<String> command = words("ExecStart");
        return DaemonSetTest.optionsOf(command.subList(1, command.size()));
    }

    private static List<String> words(String directive) {
        return unit().getOrDefault(directive, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.strip().split(" +")))
                .toList();
    }

    /** The values of each directive. See systemd.syntax(7). */
    private static Map<String, List<String>> unit() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        String section = "";
        try {
            String text = Files.readString(FILE).replace("\\\n", " "); // joins continued lines
            for (String line : text.lines().toList()) {
                if (line.matches("\\[.+]")) {
                    section = line.substring(1, line.length() - 1);
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    String[] directive = line.split("=", 2);
                    assertThat(KNOWN.get(section)).as(section).contains(directive[0]);
                    values.computeIfAbsent(directive[0], none -> new ArrayList<>())
                            .add(directive[1]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    @Test
    void startsTheProgramOfTheDistribution() {
        Path program = Path.of(words("ExecStart").get(0));
        assertThat(program).isEqualTo(Path.of("/opt/seccomp-agent/bin/seccomp-agent"));
        assertThat(Path.of("src/main/dist/bin").resolve(program.getFileName())).isExecutable();
        assertThat(options().get("resolver", "")).isEqualTo("metadata");
        assertThat(BindAddress.parse("", options().get("metrics-bind-address", ""))
                        .socketAddress()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
    }

    @Test
    void hasTheSocketOfTheDaemonSet() {
        assertThat(options().get("socketfile", "")).isEqualTo(DaemonSetTest.socketOnNode());
    }

    @Test
    void canWriteWhereTheSocketIs() {
        assertThat(words("ReadWritePaths"))
                .contains(Path.of(options().get("socketfile", "")).getParent().toString());
    }

    @Test
    void hasTheCapabilitiesOfTheDaemonSet() {
        assertThat(new TreeSet<>(words("CapabilityBoundingSet"))).isEqualTo(DaemonSetTest.capabilities());
    }

    /** Each of them is needed for a restart that containers do not see. */
    @Test
    void keepsWhatTheNextAgentGoesOnWith() {
        assertThat(words("Type")).containsExactly("notify");
        assertThat(words("NotifyAccess")).containsExactly("main");
        assertThat(words("FileDescriptorStoreMax")).containsExactly("16384");
        assertThat(words("KillMode")).containsExactly("process");
        assertThat(words("RestartSec")).containsExactly("0");
    }

    @Test
    void comesBackAlways() {
        assertThat(words("Restart")).containsExactly("always");
        assertThat(words("StartLimitIntervalSec")).containsExactly("0");
    }
}
