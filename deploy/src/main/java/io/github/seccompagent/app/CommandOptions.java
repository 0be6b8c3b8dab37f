package io.github.seccompagent.app;

import io.github.seccompagent.app.report.UsageException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.jspecify.annotations.Nullable;

/** The options of a command, and the values given for them. As in Go programs, one dash means the same as two. */
final class CommandOptions {
    private final Options known = new Options();
    private boolean isAnywhere;
    private @Nullable CommandLine given;

    /** Adds an option with a value. If it is given several times, the last value counts, except for {@link #all}. */
    CommandOptions value(String name, String valueName, String description) {
        known.addOption(option(name, description).hasArg().argName(valueName).get());
        return this;
    }

    /** The same for an option with a short name too, of one letter. */
    CommandOptions value(String letter, String name, String valueName, String description) {
        known.addOption(Option.builder(letter)
                .longOpt(name)
                .desc(description)
                .hasArg()
                .argName(valueName)
                .get());
        return this;
    }

    CommandOptions flag(String name, String description) {
        known.addOption(option(name, description).get());
        return this;
    }

    /** Takes options behind other arguments too. The command runs no program that has options of its own. */
    CommandOptions anywhere() {
        isAnywhere = true;
        return this;
    }

    private static Option.Builder option(String name, String description) {
        return Option.builder().longOpt(name).desc(description);
    }

    /**
     * Parses the arguments up to the first one that is not an option, or all of them after {@link #anywhere}.
     *
     * @return the remaining arguments
     */
    List<String> parse(String... arguments) throws ParseException {
        DefaultParser parser =
                DefaultParser.builder().setAllowPartialMatching(false).get();
        CommandLine parsed = parser.parse(known, arguments, !isAnywhere);
        List<String> rest = parsed.getArgList();
        int before = arguments.length - rest.size() - 1;
        boolean afterDashes = before >= 0 && arguments[before].equals("--");
        if (!isAnywhere && !rest.isEmpty() && rest.get(0).startsWith("-") && !afterDashes) {
            throw new UnrecognizedOptionException("Unknown option: " + rest.get(0), rest.get(0));
        }
        given = parsed;
        return rest;
    }

    boolean has(String name) {
        return given().hasOption(name);
    }

    String get(String name, String otherwise) {
        List<String> values = all(name);
        return values.isEmpty() ? otherwise : values.get(values.size() - 1);
    }

    /** @throws UsageException if the program's locale cannot express the path */
    Path path(String name, String otherwise) {
        return pathOf("--" + name + ": ", get(name, otherwise));
    }

    /**
     * The path that an argument without an option names.
     *
     * @throws UsageException if the program's locale cannot express the path
     */
    static Path pathOfArgument(String argument) {
        return pathOf("", argument);
    }

    private static Path pathOf(String before, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(before + "'" + e.getInput() + "' is no path in this locale: set LC_ALL=C.UTF-8");
        }
    }

    List<String> all(String name) {
        String[] values = given().getOptionValues(name);
        return values == null ? List.of() : Arrays.asList(values);
    }

    private CommandLine given() {
        if (given == null) {
            throw new IllegalStateException("parse() was not called yet");
        }
        return given;
    }

    Options known() {
        return known;
    }
}
