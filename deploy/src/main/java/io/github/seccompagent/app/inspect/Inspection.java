package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the filters of a process or container, and at what they do with each call.
 *
 * @param target the pid, or the id or name of a container
 * @param against the same or a file with a profile, to compare with; empty to compare with nothing
 * @param runtimeRoots where runtimes note their containers; none for the usual places
 */
public record Inspection(String target, String against, List<String> runtimeRoots) {
    private static final int WELL = 0;
    private static final int DIFFERENT = 1;
    private static final int UNSURE = 2;

    /** What is printed as JSON of one process. */
    private record Whole(
            @JsonUnwrapped Subject subject,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AbiView> abis) {}

    /** What is printed as JSON of two. */
    private record Compared(Subject here, Subject there, List<Difference> differences) {}

    /**
     * Looks, and prints what was seen.
     *
     * @return 0, or 1 if two things that were compared differ, or 2 if the kernel did not show what it holds
     * @throws UsageException if there is nothing to look at
     */
    public int print(PrintStream out, boolean json) throws InterruptedException {
        return against.isEmpty() ? printOne(out, json) : printDifferences(out, json);
    }

    private int printOne(PrintStream out, boolean json) throws InterruptedException {
        Look look = lookAtRunning(target);
        List<AbiView> abis = look.chain().stream()
                .flatMap(chain -> NamedCall.abis().stream().map(each -> AbiView.of(each, chain)))
                .toList();
        if (json) {
            out.println(Report.json(new Whole(look.subject(), abis)));
        } else {
            new InspectionText(out).print(look.subject(), abis);
        }
        return look.subject().isSure() ? WELL : UNSURE;
    }

    private int printDifferences(PrintStream out, boolean json) throws InterruptedException {
        Look here = lookAtRunning(target);
        Look there =
                isFile(against) ? ofProfile(ReadProfile.of(path(against)), here.subject()) : lookAtRunning(against);
        List<Difference> differences = Difference.between(chain(here), chain(there));
        if (json) {
            out.println(Report.json(new Compared(here.subject(), there.subject(), differences)));
        } else {
            new InspectionText(out).print(here.subject(), there.subject(), differences);
        }
        boolean isSure = here.subject().isSure() && there.subject().isSure();
        return isSure ? differences.isEmpty() ? WELL : DIFFERENT : UNSURE;
    }

    private Look lookAtRunning(String text) throws InterruptedException {
        if (isPid(text)) {
            return ProcessLook.at(pid(text));
        }
        RuntimeStates roots = runtimeRoots.isEmpty()
                ? RuntimeStates.usual()
                : new RuntimeStates(runtimeRoots.stream().map(Inspection::path).toList());
        return ProcessLook.at(text, Containers.find(text, roots));
    }

    private static boolean isFile(String text) {
        return !isPid(text) && (text.contains("/") || text.endsWith(".json") || Files.exists(path(text)));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + e.getInput() + "' is no path in this locale: set LC_ALL=C.UTF-8");
        }
    }

    private static boolean isPid(String text) {
        return text.matches("-?[0-9]{1,19}");
    }

    private static int pid(String text) {
        long pid = Long.parseLong(text);
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            throw new UsageException(text + " is no process id: these begin with 1");
        }
        return (int) pid;
    }

    private Look ofProfile(ReadProfile profile, Subject here) {
        FilterChain chain = ProfileFilter.of(profile, here.boundingCapabilities());
        List<Subject.Filter> filters = chain.filters().stream()
                .map(filter -> new Subject.Filter(filter.size(), false))
                .toList();
        return new Look(Subject.ofProfile(against, filters), Optional.of(chain));
    }

    private static FilterChain chain(Look look) {
        return look.chain()
                .orElseThrow(() ->
                        new UsageException("the filters of '" + look.subject().asked() + "' cannot be compared: "
                                + look.subject().why()));
    }
}
