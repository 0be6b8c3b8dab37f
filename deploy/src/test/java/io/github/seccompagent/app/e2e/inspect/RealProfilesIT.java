package io.github.seccompagent.app.e2e.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.inspect.Inspection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** runc makes a container's filters of a profile. What is told of these filters is what the profile says. */
class RealProfilesIT {
    /** Calls from this number on may be unknown to the libseccomp of this system. Then runc leaves them out. */
    private static final int PERHAPS_UNKNOWN = 450;

    private static final int X32_BIT = 0x40000000;

    private static EmbeddedAgent agent;

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    @BeforeAll
    static void startAgent() {
        agent = EmbeddedAgent.with(registry -> registry);
    }

    @AfterAll
    static void stopAgent() {
        agent.close();
    }

    static List<String> profiles() {
        return RealProfiles.names().toList();
    }

    @Test
    void thereAreEnough() {
        assertThat(profiles()).hasSizeGreaterThanOrEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void everyCallIsToldAsTheProfileSays(String name) throws Exception {
        Map<String, Object> profile = new LinkedHashMap<>(RealProfiles.all().get(name));
        if (profile.toString().contains("SCMP_ACT_NOTIFY")) {
            profile.put("listenerPath", agent.socket().toString());
        }
        Path file = Files.write(folder.resolve("profile.json"), new ObjectMapper().writeValueAsBytes(profile));
        OciBundle bundle = OciBundle.notifying(agent.socket()).noNewPrivileges().profile(file);
        List<String> differences = new ArrayList<>();
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Path configuration = container.bundle().resolve("config.json");
            ProfileOracle oracle = new ProfileOracle(
                    RealProfiles.read(configuration).path("linux").path("seccomp"));
            JsonNode told = inspect(container);
            for (JsonNode abi : told.path("abis")) {
                compare(abi, oracle, differences);
            }
        }
        assertThat(differences).isEmpty();
    }

    private static JsonNode inspect(OciContainer container) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            int status = new Inspection(Integer.toString(container.pid()), "", List.of()).print(out, true);
            assertThat(status).isZero();
        }
        return new ObjectMapper().readTree(bytes.toByteArray());
    }

    private static void compare(JsonNode abi, ProfileOracle oracle, List<String> differences) {
        String abiName = abi.path("abi").asText();
        int newest = 0;
        for (JsonNode call : abi.path("calls")) {
            if (oracle.isNamed(call.path("name").asText()) && !isPerhapsUnknown(call)) {
                newest = Math.max(newest, call.path("number").asInt());
            }
        }
        for (JsonNode call : abi.path("calls")) {
            String name = call.path("name").asText();
            if (ProfileOracle.isMultiplexed(abiName, name)) {
                continue;
            }
            for (long[] arguments : arguments(oracle.interesting(name))) {
                String said = told(call.path("cases"), arguments);
                Set<String> expected = new TreeSet<>(oracle.actions(name, abiName, arguments));
                if (isPerhapsUnknown(call)) {
                    expected.addAll(oracle.actions("", abiName, arguments));
                }
                // runc gives ENOSYS to what is newer than all of the profile.
                boolean isNewer = call.path("number").asInt() > newest && said.equals("errno 38");
                if (!expected.contains(said) && !isNewer) {
                    differences.add(abiName + " " + name + " " + Arrays.toString(arguments) + ": told " + said
                            + ", expected " + expected);
                    break;
                }
            }
        }
    }

    private static boolean isPerhapsUnknown(JsonNode call) {
        return (call.path("number").asInt() & ~X32_BIT) >= PERHAPS_UNKNOWN
                && (call.path("number").asInt() & ~X32_BIT) < 512; // those of x32 begin there
    }

    private static List<long[]> arguments(List<Long> interesting) {
        List<long[]> all = new ArrayList<>();
        for (long first : interesting) {
            for (long second : interesting) {
                all.add(new long[] {first, second, second, first, second, first});
                all.add(new long[] {first, first, second, second, first, second});
            }
        }
        return all;
    }

    private static String told(JsonNode cases, long[] arguments) {
        for (JsonNode each : cases) {
            if (!each.has("when") || holds(each.path("when"), arguments)) {
                String action = each.path("action").asText();
                return switch (action) {
                    case "errno" ->
                        action + " "
                                + Errno.valueOf(each.path("errno").asText()).number();
                    case "trace" -> action + " " + each.path("data").asInt();
                    default -> action;
                };
            }
        }
        throw new AssertionError("nothing is told: " + cases);
    }

    private static boolean holds(JsonNode when, long[] arguments) {
        for (JsonNode all : when) {
            boolean holds = true;
            for (JsonNode one : all) {
                holds &= holdsOne(one, arguments);
            }
            if (holds) {
                return true;
            }
        }
        return false;
    }

    private static boolean holdsOne(JsonNode condition, long[] arguments) {
        long argument = arguments[condition.path("index").asInt()]
                & Long.parseUnsignedLong(condition.path("mask").asText().substring(2), 16);
        long value = Long.parseUnsignedLong(condition.path("value").asText().substring(2), 16);
        int compared = Long.compareUnsigned(argument, value);
        return switch (condition.path("op").asText()) {
            case "==" -> compared == 0;
            case "!=" -> compared != 0;
            case "<=" -> compared <= 0;
            case ">=" -> compared >= 0;
            default -> throw new AssertionError(condition);
        };
    }
}
