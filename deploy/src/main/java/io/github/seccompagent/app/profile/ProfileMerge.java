package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.profile.WrittenProfile.WrittenCondition;
import io.github.seccompagent.app.profile.WrittenProfile.WrittenRule;
import io.github.seccompagent.app.report.UsageException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A profile that does for each call what one of several profiles does, and what each of them contributed. It is for
 * profiles that were recorded in several runs of a program.
 *
 * @param profile in the form of the runtime specification
 * @param runs each file, in their order
 */
public record ProfileMerge(WrittenProfile profile, List<Run> runs) {

    /**
     * What one of the files has.
     *
     * @param calls how many calls its rules name
     * @param only those that no other file's rules name
     */
    public record Run(String file, int calls, Set<String> only) {}

    /** What a rule does, without the calls that it is for. */
    private record Kind(String action, @Nullable Long errno, String conditions) {}

    /**
     * Merges the profiles of files.
     *
     * @throws UsageException if a file cannot be read, or two of them contradict each other
     */
    public static ProfileMerge of(List<Path> files) {
        List<Profile> profiles = files.stream()
                .map(file -> ProfileFile.readOne(file, new Findings(ProfileFile.KIND)))
                .toList();
        String action = same(profiles, "defaultAction", profile -> text(profile.defaultAction()));
        Long errno = same(profiles, "defaultErrnoRet", Profile::defaultErrno);
        if (action == null) {
            throw new UsageException(files.get(0) + ": it has no defaultAction: add one");
        }
        WrittenProfile written = new WrittenProfile(
                action,
                errno,
                emptyToNull(profiles.stream()
                        .flatMap(profile -> profile.architectures().stream())
                        .map(Located::text)
                        .distinct()
                        .toList()),
                same(profiles, "flags", profile -> texts(profile.flags())),
                same(profiles, "listenerPath", profile -> text(profile.listenerPath())),
                same(profiles, "listenerMetadata", profile -> text(profile.listenerMetadata())),
                rules(profiles));
        return new ProfileMerge(written, runs(files, profiles));
    }

    /** What all profiles have that have it. */
    private static <T> @Nullable T same(List<Profile> profiles, String field, Function<Profile, @Nullable T> of) {
        T found = null;
        for (Profile profile : profiles) {
            T its = of.apply(profile);
            if (found != null && its != null && !found.equals(its)) {
                throw new UsageException(profile.place() + ": its " + field + " is " + its + ", and before it was "
                        + found + ": make them the same");
            }
            found = its == null ? found : its;
        }
        return found;
    }

    private static @Nullable String text(@Nullable Located located) {
        return located == null ? null : located.text();
    }

    private static @Nullable List<String> texts(@Nullable List<Located> located) {
        return located == null ? null : located.stream().map(Located::text).toList();
    }

    private static @Nullable List<String> emptyToNull(List<String> texts) {
        return texts.isEmpty() ? null : texts;
    }

    private static List<WrittenRule> rules(List<Profile> profiles) {
        Map<String, Rule> unconditional = new TreeMap<>();
        for (Profile profile : profiles) {
            for (Rule rule : profile.rulesFor(Machine.here())) {
                if (rule.conditions().isEmpty()) {
                    rule.names().forEach(name -> addUnconditional(name, rule, unconditional));
                }
            }
        }
        Map<Kind, WrittenRule> kinds = new LinkedHashMap<>();
        unconditional.forEach((name, rule) -> add(name, rule, kinds));
        for (Profile profile : profiles) {
            for (Rule rule : profile.rulesFor(Machine.here())) {
                if (!rule.conditions().isEmpty()) {
                    rule.names().stream()
                            .map(Located::text)
                            .filter(name -> !unconditional.containsKey(name))
                            .forEach(name -> add(name, rule, kinds));
                }
            }
        }
        return List.copyOf(kinds.values());
    }

    private static void addUnconditional(Located name, Rule rule, Map<String, Rule> rules) {
        Rule former = rules.putIfAbsent(name.text(), rule);
        if (former != null
                && !(Objects.equals(text(former.action()), text(rule.action()))
                        && Objects.equals(former.errno(), rule.errno()))) {
            throw new UsageException(name.place() + ": " + name.text() + " has the action " + text(rule.action())
                    + ", and another one at " + former.place() + ": make them the same");
        }
    }

    private static void add(String name, Rule rule, Map<Kind, WrittenRule> kinds) {
        Kind kind = new Kind(String.valueOf(text(rule.action())), rule.errno(), rule.conditionKey());
        List<String> names = kinds.computeIfAbsent(
                        kind, none -> new WrittenRule(new ArrayList<>(), kind.action(), kind.errno(), conditions(rule)))
                .names();
        if (!names.contains(name)) {
            names.add(name);
        }
    }

    private static @Nullable List<WrittenCondition> conditions(Rule rule) {
        return rule.conditions().isEmpty()
                ? null
                : rule.conditions().stream()
                        .map(each -> new WrittenCondition(
                                each.index(),
                                unsigned(each.value()),
                                unsigned(each.valueTwo()),
                                each.operator().text()))
                        .toList();
    }

    private static BigInteger unsigned(long number) {
        return new BigInteger(Long.toUnsignedString(number));
    }

    private static List<Run> runs(List<Path> files, List<Profile> profiles) {
        List<Set<String>> named = profiles.stream()
                .map(profile -> profile.rules().stream()
                        .flatMap(rule -> rule.names().stream())
                        .map(Located::text)
                        .collect(Collectors.toCollection(TreeSet::new)))
                .map(names -> (Set<String>) names)
                .toList();
        Map<String, Long> counts = named.stream()
                .flatMap(Set::stream)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Set<String> names = named.get(i);
            Stream<String> only = names.stream().filter(name -> counts.getOrDefault(name, 0L) == 1);
            runs.add(new Run(
                    files.get(i).toString(), names.size(), only.collect(Collectors.toCollection(TreeSet::new))));
        }
        return runs;
    }
}
