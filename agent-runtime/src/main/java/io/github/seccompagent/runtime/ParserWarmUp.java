package io.github.seccompagent.runtime;

import java.nio.charset.StandardCharsets;

/** Loads the classes that read a state. Otherwise the first container would wait 100 ms and more for that. */
final class ParserWarmUp {
    private static final String STATE = """
            {"ociVersion":"1.1.0","fds":["seccompFd"],"pid":1,"metadata":"","state":{"ociVersion":"1.1.0","id":"warmth",
            "status":"creating","pid":1,"bundle":"/","annotations":{"a":"\\n"}}}""";

    void loadClasses() {
        try {
            StateParser.ofAdministrator(name -> true).feed(STATE.getBytes(StandardCharsets.UTF_8));
        } catch (BadStateException e) {
            throw new IllegalStateException(e);
        }
    }
}
