package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A call with chosen arguments. A call on its behalf is only recorded, and answered with EXDEV. */
final class FakeCall implements NotifiedCall, OnBehalf {
    /** The pid of the container's first process. */
    static final int PID = 4711;

    static final Response ANSWER = Response.failure(Errno.EXDEV);

    final List<List<Object>> made = new ArrayList<>();
    private final String syscall;
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Map<Integer, TargetPath> paths = new HashMap<>();
    private final Map<Integer, TargetString> strings = new HashMap<>();
    private Duration age = Duration.ZERO;
    private int threadId = PID;
    private boolean unreadable;
    private boolean root;
    private long capabilities;
    private boolean unknown;
    private List<ResolvedPath> resolved = List.of();

    FakeCall(String syscall) {
        this.syscall = syscall;
    }

    static ContainerProcessState containerWithPid(int pid) {
        return new ContainerProcessState("1", 9, "", new Container("c", "running", pid, "/", Map.of()));
    }

    FakeCall ofThread(int id) {
        threadId = id;
        return this;
    }

    FakeCall withoutReadablePaths() {
        unreadable = true;
        return this;
    }

    FakeCall aged(Duration time) {
        age = time;
        return this;
    }

    FakeCall number(int index, long value) {
        numbers.put(index, value);
        return this;
    }

    FakeCall path(int index, int directoryFd, String path) {
        paths.put(index, new TargetPath(directoryFd, TargetString.of(path)));
        return this;
    }

    FakeCall string(int index, String string) {
        strings.put(index, TargetString.of(string));
        return this;
    }

    FakeCall with(Capability capability) {
        capabilities |= capability.bit();
        return this;
    }

    FakeCall unknownToKernel() {
        unknown = true;
        return this;
    }

    /** Sets where its paths lead; an empty one cannot be told. */
    FakeCall leadingTo(String... known) {
        resolved = Arrays.stream(known)
                .map(path -> new ResolvedPath(TargetString.of(path)))
                .toList();
        return this;
    }

    FakeCall byRoot() {
        root = true;
        return this;
    }

    @Override
    public Response mkdir(TargetPath path, int mode) {
        made.add(List.of("mkdir", path, mode));
        return ANSWER;
    }

    @Override
    public Response unlink(TargetPath path, int flags) {
        made.add(List.of("unlink", path, flags));
        return ANSWER;
    }

    @Override
    public Response rename(TargetPath from, TargetPath to, int flags) {
        made.add(List.of("rename", from, to, flags));
        return ANSWER;
    }

    @Override
    public Response link(TargetPath existing, TargetPath created, int flags) {
        made.add(List.of("link", existing, created, flags));
        return ANSWER;
    }

    @Override
    public Response symlink(TargetString text, TargetPath created) {
        made.add(List.of("symlink", text, created));
        return ANSWER;
    }

    @Override
    public Response chmod(TargetPath path, int mode, int flags) {
        made.add(List.of("chmod", path, mode, flags));
        return ANSWER;
    }

    @Override
    public Response chown(TargetPath path, int uid, int gid, int flags) {
        made.add(List.of("chown", path, uid, gid, flags));
        return ANSWER;
    }

    @Override
    public Response mknod(TargetPath path, int mode, int device) {
        made.add(List.of("mknod", path, mode, device));
        return ANSWER;
    }

    @Override
    public Response mknodGranted(TargetPath path, int mode, int device) {
        made.add(List.of("mknodGranted", path, mode, device));
        return ANSWER;
    }

    @Override
    public Response open(TargetPath path, long flags, long mode, long resolve) {
        made.add(List.of("open", path, flags, mode, resolve));
        return ANSWER;
    }

    @Override
    public Response openOrProceed(TargetPath path, long flags, long mode, long resolve) {
        made.add(List.of("openOrProceed", path, flags, mode, resolve));
        return ANSWER;
    }

    @Override
    public Response removexattr(TargetPath path, TargetString name, int atFlags) {
        made.add(List.of("removexattr", path, name, atFlags));
        return ANSWER;
    }

    @Override
    public Response setxattr(TargetPath path, TargetString name, byte[] value, int flags, int atFlags) {
        made.add(List.of("setxattr", path, name, new String(value, StandardCharsets.ISO_8859_1), flags, atFlags));
        return ANSWER;
    }

    @Override
    public Response mount(TargetString source, TargetPath target, String type, long flags, TargetString options) {
        made.add(Arrays.asList("mount", source, target, type, flags, options));
        return ANSWER;
    }

    @Override
    public Response mountAsCaller(TargetString source, TargetPath target, TargetString type, long flags, byte[] data) {
        made.add(Arrays.asList(
                "mountAsCaller", source, target, type, flags, data == null ? null : TargetString.before(data)));
        return ANSWER;
    }

    @Override
    public Response umount(TargetPath path, int flags) {
        made.add(List.of("umount", path, flags));
        return ANSWER;
    }

    @Override
    public Response umountAsCaller(TargetPath path, int flags) {
        made.add(List.of("umountAsCaller", path, flags));
        return ANSWER;
    }

    @Override
    public byte[] page(int index) {
        TargetString string = strings.get(index);
        return string == null ? null : Arrays.copyOf(string.bytes(), 4096);
    }

    @Override
    public long id() {
        throw new AssertionError();
    }

    @Override
    public String syscall() {
        return syscall;
    }

    @Override
    public String family() {
        return syscall;
    }

    @Override
    public boolean isWaiting() {
        return true;
    }

    @Override
    public String architecture() {
        return "x86_64";
    }

    @Override
    public String account() {
        return container().id();
    }

    @Override
    public int threadId() {
        return threadId;
    }

    @Override
    public ContainerProcessState container() {
        return containerWithPid(PID);
    }

    @Override
    public Credentials credentials() {
        Ids ids = new Ids(100000, 100000, 100000, 100000);
        return new Credentials(ids, ids, capabilities, root);
    }

    @Override
    public long argument(int index) {
        return numbers.getOrDefault(index, 0L);
    }

    @Override
    public TargetPath path(int index) {
        if (unreadable) {
            throw new ErrnoException(Errno.EFAULT, "path");
        }
        TargetPath path = paths.get(index);
        if (path == null) {
            throw new AssertionError("argument " + index + " is no path");
        }
        return path;
    }

    @Override
    public TargetString string(int index) {
        return strings.get(index);
    }

    @Override
    public byte[] bytes(int index, int length) {
        return Arrays.copyOf(strings.get(index).bytes(), length);
    }

    @Override
    public void delay(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    @Override
    public void awaitAge(Duration wanted) throws InterruptedException {
        Thread.sleep(Math.max(0, wanted.minus(age).toMillis()));
    }

    @Override
    public void killContainer() {
        made.add(List.of("kill"));
    }

    @Override
    public void freezeContainer() {
        made.add(List.of("freeze"));
    }

    @Override
    public OnBehalf onBehalf() {
        if (unknown) {
            throw new ErrnoException(Errno.ENOSYS, syscall);
        }
        return this;
    }

    /** Asks the check about the paths of {@link #leadingTo}. A call that it refuses is not recorded. */
    @Override
    public OnBehalf onBehalf(PathCheck check) {
        OnBehalf unchecked = onBehalf();
        return (OnBehalf) Proxy.newProxyInstance(
                OnBehalf.class.getClassLoader(), new Class<?>[] {OnBehalf.class}, (proxy, method, arguments) -> {
                    Optional<Errno> refusal = check.check(resolved);
                    return refusal.isPresent() ? Response.failure(refusal.get()) : method.invoke(unchecked, arguments);
                });
    }
}
