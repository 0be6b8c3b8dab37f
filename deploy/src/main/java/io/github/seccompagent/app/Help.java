package io.github.seccompagent.app;

import org.apache.commons.cli.Option;

/** Prints the text of --help. */
final class Help {
    private Help() {}

    static void print(Command command) {
        System.out.println("Usage: " + command.synopsis());
        System.out.println();
        System.out.println(command.description());
        System.out.println();
        for (Option option : command.options().known().getOptions()) {
            String value = option.hasArg() ? " " + option.getArgName() : "";
            String letter = option.getOpt() == null ? "" : "-" + option.getOpt() + ", ";
            System.out.println("  " + letter + "--" + option.getLongOpt() + value);
            System.out.println("      " + option.getDescription());
        }
    }
}
