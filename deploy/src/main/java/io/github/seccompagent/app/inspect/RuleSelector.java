package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.api.Capability;
import io.github.seccompagent.linux.fd.Architecture;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The "includes" or "excludes" of a rule in Docker's form of a profile.
 *
 * @param arches names of architectures as Go has them
 * @param minKernel a version such as 4.8; empty if it does not matter
 */
record RuleSelector(List<String> arches, List<String> caps, String minKernel) {

    static RuleSelector of(JsonNode selector) {
        return new RuleSelector(
                texts(selector.path("arches")),
                texts(selector.path("caps")),
                selector.path("minKernel").asText(""));
    }

    static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    boolean includes(long capabilities) {
        return (arches.isEmpty() || arches.contains(arch()))
                && caps.stream().allMatch(each -> has(capabilities, each))
                && (minKernel.isEmpty() || isKernelAtLeast(minKernel));
    }

    boolean excludes(long capabilities) {
        return arches.contains(arch())
                || caps.stream().anyMatch(each -> has(capabilities, each))
                || !minKernel.isEmpty() && isKernelAtLeast(minKernel);
    }

    private static String arch() {
        return Architecture.ofThisMachine() == Architecture.AARCH64 ? "arm64" : "amd64";
    }

    private static boolean has(long capabilities, String name) {
        return Stream.of(Capability.values())
                .anyMatch(each -> each.name().equals(name) && (capabilities & each.bit()) != 0);
    }

    static boolean isKernelAtLeast(String version) {
        int[] wanted = numbers(version);
        int[] running = numbers(System.getProperty("os.version"));
        return running[0] > wanted[0] || running[0] == wanted[0] && running[1] >= wanted[1];
    }

    /** The first two numbers of a version. */
    private static int[] numbers(String version) {
        String[] parts = version.split("[^0-9]+", 3);
        int[] numbers = new int[2];
        for (int i = 0; i < Math.min(2, parts.length); i++) {
            numbers[i] = parts[i].matches("[0-9]{1,6}") ? Integer.parseInt(parts[i]) : 0;
        }
        return numbers;
    }
}
