package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The facts of a call that waits for its answer. */
final class NotifiedFacts implements CallFacts {
    private static final int MOUNT_TYPE = 2;
    private static final int NODE_MODE = 1;
    private static final int NODE_DEVICE = 2;
    private static final int S_IFMT = 0170000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    /** Old programs set this in the upper half of mount's flags. The kernel removes it before it looks at them. */
    private static final long MOUNT_MAGIC = 0xC0ED0000L;

    private static final long MOUNT_MAGIC_MASK = 0xFFFF0000L;

    private final NotifiedCall call;
    private @Nullable Credentials credentials; // of the same instant for all rules

    NotifiedFacts(NotifiedCall call) {
        this.call = call;
    }

    @Override
    public String syscall() {
        return call.syscall();
    }

    @Override
    public String family() {
        return call.family();
    }

    @Override
    public long flags() {
        int argument = Family.of(family()).flagsAt();
        long flags = argument == Family.NONE ? 0 : call.argument(argument);
        boolean magic = family().equals("mount") && (flags & MOUNT_MAGIC_MASK) == MOUNT_MAGIC;
        return magic ? flags & ~MOUNT_MAGIC_MASK : flags;
    }

    @Override
    public String type() {
        TargetString type = family().equals("mount") ? call.string(MOUNT_TYPE) : null;
        return type == null ? "" : new String(type.bytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public OptionalInt device() {
        if (!family().equals("mknod")) {
            return OptionalInt.empty();
        }
        int kind = call.mode(NODE_MODE) & S_IFMT;
        return kind == S_IFCHR || kind == S_IFBLK
                ? OptionalInt.of((int) call.argument(NODE_DEVICE))
                : OptionalInt.empty();
    }

    @Override
    public long uid() {
        return Integer.toUnsignedLong(credentials().user().effective());
    }

    @Override
    public boolean has(Capability capability) {
        return credentials().has(capability);
    }

    private Credentials credentials() {
        Credentials known = credentials;
        if (known == null) {
            known = call.credentials();
            credentials = known;
        }
        return known;
    }
}
