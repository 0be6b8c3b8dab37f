package io.github.seccompagent.runtime;

import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.mount.MountOptionList;
import org.jspecify.annotations.Nullable;

/**
 * The layers of an overlay. mount(2) takes lists of any length. Granted mounts are made with fsconfig(2), which takes
 * no value longer than 255 bytes. From Linux 6.7 on it takes one layer at a time.
 */
final class OverlayLayers {
    private static final String LOWER = "lowerdir=";
    private static final int MAX_VALUE = 255;

    private OverlayLayers() {}

    /** The options, with one option for each layer if the list of layers is too long. */
    static @Nullable TargetString splitLayers(String type, @Nullable TargetString options) {
        if (options == null || !type.equals("overlay") || options.length() <= MAX_VALUE) {
            return options;
        }
        return MountOptionList.join(MountOptionList.of(type, options).stream()
                .map(option ->
                        option.startsWith(LOWER) && option.length() > LOWER.length() + MAX_VALUE && isPlain(option)
                                ? layers(option.substring(LOWER.length()))
                                : option)
                .toList());
    }

    /**
     * Whether an option has no escapes. A layer on its own cannot have one: a comma in its name would end the option
     * and begin another.
     */
    private static boolean isPlain(String option) {
        return !option.contains("\\,") && !option.contains("\\\\");
    }

    /**
     * Takes a list of layers apart. A colon separates layers, and two colons come before layers with data only. A
     * backslash takes the meaning of the next character away.
     */
    private static String layers(String list) {
        StringBuilder options = new StringBuilder("lowerdir+=");
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '\\' && i + 1 < list.length()) {
                options.append(list.charAt(++i));
            } else if (c == ':') {
                boolean data = list.startsWith("::", i);
                options.append(data ? ",datadir+=" : ",lowerdir+=");
                i += data ? 1 : 0;
            } else {
                options.append(c);
            }
        }
        return options.toString();
    }
}
