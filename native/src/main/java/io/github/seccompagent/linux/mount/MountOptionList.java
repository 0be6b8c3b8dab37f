package io.github.seccompagent.linux.mount;

import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of a mount, which mount(2) takes as one string with commas. Each byte is a character. */
public final class MountOptionList {
    private MountOptionList() {}

    /** Each option of a mount of this type, as the kernel takes them apart; none if there is no string. */
    public static List<String> of(String type, @Nullable TargetString options) {
        if (options == null) {
            return List.of();
        }
        String text = new String(options.bytes(), StandardCharsets.ISO_8859_1);
        return type.equals("overlay") ? withEscapes(text) : List.of(text.split(","));
    }

    /** An overlay's layers have any name: there a backslash takes the meaning of a comma that follows. */
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

    /** The string for these. */
    public static TargetString join(List<String> options) {
        return TargetString.of(String.join(",", options).getBytes(StandardCharsets.ISO_8859_1));
    }
}
