package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with fields such as {{.Namespace}}, as in a template of Go. Other features of Go's templates are refused. */
final class MkdirTemplate {
    private static final Pattern FIELD = Pattern.compile("\\{\\{-?\\s*\\.([A-Za-z0-9]+)\\s*-?}}");

    private MkdirTemplate() {}

    /**
     * Replaces the fields by their values.
     *
     * @throws IllegalArgumentException if a field is unknown, if something else than a field is in braces, or if the
     *     result cannot be the end of a file name
     */
    static String fill(String template, PodIdentity identity, ContainerProcessState state) {
        Map<String, String> fields = Map.of(
                "Namespace", identity.namespace(),
                "Pod", identity.pod(),
                "Container", identity.container(),
                "Pid", Integer.toString(state.pid()),
                "Pid1", Integer.toString(state.container().pid()));
        StringBuilder text = new StringBuilder();
        Matcher field = FIELD.matcher(template);
        while (field.find()) {
            String value = fields.get(field.group(1));
            if (value == null) {
                throw new IllegalArgumentException(
                        "there is no field ." + field.group(1) + ", only .Namespace, .Pod, .Container, .Pid and .Pid1");
            }
            field.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        field.appendTail(text);
        if (text.indexOf("{{") >= 0) {
            throw new IllegalArgumentException("only a field such as {{.Pod}} can be in {{ }}");
        }
        if (text.indexOf("/") >= 0) {
            throw new IllegalArgumentException("the suffix of a name cannot contain a slash");
        }
        return Metadata.fileName(text.toString());
    }
}
