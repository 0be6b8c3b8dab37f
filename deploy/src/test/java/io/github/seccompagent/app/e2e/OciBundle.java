package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a runtime makes a container from: Docker's default capabilities, so no CAP_SYS_ADMIN, its masked paths, and a
 * seccomp profile that notifies an agent of mkdir, mount and chmod in all their forms.
 */
final class OciBundle {
    /** Where the container's user namespace begins on the host, if it has one. */
    static final int FIRST_ID = 100_000;

    private static final List<String> NOTIFIED = List.of("mount", "mkdir", "mkdirat", "chmod", "fchmodat");

    static final List<String> CAPABILITIES = Stream.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "NET_RAW",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT")
            .map(name -> "CAP_" + name)
            .toList();

    static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats");
    static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final Path agentSocket;
    private List<String> capabilities = CAPABILITIES;
    private List<Map<String, Object>> deviceRules = List.of();
    private String cgroup = "";
    private List<String> command = List.of("sleep", "1000000");
    private List<String> notified = NOTIFIED;
    private String metadata = "";
    private Map<String, String> annotations = Map.of();
    private final List<Map<String, Object>> binds = new ArrayList<>();
    private int uid;
    private boolean userNamespace;
    private int processes; // 0: any number
    private boolean hostPids;
    private boolean noNewPrivileges;
    private boolean ownNetwork;
    private boolean nothingMasked;

    private OciBundle(Path agentSocket) {
        this.agentSocket = agentSocket;
    }

    /** One whose notified calls go to the agent that listens there. */
    static OciBundle notifying(Path agentSocket) {
        return new OciBundle(agentSocket);
    }

    /** Has the runtime deny all devices but those that every container may use. Any node may be made all the same. */
    OciBundle usualDevicesOnly() {
        deviceRules = List.of(Map.of("allow", false, "access", "rwm"));
        return this;
    }

    /** Like that, but with a device of its own. */
    OciBundle usualDevicesAnd(String type, int major, int... minors) {
        deviceRules = Stream.concat(
                        Stream.of(Map.<String, Object>of("allow", false, "access", "rwm")),
                        Arrays.stream(minors)
                                .mapToObj(minor -> Map.<String, Object>of(
                                        "allow", true, "access", "rwm", "type", type, "major", major, "minor", minor)))
                .toList();
        return this;
    }

    /** The path of its cgroup in all hierarchies; by default the runtime chooses it. */
    OciBundle cgroup(String path) {
        cgroup = path;
        return this;
    }

    /** With one more capability, such as CAP_SYS_ADMIN. */
    OciBundle with(String capability) {
        capabilities =
                Stream.concat(capabilities.stream(), Stream.of(capability)).toList();
        return this;
    }

    /** Without one of the capabilities, such as CAP_MKNOD. */
    OciBundle without(String capability) {
        capabilities =
                capabilities.stream().filter(each -> !each.equals(capability)).toList();
        return this;
    }

    /** What runs first in the container; it sleeps otherwise. */
    OciBundle command(String... words) {
        command = List.of(words);
        return this;
    }

    /** Has other calls notified than the usual ones. */
    OciBundle notified(String... names) {
        notified = List.of(names);
        return this;
    }

    OciBundle metadata(String text) {
        metadata = text;
        return this;
    }

    OciBundle annotations(Map<String, String> those) {
        annotations = those;
        return this;
    }

    OciBundle uid(int id) {
        uid = id;
        return this;
    }

    OciBundle userNamespace() {
        userNamespace = true;
        return this;
    }

    /** May have so many processes. */
    OciBundle processes(int most) {
        processes = most;
        return this;
    }

    /** Shares the host's pid namespace. */
    OciBundle hostPids() {
        hostPids = true;
        return this;
    }

    /** Has a network of its own; otherwise it has the host's. */
    OciBundle ownNetwork() {
        ownNetwork = true;
        return this;
    }

    /** Shows all of its proc, and lets it be written. */
    OciBundle nothingMasked() {
        nothingMasked = true;
        return this;
    }

    /** Has a folder of the host. */
    OciBundle bind(Path source, String place) {
        binds.add(
                Map.of("destination", place, "type", "bind", "source", source.toString(), "options", List.of("bind")));
        return this;
    }

    OciBundle noNewPrivileges() {
        noNewPrivileges = true;
        return this;
    }

    /** Writes it to {@code folder}. */
    void writeTo(Path folder) {
        RootFs.createAt(folder.resolve("rootfs"));
        try {
            Files.write(folder.resolve("config.json"), new ObjectMapper().writeValueAsBytes(config()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> config() {
        return Map.of(
                "ociVersion", "1.0.2", // the newest that Debian's crun takes
                "process", process(),
                "root", Map.of("path", "rootfs"),
                "hostname", "e2e",
                "annotations", annotations,
                "mounts", mounts(),
                "linux", linux());
    }

    private List<Map<String, Object>> mounts() {
        List<Map<String, Object>> mounts = new ArrayList<>();
        mounts.add(mount("/proc", "proc"));
        mounts.add(mount("/dev", "tmpfs", "nosuid", "mode=755"));
        mounts.addAll(binds);
        return mounts;
    }

    private Map<String, Object> process() {
        return Map.of(
                "args",
                command,
                "cwd",
                "/",
                "env",
                List.of("PATH=/bin"),
                "user",
                Map.of("uid", uid, "gid", uid),
                "noNewPrivileges",
                noNewPrivileges,
                "capabilities",
                Map.of("bounding", capabilities, "effective", capabilities, "permitted", capabilities));
    }

    private Map<String, Object> linux() {
        Map<String, Object> linux = new LinkedHashMap<>();
        linux.put(
                "namespaces",
                Stream.concat(
                                Stream.of("pid", "mount", "ipc", "uts")
                                        .filter(type -> !(hostPids && type.equals("pid"))),
                                Stream.concat(
                                        Stream.of("user").filter(user -> userNamespace),
                                        Stream.of("network").filter(network -> ownNetwork)))
                        .map(type -> Map.of("type", type))
                        .toList());
        if (userNamespace) {
            Map<String, Integer> ids = Map.of("containerID", 0, "hostID", FIRST_ID, "size", 65_536);
            linux.put("uidMappings", List.of(ids));
            linux.put("gidMappings", List.of(ids));
        }
        linux.put("maskedPaths", nothingMasked ? List.of() : MASKED);
        linux.put("readonlyPaths", nothingMasked ? List.of() : READ_ONLY);
        linux.put("seccomp", seccomp());
        if (!cgroup.isEmpty()) {
            linux.put("cgroupsPath", cgroup);
        }
        linux.put(
                "resources",
                processes == 0
                        ? Map.of("devices", deviceRules)
                        : Map.of("devices", deviceRules, "pids", Map.of("limit", processes)));
        return linux;
    }

    private Map<String, Object> seccomp() {
        return Map.of(
                "defaultAction", "SCMP_ACT_ALLOW",
                "architectures", architectures(),
                "listenerPath", agentSocket.toString(),
                "listenerMetadata", metadata,
                "syscalls", List.of(Map.of("names", notified, "action", "SCMP_ACT_NOTIFY")));
    }

    private static List<String> architectures() {
        return System.getProperty("os.arch").equals("amd64")
                ? List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32")
                : List.of("SCMP_ARCH_AARCH64");
    }

    private static Map<String, Object> mount(String place, String type, String... options) {
        return Map.of("destination", place, "type", type, "source", type, "options", List.of(options));
    }
}
