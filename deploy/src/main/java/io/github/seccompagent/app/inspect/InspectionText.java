package io.github.seccompagent.app.inspect;

import io.github.seccompagent.app.filter.Verdict;
import io.github.seccompagent.app.report.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints an inspection for people. */
final class InspectionText {
    private static final int WIDTH = 100;
    private static final String BY_ARGUMENTS = "by arguments";
    private static final String INDENT = "    ";

    private final PrintStream out;

    InspectionText(PrintStream out) {
        this.out = out;
    }

    void print(Subject subject, List<AbiView> abis) {
        print("", subject);
        abis.forEach(this::print);
    }

    private void print(String label, Subject subject) {
        line(label + described(subject));
        if (!subject.why().isEmpty()) {
            line("  not from the kernel: " + subject.why());
            line(
                    subject.source() == Subject.Source.BUNDLE
                            ? "  What follows is what libseccomp makes of the profile in the container's bundle."
                            : "  Only /proc/" + subject.pid() + "/status tells something.");
        }
        subject.notes().forEach(each -> line("  note: " + each));
    }

    private static String described(Subject subject) {
        if (subject.source() == Subject.Source.PROFILE) {
            return "profile " + subject.asked() + ": " + filters(subject);
        }
        String container = subject.container().isEmpty() ? "" : " of container " + subject.container();
        String seccomp = switch (subject.mode()) {
            case "off" -> "seccomp is off";
            case "strict" -> "strict mode";
            default -> filters(subject);
        };
        return "process " + subject.pid() + " (" + subject.name() + ")" + container + ": " + seccomp
                + (subject.noNewPrivileges() ? ", no_new_privs" : "");
    }

    private static String filters(Subject subject) {
        int count = subject.filterCount();
        List<String> lengths = subject.filters().stream()
                .map(each -> each.instructions() + (each.log() ? " (logged)" : ""))
                .toList();
        return (count == 1 ? "1 filter" : count + " filters")
                + (lengths.isEmpty() ? "" : " of " + String.join(" and ", lengths) + " instructions");
    }

    private void print(AbiView abi) {
        if (abi.isUniform()) {
            line(abi.abi() + ": every call: " + abi.calls().get(0).verdict());
            return;
        }
        line(abi.abi());
        Map<Verdict, List<String>> simple = new LinkedHashMap<>();
        Map<Verdict, List<String>> others = new LinkedHashMap<>();
        abi.calls()
                .forEach(call -> (call.verdict().isSimple() ? simple : others)
                        .computeIfAbsent(call.verdict(), key -> new ArrayList<>())
                        .add(call.name()));
        simple.entrySet().stream()
                .sorted(Comparator.comparing(
                        each -> each.getKey().cases().get(0).outcome()))
                .forEach(each -> list(each.getKey().toString(), sorted(each.getValue())));
        if (!others.isEmpty()) {
            line("  " + BY_ARGUMENTS);
            others.forEach((verdict, names) -> wrapped(sorted(names), ": " + verdict));
        }
        line("  numbers without a name");
        Map<Verdict, List<String>> unnamed = new LinkedHashMap<>();
        abi.others()
                .forEach(each -> unnamed.computeIfAbsent(each.verdict(), key -> new ArrayList<>())
                        .add(new UnnamedCalls(each.first(), each.last()).toString()));
        unnamed.forEach((verdict, ranges) -> wrapped(ranges, ": " + verdict));
    }

    void print(Subject here, Subject there, List<Difference> differences) {
        print("here:  ", here);
        print("there: ", there);
        if (differences.isEmpty()) {
            line("no difference");
            return;
        }
        Map<String, Map<String, List<String>>> byAbi = new LinkedHashMap<>();
        differences.forEach(each -> byAbi.computeIfAbsent(each.abi(), key -> new LinkedHashMap<>())
                .computeIfAbsent(each.change().toString(), key -> new ArrayList<>())
                .add(each.name()));
        byAbi.forEach((abi, changes) -> {
            line(abi + " (here -> there)");
            changes.forEach((change, names) -> list(change, names));
        });
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    private void list(String title, List<String> names) {
        line("  " + title + " (" + names.size() + ")");
        wrapped(names, "");
    }

    private void wrapped(List<String> words, String end) {
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : words) {
            if (line.length() > INDENT.length() && line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line = new StringBuilder(INDENT);
            }
            line.append(line.length() > INDENT.length() ? " " : "").append(word);
        }
        line(line + end);
    }

    private void line(String text) {
        out.println(Printable.of(text));
    }
}
