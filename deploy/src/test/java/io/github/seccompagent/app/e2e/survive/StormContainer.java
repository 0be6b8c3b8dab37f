package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.Freezer;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A container whose first process makes calls all the time, and records what it is told. */
final class StormContainer implements AutoCloseable {
    private static final int TAIL = 4096;

    private final String name;
    private final Kind kind;
    private final TempFolder folder = TempFolder.create(); // /storm in the container
    private final OciBundle bundle;
    private final OciContainer container;

    /**
     * What a container is like.
     *
     * @param waitsKillable whether only SIGKILL interrupts a call that the agent has received
     * @param signalMicros how often its programs get a signal; 0: never
     * @param modes what its programs do
     */
    record Kind(OciRuntime runtime, boolean waitsKillable, int signalMicros, List<String> modes) {
        /** The kernel can take an answer, and the caller does not get it. */
        boolean losesAnswers() {
            return signalMicros > 0 && !waitsKillable;
        }
    }

    private StormContainer(String name, Kind kind, Path socket) {
        this.name = name;
        this.kind = kind;
        try {
            Files.createDirectory(folder.resolve("files"));
            Files.copy(TestPrograms.TOLD, folder.resolve("told"), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OciBundle plain = OciBundle.notifying(socket)
                .notified(StormAgent.NOTIFIED.toArray(String[]::new))
                .metadata("PASS_OPEN=true")
                .cgroup(kind.runtime == OciRuntime.RUNC ? "/" + name : "")
                .bind(folder.path(), "/storm")
                .command(command(name, kind.modes));
        bundle = kind.waitsKillable ? plain.waitKillable() : plain;
        container = OciContainer.start(kind.runtime, bundle);
    }

    /** Starts one that makes calls until {@link #stop}. */
    static StormContainer start(String name, Kind kind, Path socket) {
        return new StormContainer(name, kind, socket);
    }

    private String[] command(String caller, List<String> modes) {
        List<String> fixed = List.of(
                "/storm/told",
                caller,
                "/storm/record",
                "/storm/files",
                "/storm/stop",
                Integer.toString(kind.signalMicros));
        return Command.concat(fixed, modes).toArray(String[]::new);
    }

    /** Has the runtime execute a program that makes some calls, and waits for its end. */
    Command.Result exec(String caller, List<String> modes) {
        return container.exec(command(caller, modes));
    }

    /** Runs another container like this one, whose program makes some calls. */
    Command.Result runAnother(String caller, List<String> modes) {
        return OciContainer.runToEnd(kind.runtime, bundle.cgroup("").command(command(caller, modes)));
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    int pid() {
        return container.pid();
    }

    /** When the last plain call was made that has got its answer. */
    long lastPlainCall() {
        try (RandomAccessFile record =
                new RandomAccessFile(folder.resolve("record").toFile(), "r")) {
            long from = Math.max(0, record.length() - TAIL);
            byte[] tail = new byte[(int) (record.length() - from)];
            record.seek(from);
            record.readFully(tail);
            String text = new String(tail, StandardCharsets.ISO_8859_1);
            int last = text.lastIndexOf("\nplain ");
            String[] words = last < 0 ? new String[0] : text.substring(last + 1).split("[ \n]", 6);
            return words.length == 6 ? Long.parseLong(words[3]) : Long.MIN_VALUE;
        } catch (IOException notYet) {
            return Long.MIN_VALUE;
        }
    }

    void stop() {
        try {
            Files.createFile(folder.resolve("stop"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether its programs have ended by themselves, in time. */
    boolean ends() {
        try {
            Await.until("the end of " + name).until(() -> lines().contains("end " + name));
            return true;
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            return false;
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(folder.resolve("record"));
        } catch (IOException notYet) {
            return List.of();
        }
    }

    /** What its programs were told, also those that the runtime has executed in it. */
    List<Told> told() {
        return lines().stream()
                .filter(line -> !line.startsWith("end "))
                .map(line -> Told.parse(line, kind.losesAnswers()))
                .toList();
    }

    /** The names of its files. */
    Set<String> found() {
        try (Stream<Path> files = Files.list(folder.resolve("files"))) {
            return files.map(each -> each.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many mounts that were granted are there. */
    long mounts() {
        return Processes.text(pid(), "mountinfo")
                .lines()
                .filter(line -> line.contains(" /storm/files/mount-"))
                .count();
    }

    @Override
    public void close() {
        if (kind.runtime == OciRuntime.RUNC) {
            Freezer.of("/" + name).thaw(); // a runtime cannot delete a container that is frozen
        }
        container.close();
        folder.close();
    }
}
