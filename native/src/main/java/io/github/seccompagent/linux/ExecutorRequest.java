package io.github.seccompagent.linux;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is asked to do, struct request of protocol.h.
 *
 * @param paths those of {@code strings} that are paths: the first one or two
 * @param strings with their final NUL, in the order of enum string; null for one that is absent
 * @param optionDescriptor the caller's descriptor that an option of a mount means
 */
public record ExecutorRequest(
        Operation operation,
        List<TargetPath> paths,
        List<Long> numbers,
        List<byte @Nullable []> strings,
        OptionalInt optionDescriptor) {
    private static final int GROUP_COUNT = 56;
    private static final int PID_LEVELS = 60;
    private static final int PROCESS_IDS = 64;
    private static final int THREAD_IDS = 192;
    private static final int FLAGS = 320;
    private static final int STRING_LENGTHS = 324;
    private static final int NUMBERS = 352;
    private static final int HEADER = 384;
    private static final int STRING_COUNT = 7;
    private static final int NAME = 2;
    private static final int VALUE = 3;
    private static final int LABEL = 6;
    private static final int NUMBER_COUNT = 4;
    private static final int LAST_NUMBER = 3;
    private static final int MOUNT_HOW = 2;
    private static final long MOUNT_BY_AGENT = 1;
    private static final long MOUNT_MAY_OPEN_DEVICE = 2;
    private static final int UNDECIDED = 4;
    private static final int WORKER_IS_VISIBLE = 1;
    private static final int LABEL_OF_THREAD = 2;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;

    private static final int GRANTED_SIZE = 16;

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
        LOOK,
        SETXATTR,
        REMOVEXATTR,
        MOUNT,
        MOUNT_CALL,
        UMOUNT
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

    private ExecutorRequest(
            Operation operation, List<TargetPath> paths, List<Long> numbers, List<byte @Nullable []> strings) {
        this(operation, paths, numbers, strings, OptionalInt.empty());
    }

    /** A look at what is at a path: the reply tells which file that is. */
    private static ExecutorRequest lookAt(TargetPath path, boolean followLink) {
        return of(Operation.LOOK, path, 0, followLink ? 0 : AT_SYMLINK_NOFOLLOW);
    }

    /** A look at what one of the caller's descriptors is. */
    public static ExecutorRequest lookAt(int descriptor) {
        return of(Operation.LOOK, new TargetPath(descriptor, TargetString.of()), 0, AT_EMPTY_PATH);
    }

    /** A look at what it makes, once it was made. */
    public ExecutorRequest lookAtObject() {
        return lookAt(paths.get(paths.size() - 1), operation == Operation.MOUNT);
    }

    /** The open of what an open that makes a file has made. */
    public ExecutorRequest ofExisting() {
        return of(Operation.OPEN, paths.get(0), OpenFlags.ofExisting(numbers.get(0)), 0, numbers.get(2));
    }

    /** A new filesystem, with some of its paths covered, moved to its target when it is complete. */
    public static ExecutorRequest mount(NewMount mount, TargetPath target) {
        byte[] covers = Covers.encoded(mount.covers(), "");
        return new ExecutorRequest(
                Operation.MOUNT,
                List.of(target),
                List.of(
                        mount.attributes(),
                        mount.superblockFlags(),
                        (mount.byAgent() ? MOUNT_BY_AGENT : 0) | (mount.mayOpenDevice() ? MOUNT_MAY_OPEN_DEVICE : 0),
                        (long) mount.optionDescriptor().orElse(0)),
                strings(
                        terminated(target.name()),
                        null,
                        LibC.string(mount.type()),
                        mount.source() == null ? null : terminated(mount.source()),
                        mount.options() == null ? null : terminated(mount.options()),
                        covers.length == 0 ? null : covers),
                mount.type().equals("proc") ? OptionalInt.empty() : mount.optionDescriptor()); // it has no use for one
    }

    /**
     * mount(2) with what the caller may itself.
     *
     * @param sourceIsPath whether the flags make the source a path
     * @param changesMount whether the flags make it a change of a mount that is there
     */
    public static ExecutorRequest mountCall(
            @Nullable TargetString source,
            boolean sourceIsPath,
            boolean changesMount,
            TargetPath target,
            @Nullable TargetString type,
            long flags,
            byte @Nullable [] data) {
        byte @Nullable [] sourceText = source == null ? null : terminated(source);
        TargetPath sourcePath = sourceIsPath && source != null && source.length() > 0
                ? new TargetPath(TargetPath.AT_FDCWD, source)
                : null;
        return new ExecutorRequest(
                Operation.MOUNT_CALL,
                sourcePath == null ? List.of(target) : List.of(target, sourcePath),
                List.of(flags, changesMount ? 1L : 0L),
                strings(
                        terminated(target.name()),
                        sourcePath == null ? null : sourceText,
                        type == null ? null : terminated(type),
                        sourcePath == null ? sourceText : null,
                        data == null ? null : terminated(data)));
    }

    /** umount2(2) with what the caller may itself. */
    public static ExecutorRequest umount(TargetPath path, int flags) {
        return of(Operation.UMOUNT, path, flags);
    }

    /** umount2(2) of one of these mounts, with the agent's privileges, and of nothing else. */
    public static ExecutorRequest umount(TargetPath path, int flags, List<GrantedMount> granted) {
        ByteBuffer list = ByteBuffer.allocate(granted.size() * GRANTED_SIZE + 1).order(ByteOrder.nativeOrder());
        for (GrantedMount mount : granted) {
            list.putLong(mount.id()).putLong(mount.device());
        }
        return new ExecutorRequest(
                Operation.UMOUNT,
                List.of(path),
                List.of((long) flags),
                strings(terminated(path.name()), null, null, list.array()));
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
        buffer.putInt(0, operation.ordinal() + 1).putInt(4, caller.present(this));
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
                (caller.seesWorker() ? WORKER_IS_VISIBLE : 0)
                        | (SecurityLabel.isOfThread() ? LABEL_OF_THREAD : 0)
                        | (isUndecided() ? UNDECIDED : 0));
        for (int i = 0; i < NUMBER_COUNT; i++) {
            buffer.putLong(NUMBERS + 8 * i, number(i, caller));
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

    private long number(int index, AdoptedCaller caller) {
        if (index == LAST_NUMBER) {
            return opens() ? caller.notification() : optionDescriptor.orElse(0);
        }
        return index < numbers.size() ? numbers.get(index) : 0;
    }

    /** Whether nothing was decided on its path, so that it may be left to the caller. */
    public boolean isUndecided() {
        return opens() && numbers.size() > LAST_NUMBER && numbers.get(LAST_NUMBER) != 0;
    }

    /** Whether it gives the caller a descriptor. */
    boolean opens() {
        return operation == Operation.OPEN;
    }

    private byte @Nullable [] string(int index, AdoptedCaller caller) {
        if (index == LABEL) {
            return isGranted() ? null : caller.label().map(LibC::string).orElse(null);
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
            case CHMOD, SETXATTR, REMOVEXATTR, LOOK -> numbers.get(1);
            case CHOWN -> numbers.get(2);
            case LINK -> numbers.get(0);
            default -> 0;
        };
        return (flags & AT_EMPTY_PATH) != 0;
    }

    /**
     * Whether it does what its caller may not: then the profile of the caller's LSM does not apply either, which mostly
     * forbids all mounts.
     */
    private boolean isGranted() {
        return operation == Operation.MOUNT || isGrantedUmount();
    }

    /** Whether only granted mounts are taken off. */
    public boolean isGrantedUmount() {
        return operation == Operation.UMOUNT && strings.size() > VALUE;
    }

    private boolean isMountOf(String type) {
        return operation == Operation.MOUNT && Arrays.equals(strings.get(NAME), LibC.string(type));
    }

    /** Whether what it makes belongs to the caller's pid namespace. */
    boolean needsPidNamespace() {
        return isMountOf("proc");
    }

    /** Whether a directory is needed for an absolute path too: RESOLVE_IN_ROOT and others, or where a source starts from. */
    boolean alwaysHasDirectory() {
        return operation == Operation.MOUNT
                || operation == Operation.MOUNT_CALL
                || (operation == Operation.OPEN && numbers.get(2) != 0);
    }

    /**
     * Stands for all that is asked, which can be 64 KiB, in 64 bits. By chance no other request has the same. Who makes two
     * such on purpose, as a caller can, is given the first one's answer for the second.
     */
    public long fingerprint() {
        CRC32 crc = new CRC32();
        CRC32C other = new CRC32C();
        ByteBuffer numbersAsked = ByteBuffer.allocate(8 * (1 + asked().size() + paths.size()));
        numbersAsked.putLong(operation.ordinal());
        asked().forEach(numbersAsked::putLong);
        paths.forEach(path -> numbersAsked.putLong(path.directoryFd()));
        update(crc, numbersAsked.array());
        update(other, numbersAsked.array());
        int count = operation == Operation.UMOUNT ? 1 : strings.size(); // what is granted differs by then
        for (int i = 0; i < count; i++) {
            byte @Nullable [] string = strings.get(i);
            if (string != null) {
                update(crc, string);
                update(other, string);
            }
            crc.update(i); // where one ends and the next begins
            other.update(i);
        }
        return crc.getValue() << 32 | other.getValue();
    }

    private static void update(Checksum sum, byte[] bytes) {
        sum.update(bytes, 0, bytes.length);
    }

    /** The numbers without who makes a mount, which the caller has no say in. */
    private List<Long> asked() {
        return operation == Operation.MOUNT ? numbers.subList(0, MOUNT_HOW) : numbers;
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
