package io.github.seccompagent.linux;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is asked to do, struct request of protocol.h.
 *
 * @param strings an absent one is null
 */
public record ExecutorRequest(int operation, List<Long> numbers, List<byte @Nullable []> strings) {
    private static final int OP_MKDIR = 1;
    private static final int OP_MOUNT = 2;
    private static final int HEADER = 96;
    private static final int STRINGS = 5;
    private static final int NUMBERS = 2;

    /** mkdirat(2). */
    public static ExecutorRequest mkdir(TargetPath path, int mode) {
        SplitPath split = SplitPath.of(path.name());
        return new ExecutorRequest(OP_MKDIR, List.of((long) mode), List.of(split.parent(), split.last()));
    }

    /** A new filesystem, with some of its paths covered, moved to its target when it is complete. */
    public static ExecutorRequest mount(NewMount mount, TargetPath target) {
        ByteArrayOutputStream covers = new ByteArrayOutputStream();
        for (NewMount.Cover cover : mount.covers()) {
            covers.write(cover.kind() == NewMount.CoverKind.MASKED ? 'm' : 'r');
            covers.writeBytes(LibC.string(cover.path()));
        }
        List<byte @Nullable []> strings = new java.util.ArrayList<>();
        strings.add(terminated(target.name()));
        strings.add(LibC.string(mount.type()));
        strings.add(mount.source() == null ? null : terminated(mount.source()));
        strings.add(mount.options() == null ? null : terminated(mount.options()));
        strings.add(covers.size() == 0 ? null : covers.toByteArray());
        return new ExecutorRequest(
                OP_MOUNT,
                List.of(mount.attributes(), mount.superblockFlags()),
                java.util.Collections.unmodifiableList(strings));
    }

    private static byte[] terminated(TargetString string) {
        return java.util.Arrays.copyOf(string.bytes(), string.length() + 1);
    }

    /** Fills a message; {@code buffer} must be large enough for {@link #size}. */
    void write(MessageBuffer buffer, AdoptedCaller caller) {
        ThreadStatus status = caller.status();
        buffer.putInt(0, operation).putInt(4, caller.present());
        write(buffer, 8, status.user());
        write(buffer, 24, status.group());
        buffer.putLong(40, status.effectiveCapabilities());
        buffer.putInt(48, status.umask()).putInt(52, status.noNewPrivileges() ? 1 : 0);
        buffer.putInt(56, status.groups().size());
        int at = HEADER;
        for (int group : status.groups()) {
            buffer.putInt(at, group);
            at += 4;
        }
        for (int i = 0; i < STRINGS; i++) {
            byte @Nullable [] string = i < strings.size() ? strings.get(i) : null;
            buffer.putInt(60 + 4 * i, string == null ? 0 : string.length);
            if (string != null) {
                buffer.putBytes(at, string);
                at += string.length;
            }
        }
        for (int i = 0; i < NUMBERS; i++) {
            buffer.putLong(80 + 8 * i, i < numbers.size() ? numbers.get(i) : 0);
        }
    }

    private static void write(MessageBuffer buffer, int offset, Ids ids) {
        buffer.putInt(offset, ids.real()).putInt(offset + 4, ids.effective());
        buffer.putInt(offset + 8, ids.saved()).putInt(offset + 12, ids.fileSystem());
    }

    /** The length of the message. */
    int size(AdoptedCaller caller) {
        int size = HEADER + 4 * caller.status().groups().size();
        for (byte @Nullable [] string : strings) {
            size += string == null ? 0 : string.length;
        }
        return size;
    }
}
