package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.OpenFiles;
import io.github.seccompagent.linux.process.TargetMemory;
import io.github.seccompagent.linux.syscall.Argument;
import io.github.seccompagent.linux.syscall.ArgumentLayout;
import io.github.seccompagent.linux.syscall.ArgumentValue;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The arguments of a call. What an argument points to is copied from the caller's memory once. */
final class CallArguments {
    private static final int LARGE_BYTES = 16 * 1024;

    private final WaitingCall call;
    private final ArgumentLayout layout;
    private Map<Integer, TargetString> copied = Map.of(); // most calls copy no string
    private @Nullable CallerStructure structure; // no call has two structures

    CallArguments(WaitingCall call, ArgumentLayout layout) {
        this.call = call;
        this.layout = layout;
    }

    long number(int index) {
        Argument argument = layout.argument(index);
        return argument instanceof Argument.Field field
                ? structure(field).number(field.offset(), field.bytes())
                : ArgumentValue.of(argument, notification());
    }

    private Notification notification() {
        return call.notification();
    }

    private CallerStructure structure(Argument.Field field) {
        CallerStructure known = structure;
        if (known == null) {
            long size = notification().argument(field.sizeRegister());
            long address = notification().argument(field.pointerRegister());
            known = CallerStructure.of(size, field.knownSize(), length -> copyBytes(address, length));
            structure = known;
        }
        return known;
    }

    TargetPath path(int index) {
        Argument argument = layout.argument(index);
        if (argument instanceof Argument.OpenFile file) {
            int fd = register(file.register());
            OpenFiles.requireUsable(call.visibleThreadId(), fd);
            call.requireValid();
            return new TargetPath(fd, TargetString.of());
        }
        if (argument instanceof Argument.OptionalPath path) {
            boolean mayBeEmpty = (register(path.flagsRegister()) & OnBehalf.AT_EMPTY_PATH) != 0;
            boolean none = mayBeEmpty && notification().argument(path.register()) == 0;
            TargetString name = none ? TargetString.of() : copyString(index, Errno.ENAMETOOLONG);
            return new TargetPath(register(path.directoryRegister()), name);
        }
        int directory = argument instanceof Argument.Path path && path.directoryRegister() != Argument.NO_DIRECTORY
                ? register(path.directoryRegister())
                : TargetPath.AT_FDCWD;
        return new TargetPath(directory, copyString(index, Errno.ENAMETOOLONG));
    }

    private int register(int index) {
        return (int) notification().argument(index);
    }

    /** The string that an argument points to; null for a null pointer. */
    @Nullable TargetString string(int index) {
        return number(index) == 0 ? null : copyString(index, Errno.EINVAL);
    }

    private TargetString copyString(int index, Errno tooLong) {
        TargetString known = copied.get(index);
        if (known != null) {
            return known;
        }
        TargetString string =
                memory().readString(call.visibleThreadId(), number(index), TargetMemory.PATH_MAX, tooLong);
        call.requireValid();
        if (copied.isEmpty()) {
            copied = new HashMap<>(4);
        }
        copied.put(index, string);
        return string;
    }

    byte[] bytes(int index, int length) {
        return copyBytes(number(index), length);
    }

    /** Copies from the caller's memory, and checks afterwards that it was the caller's. */
    private byte[] copyBytes(long address, int length) {
        if (length > LARGE_BYTES) {
            call.takeLargePlace();
        }
        byte[] bytes = memory().readBytes(call.visibleThreadId(), address, length);
        call.requireValid();
        return bytes;
    }

    /** The page that an argument points to, as far as it can be read; null for a null pointer. */
    byte @Nullable [] page(int index) {
        long address = number(index);
        if (address == 0) {
            return null;
        }
        byte[] bytes = memory().readPage(call.visibleThreadId(), address);
        call.requireValid();
        return bytes;
    }

    /** What others may see of the arguments. Reads nothing. */
    List<SeenCall.Argument> seen() {
        return SeenArguments.of(layout, notification(), copied::get);
    }

    /** The first path that was read; empty if none was. */
    Optional<TargetString> firstPath() {
        return copied.keySet().stream()
                .filter(index -> SeenArguments.isPath(layout, index))
                .min(Comparator.naturalOrder())
                .map(copied::get);
    }

    private TargetMemory memory() {
        return call.thread().memory;
    }
}
