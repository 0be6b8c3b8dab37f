package io.github.seccompagent.linux;

import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of a mount, which mount(2) takes as one string with commas. Each byte is a character. */
public final class MountOptionList {
    private MountOptionList() {}

    /** Each option; none if there is no string. */
    public static List<String> of(@Nullable TargetString options) {
        return options == null
                ? List.of()
                : List.of(new String(options.bytes(), StandardCharsets.ISO_8859_1).split(","));
    }

    /** The string for these. */
    public static TargetString join(List<String> options) {
        return TargetString.of(String.join(",", options).getBytes(StandardCharsets.ISO_8859_1));
    }
}
