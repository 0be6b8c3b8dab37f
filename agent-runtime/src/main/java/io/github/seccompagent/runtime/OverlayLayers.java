package io.github.seccompagent.runtime;

import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.mount.MountOptionList;
import org.jspecify.annotations.Nullable;

/**
 * The layers of an overlay. mount(2) takes lists of them of any length; fsconfig(2), by which granted mounts are made,
 * takes no value of more than 255 bytes, but from Linux 6.7 on one layer at a time.
 */
final class OverlayLayers {
    private static final String LOWER = "lowerdir=";
    private static final int MAX_VALUE = 255;

    private OverlayLayers() {}

    /** The options with each layer on its own, where the list of them is too long. */
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

    /** On its own a layer has no escapes: then a comma in its name would be the end of the option, and begin another. */
    private static boolean isPlain(String option) {
        return !option.contains("\\,") && !option.contains("\\\\");
    }

    /** A colon is between layers, two are before those that have data only; a backslash takes the meaning of what follows. */
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
