package stranger;

import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.runtime.SeccompAgent;
import java.nio.file.Path;

/** An agent with a handler of its own. Says when it is ready. */
public final class Main {
    private Main() {}

    private static String suffix() {
        return Main.class.getModule().isNamed() ? "-by-module" : "-by-class";
    }

    /** @param args the first one is {@code --socketfile=PATH} */
    public static void main(String[] args) throws Exception {
        Path socket = Path.of(args[0].substring(args[0].indexOf('=') + 1));
        try (SeccompAgent agent = SeccompAgent.builder()
                .socket(socket)
                .resolver(container -> HandlerRegistry.builder()
                        .on("mkdir", call -> call.onBehalf().mkdir(call.path(0).withSuffix(suffix()), call.mode(1)))
                        .build())
                .start()) {
            System.out.println("listening on " + socket);
            agent.join();
        }
    }
}
