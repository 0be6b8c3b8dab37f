package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call whose paths lead where a test says. A call on its behalf takes effect if its check allows it: that is recorded
 * in {@link #effects}, and it returns 0.
 */
final class RuledCall implements NotifiedCall {
    static final Response MADE = Response.success();

    /** What was done, such as "mkdir", "delay" and "kill". */
    final List<String> effects = new ArrayList<>();

    private final String syscall;
    private final String family;
    private final Map<Integer, Long> numbers = new HashMap<>();
    private List<String> leadsTo = List.of();
    private String type;
    private int uid;
    private boolean root = true;
    private long capabilities;

    RuledCall(String syscall, String family) {
        this.syscall = syscall;
        this.family = family;
    }

    static RuledCall mkdir(String leadsTo) {
        return new RuledCall("mkdirat", "mkdir").leadingTo(leadsTo);
    }

    RuledCall leadingTo(String... paths) {
        leadsTo = List.of(paths);
        return this;
    }

    RuledCall number(int index, long value) {
        numbers.put(index, value);
        return this;
    }

    RuledCall type(String name) {
        type = name;
        return this;
    }

    RuledCall uid(int number) {
        uid = number;
        root = number == 0;
        return this;
    }

    RuledCall with(Capability capability) {
        capabilities |= capability.bit();
        return this;
    }

    @Override
    public OnBehalf onBehalf() {
        return onBehalf(paths -> Optional.empty());
    }

    @Override
    public OnBehalf onBehalf(PathCheck check) {
        return (OnBehalf) Proxy.newProxyInstance(
                OnBehalf.class.getClassLoader(), new Class<?>[] {OnBehalf.class}, (proxy, method, arguments) -> {
                    String suffix = arguments[0] instanceof TargetPath path
                            ? path.name().toString().replace("given", "")
                            : "";
                    List<ResolvedPath> paths = leadsTo.stream()
                            .map(path -> new ResolvedPath(TargetString.of(path.isEmpty() ? "" : path + suffix)))
                            .toList();
                    Optional<Errno> refused = check.check(paths);
                    if (refused.isPresent()) {
                        return Response.failure(refused.get());
                    }
                    effects.add(method.getName() + suffix);
                    return MADE;
                });
    }

    @Override
    public String syscall() {
        return syscall;
    }

    @Override
    public String family() {
        return family;
    }

    @Override
    public long id() {
        return 1;
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
        return 4711;
    }

    @Override
    public ContainerProcessState container() {
        return new ContainerProcessState("1", 9, "", new Container("c", "running", 4711, "/", Map.of()));
    }

    @Override
    public Credentials credentials() {
        Ids ids = new Ids(uid, uid, uid, uid);
        return new Credentials(ids, ids, capabilities, root);
    }

    @Override
    public long argument(int index) {
        return numbers.getOrDefault(index, 0L);
    }

    @Override
    public TargetPath path(int index) {
        return new TargetPath(
                TargetPath.AT_FDCWD,
                TargetString.of(family.equals("execve") && !leadsTo.isEmpty() ? leadsTo.get(0) : "given"));
    }

    @Override
    public TargetString string(int index) {
        return type == null ? null : TargetString.of(type);
    }

    @Override
    public byte[] bytes(int index, int length) {
        return new byte[length];
    }

    @Override
    public byte[] page(int index) {
        return null;
    }

    @Override
    public void delay(Duration time) {
        effects.add("delay " + time);
    }

    @Override
    public void awaitAge(Duration age) {
        effects.add("age " + age);
    }

    @Override
    public void killContainer() {
        effects.add("kill");
    }

    @Override
    public void freezeContainer() {
        effects.add("freeze");
    }

    /** The other arguments of a path, for messages. */
    @Override
    public String toString() {
        return syscall + leadsTo + " type " + type + " numbers " + numbers + " uid " + uid + " "
                + Arrays.toString(new long[] {capabilities});
    }
}
