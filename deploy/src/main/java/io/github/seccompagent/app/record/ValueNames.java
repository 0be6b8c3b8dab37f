package io.github.seccompagent.app.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What values of arguments are called. */
final class ValueNames {
    /** From linux/socket.h, by number. */
    private static final List<String> DOMAINS = List.of(
            "AF_UNSPEC",
            "AF_UNIX",
            "AF_INET",
            "AF_AX25",
            "AF_IPX",
            "AF_APPLETALK",
            "AF_NETROM",
            "AF_BRIDGE",
            "AF_ATMPVC",
            "AF_X25",
            "AF_INET6",
            "AF_ROSE",
            "AF_DECnet",
            "AF_NETBEUI",
            "AF_SECURITY",
            "AF_KEY",
            "AF_NETLINK",
            "AF_PACKET");

    private static final Map<Integer, String> MORE_DOMAINS =
            Map.of(21, "AF_RDS", 31, "AF_BLUETOOTH", 38, "AF_ALG", 40, "AF_VSOCK", 44, "AF_XDP");

    /** From linux/sched.h: those that a profile tells apart. */
    private static final Map<Long, String> NAMESPACES = new LinkedHashMap<>();

    static {
        NAMESPACES.put(0x00000080L, "CLONE_NEWTIME");
        NAMESPACES.put(0x00020000L, "CLONE_NEWNS");
        NAMESPACES.put(0x02000000L, "CLONE_NEWCGROUP");
        NAMESPACES.put(0x04000000L, "CLONE_NEWUTS");
        NAMESPACES.put(0x08000000L, "CLONE_NEWIPC");
        NAMESPACES.put(0x10000000L, "CLONE_NEWUSER");
        NAMESPACES.put(0x20000000L, "CLONE_NEWPID");
        NAMESPACES.put(0x40000000L, "CLONE_NEWNET");
    }

    private static final long SIGNAL_OF_CLONE = 0xff; // of clone(2) alone

    private ValueNames() {}

    /** The name; empty if none is known. */
    static String of(String syscall, String argument, long value) {
        return switch (syscall + " " + argument) {
            case "socket domain", "socketpair domain" -> domain(value);
            case "clone flags" -> namespaces(value & ~SIGNAL_OF_CLONE);
            case "clone3 flags", "unshare flags", "setns nstype" -> namespaces(value);
            default -> "";
        };
    }

    private static String domain(long value) {
        return value >= 0 && value < DOMAINS.size()
                ? DOMAINS.get((int) value)
                : MORE_DOMAINS.getOrDefault((int) value, "");
    }

    private static String namespaces(long flags) {
        List<String> names = new ArrayList<>();
        NAMESPACES.forEach((flag, name) -> {
            if ((flags & flag) != 0) {
                names.add(name);
            }
        });
        return String.join("|", names);
    }
}
