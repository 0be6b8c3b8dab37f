package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves that lines of metadata come from this agent's own plugin, and belong to one container: a last line
 * {@code SEAL} with an HMAC-SHA256 over all lines before it. Safe for use by several threads.
 */
public final class Seal {
    /** The keys of lines that only a seal makes true. Without one they mean nothing. */
    static final Set<String> KEYS = Set.of("SEAL", "LABEL", "LABELS", "ANNOTATION", "ANNOTATIONS", "ACCOUNT");

    private static final String SEAL = "SEAL=";
    private static final String VERSION = "v1";
    private static final int SHORTEST_KEY = 32;
    private static final int MOST = 64 * 1024;
    private static final String ALGORITHM = "HmacSHA256";
    private static final String ALL = "all";

    private final SecretKeySpec key;

    /**
     * Whose a container is, by its seal.
     *
     * @param podUid the pod's uid
     */
    public record Sealed(Identity who, String podUid) {}

    /**
     * Creates a seal.
     *
     * @param key the node's secret, 32 bytes or more
     * @throws IllegalArgumentException if the key is shorter
     */
    public Seal(byte[] key) {
        if (key.length < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "a key of " + key.length + " bytes: at least " + SHORTEST_KEY + " were expected");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * The lines, and those that say whose they are, and the seal.
     *
     * @param lines metadata as in a profile, with GRANTS and BASE. Lines that only a seal makes true are left out: they
     *     are not this agent's words
     * @param containerId the id of the container that they are for
     * @param who what is known about it
     * @param podUid the pod's uid
     * @throws IllegalArgumentException if it is too much: the pod has too many labels, for example
     */
    public String seal(String lines, String containerId, Identity who, String podUid) {
        StringBuilder text = new StringBuilder();
        lines.lines()
                .filter(line -> !line.isBlank() && !KEYS.contains(keyOf(line)))
                .forEach(line -> text.append(line).append('\n'));
        who.serviceAccount().ifPresent(name -> line(text, "ACCOUNT", encode(name)));
        who.labels().ifPresent(labels -> {
            line(text, "LABELS", ALL);
            new TreeMap<>(labels).forEach((name, value) -> line(text, "LABEL", name, value));
        });
        line(text, "ANNOTATIONS", who.knownAnnotations().map(Seal::list).orElse(ALL));
        new TreeMap<>(who.annotations()).forEach((name, value) -> line(text, "ANNOTATION", name, value));
        String owner = List.of(who.namespace(), who.pod(), who.container(), podUid).stream()
                .map(Seal::encode)
                .collect(Collectors.joining("/"));
        text.append(SEAL + VERSION + ":" + encode(containerId) + ":" + owner + ":");
        if (text.length() > MOST) {
            throw new IllegalArgumentException(
                    "labels, annotations and metadata with more than " + MOST + " characters in all");
        }
        return text + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(text.toString()));
    }

    private static String list(Collection<String> names) {
        return new TreeSet<>(names).stream().map(Seal::encode).collect(Collectors.joining(","));
    }

    private static void line(StringBuilder text, String key, String name, String value) {
        text.append(key)
                .append('=')
                .append(encode(name))
                .append('=')
                .append(encode(value))
                .append('\n');
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String keyOf(String line) {
        int equals = line.indexOf('=');
        return (equals < 0 ? line : line.substring(0, equals)).strip();
    }

    static boolean isIn(ContainerProcessState container) {
        return container.metadata().lines().anyMatch(line -> keyOf(line).equals("SEAL"));
    }

    /**
     * Whose the container is, by the seal in its metadata; empty if there is no seal.
     *
     * @throws IllegalArgumentException if there is a seal that this agent did not make, or not for this container
     */
    public Optional<Sealed> open(ContainerProcessState container) {
        if (!isIn(container)) {
            return Optional.empty();
        }
        String metadata = container.metadata().stripTrailing();
        int colon = metadata.lastIndexOf(':');
        int last = metadata.lastIndexOf('\n') + 1;
        String[] fields = metadata.substring(last).split(":", -1);
        if (fields.length != 4
                || !fields[0].equals(SEAL + VERSION)
                || !isMac(metadata.substring(0, colon + 1), fields[3])) {
            throw new IllegalArgumentException(
                    "the seal is not of this agent: the metadata was made or changed by others");
        }
        if (!decode(fields[1]).equals(container.id())) {
            throw new IllegalArgumentException("the seal is for another container");
        }
        String[] owner = fields[2].split("/", -1);
        return Optional.of(new Sealed(
                identity(metadata.substring(0, last), decode(owner[0]), decode(owner[1]), decode(owner[2])),
                decode(owner[3])));
    }

    /** Only for lines whose seal is valid. */
    private static Identity identity(String lines, String namespace, String pod, String container) {
        Map<String, String> labels = new HashMap<>();
        Map<String, String> annotations = new HashMap<>();
        Optional<Map<String, String>> known = Optional.empty();
        Optional<String> account = Optional.empty();
        Optional<Set<String>> knownAnnotations = Optional.empty();
        for (String line : lines.split("\n")) {
            String[] parts = line.split("=", -1);
            switch (parts[0]) {
                case "ACCOUNT" -> account = Optional.of(decode(parts[1]));
                case "LABELS" -> known = Optional.of(labels);
                case "LABEL" -> labels.put(decode(parts[1]), decode(parts[2]));
                case "ANNOTATION" -> annotations.put(decode(parts[1]), decode(parts[2]));
                case "ANNOTATIONS" -> {
                    if (!parts[1].equals(ALL)) {
                        knownAnnotations = Optional.of(Arrays.stream(parts[1].split(","))
                                .map(Seal::decode)
                                .collect(Collectors.toSet()));
                    }
                }
                default -> {}
            }
        }
        return new Identity(namespace, pod, container, account, known, annotations, knownAnnotations, 0);
    }

    private boolean isMac(String text, String encoded) {
        try {
            return MessageDigest.isEqual(mac(text), Base64.getUrlDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
            return false; // no Base64
        }
    }

    private byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has no " + ALGORITHM, e);
        }
    }
}
