package io.github.seccompagent.app;

import io.github.seccompagent.linux.helper.Preparation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of the program, by the one or two words that name them. Without a name it is {@code agent}. */
final class Commands {
    private static final int MOST_WORDS = 2;

    private Commands() {}

    /**
     * A command that was asked for.
     *
     * @param prefix its name and a space; empty if it was not named
     * @param arguments what follows the name
     */
    record Named(Command command, String prefix, List<String> arguments) {}

    /**
     * Begins to load what the command that is asked for is about to need. It is the first thing that a start does, and
     * uses no lambda: making the first one takes long.
     */
    static void prepare(String... words) {
        String first = words.length == 0 ? "" : words[0];
        if (first.isEmpty() || first.startsWith("-") || first.equals("agent") || first.equals("run")) {
            new Preparation().start();
        }
    }

    static Named find(List<String> words) {
        for (int count = Math.min(MOST_WORDS, words.size()); count > 0; count--) {
            String name = String.join(" ", words.subList(0, count));
            Command command = named(name);
            if (command != null) {
                return new Named(command, name + " ", words.subList(count, words.size()));
            }
        }
        return new Named(new AgentCommand(), "", words);
    }

    private static @Nullable Command named(String name) {
        return switch (name) {
            case "agent" -> new AgentCommand();
            case "inspect" -> new InspectCommand();
            case "run" -> new RunCommand();
            case "doctor" -> new DoctorCommand();
            case "record" -> new RecordCommand();
            case "profile minimise" -> new ProfileMinimiseCommand();
            case "profile check" -> new ProfileCheckCommand();
            case "profile diff" -> new ProfileDiffCommand();
            case "profile make" -> new ProfileMakeCommand();
            case "profile merge" -> new ProfileMergeCommand();
            case "policy check" -> new PolicyCheckCommand();
            case "policy explain" -> new PolicyExplainCommand();
            case "ps" -> new PsCommand();
            case "trace" -> new TraceCommand();
            case "top" -> new TopCommand();
            default -> null;
        };
    }
}
