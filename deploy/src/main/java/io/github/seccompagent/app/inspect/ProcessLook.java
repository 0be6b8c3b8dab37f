package io.github.seccompagent.app.inspect;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.app.inspect.Subject.Source;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.filter.InstalledFilter;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.SeccompStatus;
import io.github.seccompagent.linux.process.ThreadStat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at the filters of a process. */
final class ProcessLook {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LONGEST_NAME = 4096;

    private final String asked;
    private final String container;
    private final Optional<ReadProfile> profile; // in its bundle

    private ProcessLook(String asked, String container, Optional<ReadProfile> profile) {
        this.asked = asked;
        this.container = container;
        this.profile = profile;
    }

    /**
     * Looks at a process.
     *
     * @throws UsageException if there is no such process, or it has no system calls to filter, or is traced already
     */
    static Look at(int pid) throws InterruptedException {
        return new ProcessLook(Integer.toString(pid), "", Optional.empty()).look(known(pid));
    }

    /** Looks at the first process of a container. If its filters cannot be read, the profile in its bundle is used. */
    static Look at(String asked, FoundContainer container) throws InterruptedException {
        return new ProcessLook(asked, container.id(), container.profile()).look(container.process());
    }

    private static KnownProcess known(int pid) {
        try {
            return KnownProcess.of(pid);
        } catch (ErrnoException e) {
            throw new UsageException("there is no process " + pid);
        }
    }

    private Look look(KnownProcess process) throws InterruptedException {
        try {
            return lookAtLiving(process);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT) {
                throw new UsageException("process " + process.id() + " has ended");
            }
            throw new UsageException("process " + process.id() + " cannot be looked at: " + e.getMessage());
        }
    }

    private Look lookAtLiving(KnownProcess process) throws InterruptedException {
        int pid = process.id();
        SeccompStatus status = SeccompStatus.of(pid);
        requireProgram(pid, status);
        List<String> notes = new ArrayList<>();
        OtherThreads.note(pid, status).ifPresent(notes::add);
        if (status.mode() != SeccompStatus.FILTERED) {
            FilterChain chain =
                    status.mode() == SeccompStatus.STRICT ? StrictMode.filters() : new FilterChain(List.of());
            process.requireAlive();
            return new Look(subject(process, status, 0, Source.KERNEL, "", List.of(), notes), Optional.of(chain));
        }
        try {
            return read(process, status, notes);
        } catch (ErrnoException e) {
            process.requireAlive();
            return instead(process, status, reason(e), notes);
        } catch (Unread e) {
            return instead(process, status, e.why, notes);
        }
    }

    private static void requireProgram(int pid, SeccompStatus status) {
        ThreadStat stat = ThreadStat.of(pid);
        if (stat.isOfKernel()) {
            throw new UsageException("process " + pid + " is a thread of the kernel, which makes no system calls");
        }
        if (stat.hasEnded()) {
            throw new UsageException("process " + pid + " has ended, and its parent has not noticed yet (a zombie)");
        }
        if (status.tracer() != 0) {
            throw new UsageException("process " + pid + " is traced by process " + status.tracer()
                    + ", and only one can trace it: end that one first");
        }
    }

    private Look read(KnownProcess process, SeccompStatus status, List<String> notes)
            throws InterruptedException, Unread {
        KnownProcess thread = QuietThread.of(process, status)
                .orElseThrow(() -> new Unread("all its threads wait for the answers to notified calls: to read the"
                        + " filters would interrupt a call, which would then be made again"));
        List<InstalledFilter> filters = InstalledFilter.of(thread, PATIENCE);
        FilterChain chain = new FilterChain(
                filters.stream().map(InstalledFilter::instructions).toList());
        List<Subject.Filter> shown = filters.stream()
                .map(each -> new Subject.Filter(each.instructions().size(), each.isLogged()))
                .toList();
        return new Look(subject(process, status, thread.id(), Source.KERNEL, "", shown, notes), Optional.of(chain));
    }

    private static String reason(ErrnoException e) {
        return switch (e.errno()) {
            case EPERM, EACCES ->
                SeccompStatus.ofThisThread().mode() == SeccompStatus.OFF
                        ? "the filters can be read only with CAP_SYS_ADMIN and CAP_SYS_PTRACE, so as root of the host ("
                                + e.getMessage() + ")"
                        : "seccomp-agent itself has a seccomp filter, and then the kernel shows no filters: run it"
                                + " outside of containers (" + e.getMessage() + ")";
            case ETIMEDOUT -> "the process does not stop: it is frozen, or waits for a device or a file system";
            case EIO -> "this kernel was built without CONFIG_CHECKPOINT_RESTORE, so it shows no filters";
            default -> e.getMessage();
        };
    }

    private Look instead(KnownProcess process, SeccompStatus status, String why, List<String> notes) {
        Source source = profile.isPresent() ? Source.BUNDLE : Source.STATUS;
        Subject subject = subject(process, status, 0, source, why, List.of(), notes);
        return new Look(subject, profile.map(each -> ProfileFilter.of(each, status.boundingCapabilities())));
    }

    private Subject subject(
            KnownProcess process,
            SeccompStatus status,
            int thread,
            Source source,
            String why,
            List<Subject.Filter> filters,
            List<String> notes) {
        return new Subject(
                asked,
                process.id(),
                thread,
                nameOf(process.id()),
                container,
                source,
                why,
                mode(status),
                status.noNewPrivileges(),
                Math.max(status.filters(), filters.size()),
                filters,
                notes,
                status.boundingCapabilities());
    }

    private static String mode(SeccompStatus status) {
        return switch (status.mode()) {
            case SeccompStatus.OFF -> "off";
            case SeccompStatus.STRICT -> "strict";
            default -> "filter";
        };
    }

    private static String nameOf(int pid) {
        return new String(ProcFile.read("/proc/" + pid + "/comm", LONGEST_NAME), StandardCharsets.UTF_8).strip();
    }

    /** The filters are there, and were not read. */
    private static final class Unread extends Exception {
        private static final long serialVersionUID = 1L;

        final String why;

        Unread(String why) {
            super(why);
            this.why = why;
        }
    }
}
