package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that is made on behalf only if a check allows it, whatever handler it is given to. */
final class CheckedCall implements NotifiedCall {
    private final NotifiedCall call;
    private final PathCheck check;

    CheckedCall(NotifiedCall call, PathCheck check) {
        this.call = call;
        this.check = check;
    }

    @Override
    public OnBehalf onBehalf() {
        return call.onBehalf(check);
    }

    @Override
    public OnBehalf onBehalf(PathCheck other) {
        return call.onBehalf(paths -> {
            Optional<Errno> refused = check.check(paths);
            return refused.isPresent() ? refused : other.check(paths);
        });
    }

    @Override
    public long id() {
        return call.id();
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
    public String architecture() {
        return call.architecture();
    }

    @Override
    public int threadId() {
        return call.threadId();
    }

    @Override
    public boolean isWaiting() {
        return call.isWaiting();
    }

    @Override
    public ContainerProcessState container() {
        return call.container();
    }

    @Override
    public String account() {
        return call.account();
    }

    @Override
    public Credentials credentials() {
        return call.credentials();
    }

    @Override
    public long argument(int index) {
        return call.argument(index);
    }

    @Override
    public int mode(int index) {
        return call.mode(index);
    }

    @Override
    public TargetPath path(int index) {
        return call.path(index);
    }

    @Override
    public TargetString text(int index) {
        return call.text(index);
    }

    @Override
    public @Nullable TargetString string(int index) {
        return call.string(index);
    }

    @Override
    public byte[] bytes(int index, int length) {
        return call.bytes(index, length);
    }

    @Override
    public byte @Nullable [] page(int index) {
        return call.page(index);
    }

    @Override
    public void delay(Duration time) throws InterruptedException {
        call.delay(time);
    }

    @Override
    public void awaitAge(Duration age) throws InterruptedException {
        call.awaitAge(age);
    }

    @Override
    public void killContainer() {
        call.killContainer();
    }

    @Override
    public void freezeContainer() {
        call.freezeContainer();
    }
}
