package io.github.seccompagent.linux;

import io.github.seccompagent.api.Credentials.Ids;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What /proc/TID/status says of a thread, proc_pid_status(5). Ids are numbers of the agent's user namespace.
 *
 * @param threadGroupId the process of the thread
 * @param processIds the process's ids, from the agent's pid namespace to its own; the last is 1 for an init process
 * @param threadIds the thread's, likewise
 */
public record ThreadStatus(
        int threadGroupId,
        List<Integer> processIds,
        List<Integer> threadIds,
        Ids user,
        Ids group,
        List<Integer> groups,
        long effectiveCapabilities,
        int umask,
        boolean noNewPrivileges) {

    /**
     * Reads the status of a thread. Whoever calls asks afterwards whether that is still the same thread.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    public static ThreadStatus of(int threadId) {
        return parse(ProcFile.read("/proc/" + threadId + "/status"));
    }

    static ThreadStatus parse(byte[] status) {
        Map<String, String> fields = new HashMap<>();
        for (String line : new String(status, StandardCharsets.ISO_8859_1).split("\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return new ThreadStatus(
                Integer.parseInt(fields.get("Tgid")),
                numbers(fields.getOrDefault("NStgid", "")),
                numbers(fields.getOrDefault("NSpid", "")),
                ids(fields.get("Uid")),
                ids(fields.get("Gid")),
                numbers(fields.get("Groups")),
                Long.parseUnsignedLong(fields.get("CapEff"), 16),
                Integer.parseInt(fields.getOrDefault("Umask", "0"), 8), // a zombie has none
                "1".equals(fields.get("NoNewPrivs")));
    }

    private static Ids ids(String text) {
        List<Integer> ids = numbers(text);
        return new Ids(ids.get(0), ids.get(1), ids.get(2), ids.get(3));
    }

    private static List<Integer> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String number : text.split("\\s+")) {
            if (!number.isEmpty()) {
                numbers.add(Integer.parseUnsignedInt(number));
            }
        }
        return List.copyOf(numbers);
    }
}
