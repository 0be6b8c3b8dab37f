package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.libc.LibC;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent ends at each step of a call on behalf, and the next one finishes the call. */
class LeftWorkersTest {
    private static final RequestNumber NUMBER = new RequestNumber(1, 1);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int ANSWER_SIZE = 16;
    private static final int EXECUTOR = 7;
    private static final HelperRequest MKDIR = mkdir("/made");
    /** Its worker asks for the link. */
    private static final HelperRequest ASKING = mkdir("/proc/self/cwd/made");

    private final SmallContainer container;
    private final Kept kept = new Kept();
    private final HelperProgram.Started helper =
            HelperProgram.start(List.of("execute", "2", Integer.toString(EXECUTOR)));
    private Fd control = helper.control();

    LeftWorkersTest() throws Exception {
        container = Shell.idle();
        Processes.await(
                "the command runs", () -> Processes.name(container.pid()).equals("busybox"));
        kept.store(EXECUTOR, control.number());
    }

    @AfterEach
    void close() {
        kept.close();
        control.close();
        helper.end();
        container.close();
        Processes.await(
                "all workers are gone", () -> ProcessHandle.allProcesses().noneMatch(this::isOfExecutor));
    }

    /** The executor leads a session. */
    private boolean isOfExecutor(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return !fields[0].equals("Z") && fields[3].equals(Integer.toString(helper.pid()));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Has copies, as a keeper has. */
    private static final class Kept implements ExecutorStore, AutoCloseable {
        private final Map<Integer, Fd> copies = new HashMap<>();

        @Override
        public int nextNumber() {
            return EXECUTOR + 1;
        }

        @Override
        public void store(int number, int socket) {
            copies.put(number, copy(socket));
        }

        @Override
        public void remove(int number) {
            Fd copy = copies.remove(number);
            if (copy != null) {
                copy.close();
            }
        }

        @Override
        public Map<Integer, Fd> takeLeft() {
            Map<Integer, Fd> left = new HashMap<>();
            copies.forEach((number, socket) -> left.put(number, copy(socket.number())));
            return left;
        }

        private static Fd copy(int socket) {
            return new Fd(LibC.fcntl(socket, F_DUPFD_CLOEXEC, 0));
        }

        @Override
        public void close() {
            Set.copyOf(copies.keySet()).forEach(this::remove);
        }
    }

    private static HelperRequest mkdir(String path) {
        return new HelperRequest.Mkdir(new TargetPath(TargetPath.AT_FDCWD, TargetString.of(path)), 0777);
    }

    private AdoptedCaller adopt(HelperRequest request) {
        return Adopted.open(container.pid(), request);
    }

    /** The first agent takes a worker. What it owns is closed when it ends, as the kernel closes it. */
    private Announcement take() {
        MessageBuffer.Message message = new MessageBuffer(64).receive(control.number());
        Announcement taken = Announcement.of(message);
        assertThat(taken.bringsWorker()).isTrue();
        assertThat(taken.number() >>> 40).isEqualTo(EXECUTOR);
        return taken;
    }

    private void endFirstAgent(Announcement its) {
        its.closeFds();
        control.close();
    }

    private void send(Announcement to, HelperRequest request) {
        send(to, request, false);
    }

    private void send(Announcement to, HelperRequest request, boolean asks) {
        try (AdoptedCaller caller = adopt(request)) {
            RequestEncoder encoder = new RequestEncoder(NUMBER, request, caller.forRequest(request), asks);
            MessageBuffer buffer = new MessageBuffer(encoder.size());
            encoder.write(buffer);
            buffer.send(to.fds().get(0).number(), encoder.size(), caller.numbers(request));
        }
    }

    /** Answers a question, and leaves it where it is. */
    private static void allow(Announcement from) {
        awaitMessage(from);
        int socket = from.fds().get(0).number();
        WorkerMessage question = WorkerMessage.of(new MessageBuffer(4096).peekBytes(socket));
        assertThat(question.isCheck()).isTrue();
        new MessageBuffer(16).putInt(0, 0).putLong(8, question.question()).send(socket, 16);
        Processes.await("the worker's end", () -> Poll.hasInput(from.fds().get(1), 0));
    }

    private static void awaitMessage(Announcement from) {
        assertThat(Poll.hasInput(from.fds().get(0), 10_000)).isTrue();
    }

    /** The next agent finishes the call. Had it been made twice, it would fail with EEXIST. */
    private void finish(long number, HelperRequest request) {
        LeftWorkers left = new LeftWorkers(kept);
        try (AdoptedCaller caller = adopt(request);
                ExecutorWorker worker = left.take(number).orElseThrow()) {
            ExecutorWorker.Reply reply =
                    worker.run(NUMBER, request, caller, DEADLINE, () -> true).orElseThrow();
            assertThat(reply.isOfTheCall()).isTrue();
            assertThat(reply.error()).isZero();
        }
        assertThat(Files.isDirectory(inside("/made"))).isTrue();
        endRest(left);
        Processes.await(
                "the executor has ended", () -> Processes.helpers("execute").isEmpty());
    }

    private void endRest(LeftWorkers left) {
        LeavingWorkers leaving = new LeavingWorkers();
        left.endAllExcept(Set.of(), leaving);
        Processes.await("the rest is gone", () -> leaving.sweep() == 0);
        assertThat(kept.copies).as("the executor has nothing to do any more").isEmpty();
    }

    private Path inside(String path) {
        return Path.of("/proc/" + container.pid() + "/root" + path);
    }

    private void signalWorkers(String signal) throws Exception {
        for (ProcessHandle worker :
                Processes.workers(Processes.helpers("execute").get(0))) {
            Processes.signal(worker.pid(), signal);
        }
    }

    @Test
    void theRequestWasNotSent() {
        Announcement worker = take();
        endFirstAgent(worker);

        finish(worker.number(), MKDIR);
    }

    @Test
    void theRequestWasSentAndTheWorkerHasNotReceivedIt() throws Exception {
        Announcement worker = take();
        signalWorkers("STOP");
        send(worker, MKDIR);
        endFirstAgent(worker);
        Thread later = new Thread(() -> {
            try {
                Thread.sleep(200);
                signalWorkers("CONT");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        later.start();

        finish(worker.number(), MKDIR);
        later.join();
    }

    @Test
    void theWorkerHasReplied() {
        Announcement worker = take();
        send(worker, MKDIR);
        awaitMessage(worker);
        endFirstAgent(worker);

        finish(worker.number(), MKDIR);
    }

    @Test
    void theWorkerHasRepliedAndManyAgentsHaveSeenIt() {
        Announcement worker = take();
        send(worker, MKDIR);
        for (int i = 0; i < 5; i++) {
            LeftWorkers seeing = new LeftWorkers(kept); // never releases anything
            try (AdoptedCaller caller = adopt(MKDIR)) {
                assertThat(seeing.take(worker.number())
                                .orElseThrow()
                                .run(NUMBER, MKDIR, caller, DEADLINE, () -> true)
                                .orElseThrow()
                                .error())
                        .isZero();
            }
        }
        endFirstAgent(worker);

        finish(worker.number(), MKDIR);
    }

    @Test
    void theQuestionWasNotAnswered() {
        Announcement worker = take();
        send(worker, ASKING);
        awaitMessage(worker);
        endFirstAgent(worker);

        finish(worker.number(), ASKING);
    }

    @Test
    void theQuestionWasAnsweredAndNotConsumed() {
        Announcement worker = take();
        send(worker, ASKING);
        awaitMessage(worker);
        answer(worker);
        Processes.await("the worker has gone on", () -> Files.isDirectory(inside("/made")));
        endFirstAgent(worker);

        finish(worker.number(), ASKING);
    }

    /** Such as an answer to an earlier question, of the agent before. */
    @Test
    void answersToOtherQuestionsAreDropped() {
        Announcement worker = take();
        send(worker, ASKING);
        awaitMessage(worker);
        try (Fd other = Fd.open("/proc/" + container.pid() + "/root/etc", 010000000)) {
            new MessageBuffer(ANSWER_SIZE)
                    .putInt(0, 0)
                    .putLong(8, 1)
                    .send(worker.fds().get(0).number(), ANSWER_SIZE, other.number());
        }
        send(worker, mkdir("/other"));
        endFirstAgent(worker);

        finish(worker.number(), ASKING);
        assertThat(Files.exists(inside("/other"))).isFalse();
        assertThat(Files.exists(inside("/etc/made"))).isFalse();
    }

    private void answer(Announcement worker) {
        MessageBuffer buffer = new MessageBuffer(4096);
        int socket = worker.fds().get(0).number();
        WorkerMessage question = WorkerMessage.of(buffer.peekBytes(socket));
        try (AdoptedCaller caller = adopt(ASKING);
                Fd link = caller.openMagicLink(question.link(), question.isOfThread())) {
            buffer.putInt(0, 0).putLong(8, question.question()).send(socket, ANSWER_SIZE, link.number());
        }
    }

    /** What is for an agent that is gone is not taken for what this one asked for. */
    @Test
    void anAgentEndsWhileItIsToldWhatIsLeft() {
        Announcement worker = take();
        send(worker, MKDIR);
        for (int nonce = 1; nonce < 4; nonce++) {
            new MessageBuffer(24)
                    .putInt(0, 4)
                    .putInt(4, 0)
                    .putLong(8, nonce)
                    .putLong(16, 0)
                    .send(control.number(), 24);
        }
        endFirstAgent(worker);

        finish(worker.number(), MKDIR);
    }

    @Test
    void aReleasedWorkerIsNotLeft() {
        Announcement released = take();
        ExecutorSocket socket = new ExecutorSocket(control);
        socket.release(released.number(), 0);
        endFirstAgent(released);

        LeftWorkers left = new LeftWorkers(kept);
        assertThat(left.take(released.number())).isEmpty();
        endRest(left);
    }

    @Test
    void aWorkerThatWasKilledForSomebodyIsNotForgotten() throws Exception {
        Announcement worker = take();
        signalWorkers("STOP"); // in place of a file system that does not answer
        LeavingWorkers its = new LeavingWorkers("somebody");
        new ExecutorSocket(control).leave(worker.number(), its.owner(), 0);
        endFirstAgent(worker);

        LeftWorkers left = new LeftWorkers(kept);
        left.takeLeaving(new LeavingWorkers("nobody"));
        assertThat(its.size()).isZero();
        left.takeLeaving(its);
        assertThat(its.size()).isEqualTo(1);
        assertThat(left.take(worker.number())).isEmpty();
        left.endAllExcept(Set.of(), its);
        Processes.await("they are gone", () -> its.sweep() == 0);
        assertThat(kept.copies).isEmpty();
    }

    @Test
    void aWorkerThatIsGoneWithoutAReply() throws Exception {
        Announcement worker = take();
        signalWorkers("KILL");
        endFirstAgent(worker);

        LeftWorkers left = new LeftWorkers(kept);
        try (AdoptedCaller caller = adopt(MKDIR);
                ExecutorWorker gone = left.take(worker.number()).orElseThrow()) {
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> gone.run(NUMBER, MKDIR, caller, DEADLINE, () -> true))
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.EIO);
        }
        endRest(left);
    }

    @Test
    void whoeverOnlyAwaitsAWorkerAsksNothing() {
        Announcement worker = take();
        Announcement idle = take();
        send(worker, MKDIR);
        endFirstAgent(worker);
        idle.closeFds();

        LeftWorkers left = new LeftWorkers(kept);
        try (ExecutorWorker awaited = left.take(worker.number()).orElseThrow();
                ExecutorWorker unasked = left.take(idle.number()).orElseThrow()) {
            assertThat(awaited.awaitReply(NUMBER, DEADLINE).orElseThrow().error())
                    .isZero();
            assertThat(unasked.awaitReply(NUMBER, DEADLINE)).isEmpty();
            assertThat(unasked.mayHaveCalled()).isFalse();
        }
        endRest(left);
    }

    @Test
    void whoeverAwaitsAWorkerThatIsGoneDoesNotKnowWhatItHasDone() throws Exception {
        Announcement worker = take();
        signalWorkers("KILL");
        endFirstAgent(worker);

        LeftWorkers left = new LeftWorkers(kept);
        try (ExecutorWorker gone = left.take(worker.number()).orElseThrow()) {
            assertThat(gone.awaitReply(NUMBER, DEADLINE)).isEmpty();
            assertThat(gone.mayHaveCalled()).isTrue();
        }
        endRest(left);
    }

    /** The agent before was asked and has not answered. */
    @Test
    void anOpenQuestionIsDecidedByTheNextAgent() {
        Announcement worker = take();
        send(worker, MKDIR, true);
        awaitMessage(worker);
        endFirstAgent(worker);

        List<FoundFile> asked = new ArrayList<>();
        decide(worker.number(), found -> {
            asked.addAll(found);
            return Optional.empty();
        });
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).name()).isEqualTo(TargetString.of("made"));
    }

    /** The agent before has answered, so what the next one would say comes too late: the reply counts. */
    @Test
    void anAnsweredQuestionIsNotDecidedAgain() {
        Announcement worker = take();
        send(worker, MKDIR, true);
        allow(worker);
        endFirstAgent(worker);

        decide(worker.number(), found -> {
            throw new AssertionError();
        });
    }

    private void decide(long number, ExecutorWorker.Decider decider) {
        LeftWorkers left = new LeftWorkers(kept);
        try (AdoptedCaller caller = adopt(MKDIR);
                ExecutorWorker worker = left.take(number).orElseThrow()) {
            assertThat(worker.run(NUMBER, MKDIR, caller, DEADLINE, () -> true, Optional.of(decider))
                            .orElseThrow()
                            .error())
                    .isZero();
        }
        assertThat(inside("/made")).isDirectory();
        endRest(left);
    }

    @Test
    void whoeverOnlyAwaitsAWorkerDecidesNothing() {
        Announcement answered = take();
        Announcement open = take();
        send(answered, MKDIR, true);
        allow(answered);
        send(open, mkdir("/open"), true);
        awaitMessage(open);
        endFirstAgent(answered);
        open.closeFds();

        LeftWorkers left = new LeftWorkers(kept);
        try (ExecutorWorker awaited = left.take(answered.number()).orElseThrow();
                ExecutorWorker undecided = left.take(open.number()).orElseThrow()) {
            assertThat(awaited.awaitReply(NUMBER, DEADLINE).orElseThrow().error())
                    .isZero();
            assertThat(undecided.awaitReply(NUMBER, DEADLINE).orElseThrow().errno())
                    .isEqualTo(Errno.EIO);
            assertThat(undecided.mayHaveCalled()).isFalse();
        }
        assertThat(inside("/open")).doesNotExist();
        endRest(left);
    }

    /** Nobody has the control socket any more, so no agent comes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3000})
    void withoutAnAgentToComeTheExecutorEndsAndItsWorkersToo(int unread) throws Exception {
        new ExecutorSocket(control).spawn(unread); // it fills its socket and waits
        Announcement worker = take();
        signalWorkers("STOP");
        send(worker, MKDIR);
        kept.close();
        endFirstAgent(worker);

        Processes.await(
                "the executor has ended", () -> Processes.helpers("execute").isEmpty());
    }

    /** It has told more than fits into its socket, and waits. */
    @Test
    void anExecutorThatNobodyListenedToGoesOn() throws Exception {
        Announcement worker = take();
        new ExecutorSocket(control).spawn(1000);
        send(worker, MKDIR);
        awaitMessage(worker);
        Processes.await(
                "there are many workers",
                () -> Processes.workers(Processes.helpers("execute").get(0)).size() > 100);
        endFirstAgent(worker);

        finish(worker.number(), MKDIR);
    }
}
