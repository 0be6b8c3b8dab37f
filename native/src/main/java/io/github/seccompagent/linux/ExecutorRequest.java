package io.github.seccompagent.linux;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is asked to do, struct request of protocol.h.
 *
 * @param paths those of {@code strings} that are paths: the first one or two
 * @param strings with their final NUL, in the order of enum string; null for one that is absent
 */
public record ExecutorRequest(
        Operation operation, List<TargetPath> paths, List<Long> numbers, List<byte @Nullable []> strings) {
    private static final int GROUP_COUNT = 56;
    private static final int PID_LEVELS = 60;
    private static final int PROCESS_IDS = 64;
    private static final int THREAD_IDS = 192;
    private static final int FLAGS = 320;
    private static final int STRING_LENGTHS = 324;
    private static final int NUMBERS = 352;
    private static final int HEADER = 376;
    private static final int STRING_COUNT = 7;
    private static final int LABEL = 6;
    private static final int NUMBER_COUNT = 3;
    private static final int WORKER_IS_VISIBLE = 1;
    private static final int LABEL_OF_THREAD = 2;
    private static final long AT_EMPTY_PATH = 0x1000;

    /** In the order of enum operation, which begins with 1. */
    public enum Operation {
        MKDIR,
        UNLINK,
        RENAME,
        LINK,
        SYMLINK,
        CHMOD,
        CHOWN,
        MKNOD,
        OPEN,
        SETXATTR,
        REMOVEXATTR,
        MOUNT
    }

    /** A call with one path and numbers. */
    public static ExecutorRequest of(Operation operation, TargetPath path, long... numbers) {
        return new ExecutorRequest(operation, List.of(path), boxed(numbers), strings(terminated(path.name())));
    }

    /** A call with two paths and a number. */
    public static ExecutorRequest of(Operation operation, TargetPath path, TargetPath path2, long number) {
        return new ExecutorRequest(
                operation,
                List.of(path, path2),
                List.of(number),
                strings(terminated(path.name()), terminated(path2.name())));
    }

    /** A call with one path, a name, perhaps a value, and numbers. */
    public static ExecutorRequest of(
            Operation operation, TargetPath path, TargetString name, byte @Nullable [] value, long... numbers) {
        return new ExecutorRequest(
                operation,
                List.of(path),
                boxed(numbers),
                strings(terminated(path.name()), null, terminated(name), value == null ? null : terminated(value)));
    }

    /** A new filesystem, with some of its paths covered, moved to its target when it is complete. */
    public static ExecutorRequest mount(NewMount mount, TargetPath target) {
        ByteArrayOutputStream covers = new ByteArrayOutputStream();
        for (NewMount.Cover cover : mount.covers()) {
            covers.write(cover.kind() == NewMount.CoverKind.MASKED ? 'm' : 'r');
            covers.writeBytes(LibC.string(cover.path()));
        }
        return new ExecutorRequest(
                Operation.MOUNT,
                List.of(target),
                List.of(mount.attributes(), mount.superblockFlags()),
                strings(
                        terminated(target.name()),
                        null,
                        LibC.string(mount.type()),
                        mount.source() == null ? null : terminated(mount.source()),
                        mount.options() == null ? null : terminated(mount.options()),
                        covers.size() == 0 ? null : covers.toByteArray()));
    }

    private static List<byte @Nullable []> strings(byte @Nullable []... strings) {
        return Arrays.asList(strings);
    }

    private static List<Long> boxed(long... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    private static byte[] terminated(TargetString string) {
        return terminated(string.bytes());
    }

    private static byte[] terminated(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** Fills a message; {@code buffer} must be large enough for {@link #size}. */
    void write(MessageBuffer buffer, AdoptedCaller caller) {
        ThreadStatus status = caller.status();
        buffer.putInt(0, operation.ordinal() + 1).putInt(4, caller.present());
        write(buffer, 8, status.user());
        write(buffer, 24, status.group());
        buffer.putLong(40, status.effectiveCapabilities());
        buffer.putInt(48, status.umask()).putInt(52, status.noNewPrivileges() ? 1 : 0);
        buffer.putInt(GROUP_COUNT, status.groups().size());
        buffer.putInt(PID_LEVELS, status.threadIds().size());
        write(buffer, PROCESS_IDS, status.processIds());
        write(buffer, THREAD_IDS, status.threadIds());
        buffer.putInt(
                FLAGS,
                (caller.seesWorker() ? WORKER_IS_VISIBLE : 0) | (SecurityLabel.isOfThread() ? LABEL_OF_THREAD : 0));
        for (int i = 0; i < NUMBER_COUNT; i++) {
            buffer.putLong(NUMBERS + 8 * i, i < numbers.size() ? numbers.get(i) : 0);
        }
        write(buffer, HEADER, status.groups());
        int at = HEADER + 4 * status.groups().size();
        for (int i = 0; i < STRING_COUNT; i++) {
            byte @Nullable [] string = string(i, caller);
            buffer.putInt(STRING_LENGTHS + 4 * i, string == null ? 0 : string.length);
            if (string != null) {
                buffer.putBytes(at, string);
                at += string.length;
            }
        }
    }

    private byte @Nullable [] string(int index, AdoptedCaller caller) {
        if (index == LABEL) {
            return caller.label().map(LibC::string).orElse(null);
        }
        return index < strings.size() ? strings.get(index) : null;
    }

    private static void write(MessageBuffer buffer, int offset, Ids ids) {
        write(buffer, offset, List.of(ids.real(), ids.effective(), ids.saved(), ids.fileSystem()));
    }

    private static void write(MessageBuffer buffer, int offset, List<Integer> numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            buffer.putInt(offset + 4 * i, numbers.get(i));
        }
    }

    /** Whether its first path may be empty and mean the descriptor that it starts from. */
    public boolean allowsEmptyPath() {
        long flags = switch (operation) {
            case CHMOD, SETXATTR, REMOVEXATTR -> numbers.get(1);
            case CHOWN -> numbers.get(2);
            case LINK -> numbers.get(0);
            default -> 0;
        };
        return (flags & AT_EMPTY_PATH) != 0;
    }

    /** Whether it makes something that belongs to the caller's pid namespace: a proc, the only mount that there is. */
    boolean needsPidNamespace() {
        return operation == Operation.MOUNT;
    }

    /** Whether even an absolute path starts from the directory descriptor: RESOLVE_IN_ROOT and others. */
    boolean alwaysHasDirectory() {
        return operation == Operation.OPEN && numbers.get(2) != 0;
    }

    /** Whether this asks for the same as another request. */
    public boolean asksTheSame(ExecutorRequest other) {
        return operation == other.operation
                && paths.equals(other.paths)
                && numbers.equals(other.numbers)
                && Arrays.deepEquals(strings.toArray(), other.strings.toArray());
    }

    /** The length of the message. */
    int size(AdoptedCaller caller) {
        int size = HEADER + 4 * caller.status().groups().size();
        for (int i = 0; i < STRING_COUNT; i++) {
            byte @Nullable [] string = string(i, caller);
            size += string == null ? 0 : string.length;
        }
        return size;
    }
}
