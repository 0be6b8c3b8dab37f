package io.github.seccompagent.linux.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the environment says of the descriptors that a keeper or systemd gave. An input has LISTEN_FDS, LISTEN_PID and
 * LISTEN_FDNAMES, with NULs between. Nothing is closed here: the descriptors are those of the fuzzer.
 */
public final class KeptFdsFuzz {
    private static final int PID = 12;

    private KeptFdsFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        String[] parts = new String(data, StandardCharsets.ISO_8859_1).split("\0", -1);
        Map<String, String> environment = new HashMap<>();
        List<String> variables = List.of("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES");
        for (int i = 0; i < Math.min(parts.length, variables.size()); i++) {
            environment.put(variables.get(i), parts[i]);
        }
        KeptFds kept = KeptFds.of(environment, PID);
        if (!isTwelve(environment.getOrDefault("LISTEN_PID", ""))) {
            assertThat(kept.names()).isEmpty();
        }
        List<String> names = new ArrayList<>(
                Arrays.asList(environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1)));
        names.add(""); // those without a name
        assertThat(names).containsAll(kept.names());
    }

    private static boolean isTwelve(String text) {
        return text.matches("\\+?0*12");
    }
}
