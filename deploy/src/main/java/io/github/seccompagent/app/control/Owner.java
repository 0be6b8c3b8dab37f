package io.github.seccompagent.app.control;

/** The owner of a container, as its resolver names it. */
final class Owner {
    private static final String POD = "pod ";

    private Owner() {}

    /** The pod as NAMESPACE/POD/CONTAINER; otherwise the owner as it is. */
    static String pod(String owner) {
        return owner.startsWith(POD) ? owner.substring(POD.length()) : owner;
    }
}
