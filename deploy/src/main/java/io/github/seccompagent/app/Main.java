package io.github.seccompagent.app;

import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.peer.ListeningSocket;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.ParseException;

/**
 * The entry point. The exit status is 0, or 1 if another agent serves the socket, or 2 if the agent cannot work as it
 * was asked. That of {@code run} is in {@link RunCommand}.
 */
public final class Main {
    private static final int IN_USE = 1;
    private static final int UNUSABLE = 2;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        Commands.prepare(args);
        int status = run(args);
        Logging.flush();
        System.exit(status);
    }

    private static int run(String[] args) throws InterruptedException {
        Commands.Named named = Commands.find(List.of(args));
        Command command = named.command();
        try {
            List<String> rest = command.options().parse(named.arguments().toArray(String[]::new));
            if (command.options().has(CommonOptions.HELP)) {
                Help.print(command);
                return 0;
            }
            if (command.options().has(CommonOptions.VERSION)) {
                System.out.println("seccomp-agent " + Main.class.getPackage().getImplementationVersion());
                return 0;
            }
            return command.run(rest);
        } catch (ParseException e) {
            return failure(e.getMessage() + "; see 'seccomp-agent " + named.prefix() + "--help'");
        } catch (IOException | UsageException e) {
            int status = failure(String.valueOf(e.getMessage()));
            return e instanceof ListeningSocket.InUseException ? IN_USE : status;
        } catch (RuntimeException | Error e) { // such as a class that cannot be loaded without descriptors or memory
            return failure("the agent cannot work here: " + e);
        }
    }

    private static int failure(String message) {
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        System.err.println("seccomp-agent: " + Printable.of(line)); // it can name a file, or quote it
        return UNUSABLE;
    }
}
