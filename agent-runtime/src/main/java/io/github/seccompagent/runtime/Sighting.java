package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.runtime.CallObserver.Interest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that somebody watches. Whatever the observer does, the call goes on. Only the handling thread uses it. */
final class Sighting {
    private static final Logger LOG = LoggerFactory.getLogger(Sighting.class);
    private static final int LONGEST_NAME = 64; // the kernel's threads have longer ones than 15 bytes

    private final CallObserver observer;
    private final Interest interest;
    private final WaitingCall waiting;
    private final HandledCall call;
    private final String owner;
    private final Instant time = Instant.now();
    private final long begin = System.nanoTime();
    private String program = "";
    private List<SeenCall.Argument> arguments = List.of();
    private @Nullable Response response;

    private Sighting(CallObserver observer, Interest interest, WaitingCall waiting, HandledCall call, String owner) {
        this.observer = observer;
        this.interest = interest;
        this.waiting = waiting;
        this.call = call;
        this.owner = owner;
    }

    /** Null if nobody is interested. */
    static @Nullable Sighting of(@Nullable CallObserver observer, WaitingCall waiting, HandledCall call, String owner) {
        if (observer == null) {
            return null;
        }
        try {
            Interest interest = observer.interestIn(waiting.container().id(), owner, call.syscall(), call.family());
            return interest == Interest.NONE ? null : new Sighting(observer, interest, waiting, call, owner);
        } catch (RuntimeException | Error e) {
            log(e);
            return null;
        }
    }

    /** Call it before the answer is sent: the caller may be gone afterwards. */
    void answer(Response answer) {
        response = answer;
        if (interest == Interest.DETAILS) {
            try {
                arguments = call.seenArguments();
                program = program();
            } catch (RuntimeException | Error e) {
                log(e);
            }
        }
    }

    private String program() {
        if (waiting.threadId() == 0) {
            return "";
        }
        try {
            byte[] name = ProcFile.read("/proc/" + waiting.threadId() + "/comm", LONGEST_NAME);
            int length = name.length > 0 && name[name.length - 1] == '\n' ? name.length - 1 : name.length;
            return waiting.isValid()
                    ? TargetString.before(Arrays.copyOf(name, length)).toString()
                    : "";
        } catch (ErrnoException gone) {
            return "";
        }
    }

    /** Call it when the answer was sent. Nothing happens if there was none. */
    void end(boolean delivered) {
        Response sent = response;
        if (sent == null) {
            return;
        }
        try {
            observer.saw(new SeenCall(
                    time,
                    waiting.container().id(),
                    waiting.container().account(),
                    owner,
                    waiting.threadId(),
                    program,
                    call.syscall(),
                    call.family(),
                    arguments,
                    sent,
                    call.answeredBy(sent),
                    SeenArguments.shortened(call.reason()),
                    delivered,
                    Duration.ofNanos(System.nanoTime() - begin)));
        } catch (RuntimeException | Error e) {
            log(e);
        }
    }

    private static void log(Throwable e) {
        LOG.debug("an observer: {}", e.toString());
    }
}
