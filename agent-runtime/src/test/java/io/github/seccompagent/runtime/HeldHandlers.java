package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What agents under a keeper do with calls: some agents hold them until the agent ends, and the last one answers. */
final class HeldHandlers {
    /** Zero from the first call on that is held. */
    final CountDownLatch begun = new CountDownLatch(1);

    /** How many calls were answered. */
    final AtomicInteger calls = new AtomicInteger();

    /** Answers a call, and counts it. */
    final SyscallHandler succeeds = call -> {
        calls.incrementAndGet();
        return Response.success();
    };

    /** Has a call wait until the agent ends, and for longer. */
    final SyscallHandler neverEnds = call -> {
        begun.countDown();
        new CountDownLatch(1).await();
        return Response.success();
    };
}
