package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A running container. Closing it kills and removes it. */
final class OciContainer implements AutoCloseable {
    // One stream for both outputs: runc copies each of two on its own, in any order.
    private static final String[] SHELL = {"sh", "-c", "exec sh -i 2>&1"};
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final OciRuntime runtime;
    private final String id = "e2e-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    private final TempFolder folder = TempFolder.create();
    private @Nullable ShellSession console;

    private OciContainer(OciRuntime runtime, OciBundle bundle) {
        this.runtime = runtime;
        Cleanup.atExit(this);
        bundle.writeTo(folder.path());
    }

    /** Starts a container in the background. */
    static OciContainer start(OciRuntime runtime, OciBundle bundle) {
        OciContainer container = new OciContainer(runtime, bundle);
        try {
            container.run("--detach");
            return container;
        } catch (RuntimeException | AssertionError e) {
            container.close();
            throw e;
        }
    }

    /** Starts a container whose first process is an interactive shell: its {@link #console}. */
    static OciContainer startWithShell(OciRuntime runtime, OciBundle bundle) {
        OciContainer container = new OciContainer(runtime, bundle.command(SHELL));
        try {
            container.console =
                    ShellSession.start(container.call("run", "--bundle=" + container.folder.path(), container.id));
            return container;
        } catch (RuntimeException | AssertionError e) {
            container.close();
            throw e;
        }
    }

    /** Runs a container until its command ends, and gives what the runtime and the command print. */
    static Command.Result runToEnd(OciRuntime runtime, OciBundle bundle) {
        try (OciContainer container = new OciContainer(runtime, bundle)) {
            return Command.run(container.call("run", "--bundle=" + container.folder.path(), container.id));
        }
    }

    private void run(String option) {
        Command.run(call("run", option, "--bundle=" + folder.path(), id)).orFail();
    }

    private List<String> call(String... arguments) {
        return runtime.call(folder.path(), List.of(arguments));
    }

    String id() {
        return id;
    }

    /** Its root, as the host sees it. */
    Path rootfs() {
        return folder.resolve("rootfs");
    }

    /** The pid of its first process, as the runtime tells it. */
    int pid() {
        return state().path("pid").asInt();
    }

    boolean isRunning() {
        return status().equals("running");
    }

    /** As the runtime tells it: running, paused, stopped. */
    String status() {
        return state().path("status").asText();
    }

    /** Ends what the runtime calls "paused". */
    void resume() {
        Command.run(call("resume", id)).orFail();
    }

    private JsonNode state() {
        try {
            return new ObjectMapper().readTree(Command.run(call("state", id)).orFail());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the agent of the resolver demo-basic puts behind the names of folders. */
    String suffix() {
        return "-pid-" + pid();
    }

    ShellSession console() {
        if (console == null) {
            throw new IllegalStateException("not started with a shell");
        }
        return console;
    }

    /** An interactive shell that the runtime executes in it. */
    ShellSession execShell() {
        return ShellSession.start(Command.concat(call("exec", id), List.of(SHELL)));
    }

    /** Has the runtime execute a program in it. */
    Command.Result exec(String... words) {
        return Command.run(Command.concat(call("exec", id), List.of(words)));
    }

    /** Has the runtime execute a program in it that may take longer than others. */
    Command.Result execFor(int seconds, String... words) {
        return Command.run(seconds, Command.concat(call("exec", id), List.of(words)));
    }

    /** Has the runtime execute a line of shell in it. */
    Command.Result shell(String line) {
        return exec("sh", "-c", line);
    }

    Command.Result shellAs(int uid, String line) {
        return Command.run(call("exec", "--user=" + uid + ":" + uid, id, "sh", "-c", line));
    }

    /** Starts to execute a line of shell in it, and does not wait. */
    Process begin(String line) {
        try {
            return new ProcessBuilder(call("exec", id, "sh", "-c", line))
                    .redirectInput(folder.emptyFile().toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder in its root, owned by the given ids of the host. */
    Path makeFolder(String path, int uid, int gid, String mode) {
        Path created = rootfs().resolve(path.substring(1));
        Command.run("mkdir", created.toString()).orFail();
        Command.run("chown", uid + ":" + gid, created.toString()).orFail();
        Command.run("chmod", mode, created.toString()).orFail();
        return created;
    }

    boolean hasFolder(String path) {
        return Files.isDirectory(rootfs().resolve(path.substring(1)), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() {
        Command.run(call("delete", "--force", id));
        if (console != null) {
            console.close();
        }
        try {
            folder.close();
        } finally {
            Cleanup.done(this);
        }
    }

    /** Waits for the end of a process that {@link #begin} started. */
    static int awaitEnd(Process process) throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the process in the container hangs");
        }
        return process.exitValue();
    }

    @Override
    public String toString() {
        return runtime + " container " + id;
    }
}
