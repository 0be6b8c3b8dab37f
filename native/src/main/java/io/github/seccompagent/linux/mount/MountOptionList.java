package io.github.seccompagent.linux.mount;

import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of a mount. mount(2) takes them as one string with commas. Each byte is a character here. */
public final class MountOptionList {
    private MountOptionList() {}

    /** The options of a mount of this type, split as the kernel splits them; none if there is no string. */
    public static List<String> of(String type, @Nullable TargetString options) {
        if (options == null) {
            return List.of();
        }
        String text = new String(options.bytes(), StandardCharsets.ISO_8859_1);
        return type.equals("overlay") ? withEscapes(text) : List.of(text.split(","));
    }

    /**
     * Splits the options of an overlay. Its layers may have any name, so a backslash takes away the meaning of a
     * following comma.
     */
    private static List<String> withEscapes(String text) {
        List<String> options = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                options.add(text.substring(start, i));
                start = i + 1;
            }
        }
        options.add(text.substring(start));
        return options;
    }

    /** Joins options into one string. */
    public static TargetString join(List<String> options) {
        return TargetString.of(String.join(",", options).getBytes(StandardCharsets.ISO_8859_1));
    }
}
