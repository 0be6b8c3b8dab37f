package io.github.seccompagent.api;

import java.time.Duration;

/** A call that must not be looked at. */
final class NoCall implements NotifiedCall {
    @Override
    public long id() {
        throw new AssertionError();
    }

    @Override
    public String syscall() {
        throw new AssertionError();
    }

    @Override
    public String family() {
        throw new AssertionError();
    }

    @Override
    public boolean isWaiting() {
        throw new AssertionError();
    }

    @Override
    public String architecture() {
        throw new AssertionError();
    }

    @Override
    public String account() {
        throw new AssertionError();
    }

    @Override
    public int threadId() {
        throw new AssertionError();
    }

    @Override
    public ContainerProcessState container() {
        throw new AssertionError();
    }

    @Override
    public Credentials credentials() {
        throw new AssertionError();
    }

    @Override
    public long argument(int index) {
        throw new AssertionError();
    }

    @Override
    public TargetPath path(int index) {
        throw new AssertionError();
    }

    @Override
    public TargetString string(int index) {
        throw new AssertionError();
    }

    @Override
    public byte[] bytes(int index, int length) {
        throw new AssertionError();
    }

    @Override
    public byte[] page(int index) {
        throw new AssertionError();
    }

    @Override
    public void delay(Duration time) {
        throw new AssertionError();
    }

    @Override
    public void awaitAge(Duration age) {
        throw new AssertionError();
    }

    @Override
    public void killContainer() {
        throw new AssertionError();
    }

    @Override
    public void freezeContainer() {
        throw new AssertionError();
    }

    @Override
    public OnBehalf onBehalf() {
        throw new AssertionError();
    }

    @Override
    public OnBehalf onBehalf(PathCheck check) {
        throw new AssertionError();
    }
}
