package io.github.seccompagent.app.control;

import io.github.seccompagent.runtime.SeenCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** A call's arguments as text, as strace(1) prints them. Texts and paths are in printable ASCII. */
final class CallText {
    private static final int AT_FDCWD = -100;
    private static final String UNREAD = "..."; // memory that may be secret

    /** How to print the arguments of each family, if they are no text. */
    private static final Map<String, List<LongFunction<String>>> FAMILIES = Map.ofEntries(
            Map.entry("mkdir", List.of(CallText::address, CallText::octal)),
            Map.entry("rmdir", List.of(CallText::address)),
            Map.entry("unlink", List.of(CallText::address, FlagNames.AT::of)),
            Map.entry("rename", List.of(CallText::address, CallText::address, FlagNames.RENAME::of)),
            Map.entry("link", List.of(CallText::address, CallText::address, FlagNames.AT::of)),
            Map.entry("symlink", List.of(CallText::address, CallText::address)),
            Map.entry("chmod", List.of(CallText::address, CallText::octal, FlagNames.AT::of)),
            Map.entry("chown", List.of(CallText::address, CallText::decimal, CallText::decimal, FlagNames.AT::of)),
            Map.entry("mknod", List.of(CallText::address, CallText::octal, CallText::device)),
            Map.entry("open", List.of(CallText::address, FlagNames.OPEN::of, CallText::octal, FlagNames.RESOLVE::of)),
            Map.entry(
                    "setxattr",
                    List.of(
                            CallText::address,
                            CallText::address,
                            CallText::hidden,
                            CallText::decimal,
                            FlagNames.XATTR::of,
                            FlagNames.AT::of)),
            Map.entry("removexattr", List.of(CallText::address, CallText::address, FlagNames.AT::of)),
            Map.entry("execve", List.of(CallText::address, CallText::hidden, CallText::hidden, FlagNames.AT::of)),
            Map.entry(
                    "mount",
                    List.of(
                            CallText::hidden,
                            CallText::address,
                            CallText::address,
                            FlagNames.MOUNT::of,
                            CallText::hidden)),
            Map.entry("umount", List.of(CallText::address, FlagNames.UMOUNT::of)));

    /** How many arguments those calls have that are often notified and have no family. Others have six at most. */
    private static final Map<String, Integer> COUNTS = counts(
            List.of("getpid", "getppid"),
            List.of("chroot", "unshare", "acct", "swapoff"),
            List.of("swapon", "setns", "pivot_root", "sethostname", "clone3", "kill", "fsopen"),
            List.of("socket", "connect", "bind", "bpf", "ioctl", "init_module", "finit_module", "open_tree", "fsmount"),
            List.of("reboot", "ptrace", "quotactl"),
            List.of("keyctl", "prctl", "clone", "move_mount", "perf_event_open"));

    private CallText() {}

    @SafeVarargs
    private static Map<String, Integer> counts(List<String>... names) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            for (String name : names[i]) {
                counts.put(name, i);
            }
        }
        return counts;
    }

    /** The arguments of a call. Those that the call only implies are left out. */
    static List<String> arguments(SeenCall call) {
        List<LongFunction<String>> kinds = FAMILIES.getOrDefault(call.family(), List.of());
        List<String> texts = new ArrayList<>();
        int count = Math.min(call.arguments().size(), COUNTS.getOrDefault(call.syscall(), Integer.MAX_VALUE));
        for (int i = 0; i < count; i++) {
            SeenCall.Argument argument = call.arguments().get(i);
            argument.directory().ifPresent(fd -> texts.add(fd == AT_FDCWD ? "AT_FDCWD" : Integer.toString(fd)));
            if (isOnlyDirectory(call, argument) || argument.implied()) {
                continue;
            }
            String text = argument.text();
            if (text != null) {
                texts.add('"' + text.replace("\"", "\\\"") + '"');
            } else {
                boolean structure = call.syscall().equals("openat2") && i > 0
                        || call.syscall().equals("setxattrat");
                texts.add(
                        i < kinds.size() && !structure ? kinds.get(i).apply(argument.value()) : hex(argument.value()));
            }
        }
        return texts;
    }

    private static String decimal(long value) {
        return Integer.toString((int) value);
    }

    private static String octal(long value) {
        return "0" + Long.toOctalString(value & 0xffff);
    }

    private static String hex(long value) {
        return value == 0 ? "0" : "0x" + Long.toHexString(value);
    }

    private static String hidden(long value) {
        return value == 0 ? "NULL" : UNREAD;
    }

    private static String address(long value) {
        return value == 0 ? "NULL" : hex(value);
    }

    /** As makedev(3). */
    private static String device(long value) {
        return "makedev(" + ((value >>> 8) & 0xfff) + ", " + ((value & 0xff) | ((value >>> 12) & 0xfff00)) + ")";
    }

    /** fchmod(2) and others have a descriptor in place of a path. */
    private static boolean isOnlyDirectory(SeenCall call, SeenCall.Argument argument) {
        return argument.directory().isPresent()
                && call.syscall().startsWith("f")
                && !call.syscall().contains("at");
    }
}
