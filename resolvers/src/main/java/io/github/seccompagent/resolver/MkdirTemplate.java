package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text with the fields of a template of Go's, as {{.Namespace}}: of the language only that. */
final class MkdirTemplate {
    private static final Pattern FIELD = Pattern.compile("\\{\\{-?\\s*\\.([A-Za-z0-9]+)\\s*-?}}");

    private MkdirTemplate() {}

    /** @throws IllegalArgumentException for a field that there is not, for more than fields, or for what no name can end with */
    static String filled(String template, PodIdentity identity, ContainerProcessState state) {
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
            throw new IllegalArgumentException("only fields can stand in {{ }}, as {{.Pod}}");
        }
        if (text.indexOf("/") >= 0) {
            throw new IllegalArgumentException("the suffix of a name cannot have a slash");
        }
        return Metadata.fileName(text.toString());
    }
}
