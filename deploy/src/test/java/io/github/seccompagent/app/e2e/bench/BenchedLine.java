package io.github.seccompagent.app.e2e.bench;

/** What the start of an agent is compared with: a JVM that prints one line. */
final class BenchedLine {
    private BenchedLine() {}

    public static void main(String... args) {
        System.out.println("listening");
    }
}
