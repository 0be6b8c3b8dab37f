package io.github.seccompagent.app;

import io.github.seccompagent.linux.ListeningSocket;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The entry point. Exit status: 0, 1 if another agent serves the socket, 2 if the agent cannot work as it was asked. */
public final class Main {
    private static final int IN_USE = 1;
    private static final int UNUSABLE = 2;

    private Main() {}

    public static void main(String[] args) {
        int status = commandLine().execute(GoSpelling.normalized(args));
        Logging.flush();
        System.exit(status);
    }

    static CommandLine commandLine() {
        return new CommandLine(new AgentCommand())
                .addSubcommand("agent", new AgentCommand())
                .addSubcommand(new RunCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::onBadParameter)
                .setExecutionExceptionHandler(Main::onFailure);
    }

    private static int onBadParameter(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println("seccomp-agent: " + oneLine(e.getMessage()) + "; see '" + command + " --help'");
        return UNUSABLE;
    }

    private static int onFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(e instanceof IOException || e instanceof UsageException)) {
            throw e;
        }
        command.getErr().println("seccomp-agent: " + oneLine(String.valueOf(e.getMessage())));
        return e instanceof ListeningSocket.InUseException ? IN_USE : UNUSABLE;
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
