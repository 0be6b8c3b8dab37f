package io.github.seccompagent.app.record;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * SIGINT, SIGTERM and SIGHUP for this process. Java has only a hook for them. The hook cannot tell them apart, and the
 * process ends after it. sun.misc.Signal has been there since Java 1.2, but the compiler takes its use for an error.
 */
final class TerminationSignals {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private TerminationSignals() {}

    /** The name of one of them, such as SIGINT. */
    static String nameOf(int number) {
        return switch (number) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            default -> "SIGTERM";
        };
    }

    /**
     * Has them handled by a thread of its own. Signals that this process ignores stay ignored.
     *
     * @param handler takes the name, such as SIGINT, and the number
     */
    static void handle(BiConsumer<String, Integer> handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            for (String name : NAMES) {
                Object handled = signal.getConstructor(String.class).newInstance(name);
                int number = (int) signal.getMethod("getNumber").invoke(handled);
                Object proxy = Proxy.newProxyInstance(
                        TerminationSignals.class.getClassLoader(),
                        new Class<?>[] {signalHandler},
                        (self, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                handler.accept("SIG" + name, number);
                            }
                            return null;
                        });
                signal.getMethod("handle", signal, signalHandler).invoke(null, handled, proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this Java has no sun.misc.Signal: its module jdk.unsupported is missing", e);
        }
    }
}
