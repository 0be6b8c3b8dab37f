package io.github.seccompagent.app.e2e.bench;

/** A JVM that prints one line. The start of an agent is compared with it. */
final class BenchedLine {
    private BenchedLine() {}

    public static void main(String... args) {
        System.out.println("listening");
    }
}
