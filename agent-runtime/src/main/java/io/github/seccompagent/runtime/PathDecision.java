package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.linux.helper.ExecutorWorker;
import io.github.seccompagent.linux.helper.FoundFile;
import java.util.List;
import java.util.Optional;

/** A handler's decision about a call that the handler makes on behalf. For use by the thread that handles the call. */
final class PathDecision implements ExecutorWorker.Decider {
    private final CallEffects effects;
    private final PathCheck check;

    PathDecision(CallEffects effects, PathCheck check) {
        this.effects = effects;
        this.check = check;
    }

    @Override
    public Optional<Errno> decide(List<FoundFile> found) {
        Optional<Errno> refusal = ask(found);
        effects.setRefused(refusal.isPresent());
        return refusal;
    }

    private Optional<Errno> ask(List<FoundFile> found) {
        WaitingCall call = effects.call();
        FoundPaths known = new FoundPaths(call.container(), call);
        List<ResolvedPath> paths = found.stream().map(known::of).toList();
        try {
            return check.check(paths);
        } catch (ErrnoException e) {
            return Optional.of(e.errno());
        }
    }
}
