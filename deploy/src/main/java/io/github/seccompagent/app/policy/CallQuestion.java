package io.github.seccompagent.app.policy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.app.control.FlagNames;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.syscall.SyscallTable;
import io.github.seccompagent.resolver.policy.AskedCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A call that somebody asks about, in the words of a command line.
 *
 * @param call its name, or NAME:PATH
 * @param to the second path of a call that has two; empty if there is none
 * @param type the type of a mount; empty if there is none
 * @param flags names, separated by commas
 * @param device MAJOR:MINOR; empty if there is none
 * @param capabilities names, separated by commas
 */
public record CallQuestion(
        String call, String to, String type, String flags, String device, long uid, String capabilities) {
    /** What container runtimes give to a container. */
    public static final String USUAL_CAPABILITIES = "CAP_CHOWN,CAP_DAC_OVERRIDE,CAP_FSETID,CAP_FOWNER,CAP_MKNOD,"
            + "CAP_NET_RAW,CAP_SETGID,CAP_SETUID,CAP_SETFCAP,CAP_SETPCAP,CAP_NET_BIND_SERVICE,CAP_SYS_CHROOT,CAP_KILL,"
            + "CAP_AUDIT_WRITE";

    /** @throws UsageException if a word is not understood */
    AskedCall asked() {
        int colon = call.indexOf(':');
        String name = colon < 0 ? call : call.substring(0, colon);
        words("--call", name, Words::call);
        List<String> paths = new ArrayList<>();
        if (colon >= 0) {
            paths.add(path("--call", call.substring(colon + 1)));
        }
        if (!to.isEmpty()) {
            paths.add(path("--to", to));
        }
        Set<Capability> held = Set.copyOf(words("--capabilities", capabilities, Words::capability));
        long bits = words("--flags", flags, flag -> FlagNames.bitsOf(flag, Set.of(name))).stream()
                .reduce(0L, (some, more) -> some | more);
        return new AskedCall(
                name,
                SyscallTable.familyOf(name),
                paths,
                Optional.of(type).filter(text -> !text.isEmpty()),
                bits,
                words("--device", device, Words::device).stream().findFirst(),
                uid,
                held);
    }

    private static String path(String option, String text) {
        boolean isResolved = text.startsWith("/")
                && (text.equals("/")
                        || Arrays.stream(text.substring(1).split("/", -1))
                                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals("..")));
        if (!isResolved) {
            throw new UsageException(option + ": " + Findings.quote(text)
                    + " is no path as it leads in the container: give one that begins with a slash, without . and ..");
        }
        return text;
    }

    private static <T> List<T> words(String option, String list, Function<String, T> reader) {
        try {
            return Arrays.stream(list.split(","))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .map(reader)
                    .collect(Collectors.toList());
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }
}
