package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may stand in the options of a mount that is granted: the agent's privileges would make more possible. */
final class MountOptions {
    /**
     * Of those that are built outside of the container nothing but what is known to be harmless. The option pidns= of a
     * proc, for one, can name any pid namespace that whoever builds it sees: the host's.
     */
    private static final Map<String, Set<String>> ALLOWED =
            Map.of("proc", Set.of("hidepid", "gid", "subset"), "sysfs", Set.of());

    /** The labels of an LSM, which no container may choose: context= and others of SELinux, and those of Smack. */
    private static final List<String> LABELS =
            List.of("context", "fscontext", "defcontext", "rootcontext", "seclabel", "smack");

    /** Descriptors of the caller's that would be taken for the worker's; fd alone is the caller's. */
    private static final Set<String> DESCRIPTORS = Set.of("rfdno", "wfdno");

    private MountOptions() {}

    /**
     * Makes sure that there is nothing else.
     *
     * @throws ErrnoException EINVAL for one that the type is not granted or that is a descriptor, EPERM for a label
     */
    static void requireHarmless(String type, @Nullable TargetString options) {
        if (options == null) {
            return;
        }
        String text = new String(options.bytes(), StandardCharsets.ISO_8859_1);
        Set<String> allowed = ALLOWED.get(type);
        Arrays.stream(text.split(",")).map(option -> option.split("=", 2)[0]).forEach(name -> {
            if (LABELS.stream().anyMatch(name::startsWith)) {
                throw new ErrnoException(Errno.EPERM, "a label among the options of a mount");
            }
            if (DESCRIPTORS.contains(name)) {
                throw new ErrnoException(Errno.EINVAL, "a descriptor among the options of a mount");
            }
            if (allowed != null && !name.isEmpty() && !allowed.contains(name)) {
                throw new ErrnoException(Errno.EINVAL, "an option of a mount of " + type);
            }
        });
    }
}
