package io.github.seccompagent.linux.notify;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import io.github.seccompagent.linux.process.TargetMemory;
import io.github.seccompagent.linux.syscall.Syscall;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures how long it takes to decode a notification, and to copy a path from a caller's memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelBoundaryBenchmark {
    private static final int MKDIRAT = 258;

    private final NotificationBuffers buffers = new NotificationBuffers();
    private final TargetMemory memory = new TargetMemory();
    private final NativeBuffer path = new NativeBuffer(TargetMemory.PATH_MAX);
    private final int ownId = LibC.getpid();

    public KernelBoundaryBenchmark() {
        buffers.notification
                .putLong(0, 1)
                .putInt(8, ownId)
                .putInt(16, MKDIRAT)
                .putInt(20, Architecture.X86_64.auditArch());
        path.putBytes(0, LibC.string("/var/lib/something/of/usual/length"));
    }

    @Benchmark
    public Syscall decodeNotification() {
        Notification notification = buffers.read();
        return SyscallTable.syscallOf(notification.architecture(), notification.number());
    }

    @Benchmark
    public TargetString readPath() {
        return memory.readString(ownId, path.address(), TargetMemory.PATH_MAX, Errno.ENAMETOOLONG);
    }
}
