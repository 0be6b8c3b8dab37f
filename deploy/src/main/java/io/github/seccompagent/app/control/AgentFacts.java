package io.github.seccompagent.app.control;

import java.time.Instant;

/**
 * The first line of every answer: who answers.
 *
 * @param version of the protocol
 * @param agent the version of the program
 * @param since when it was started
 */
record AgentFacts(String type, int version, String agent, long pid, String socket, String resolver, String since) {
    static AgentFacts of(String socket, String resolver, Instant since) {
        String program = AgentFacts.class.getPackage().getImplementationVersion();
        return new AgentFacts(
                Protocol.HELLO,
                Protocol.VERSION,
                program == null ? "unknown" : program,
                ProcessHandle.current().pid(),
                socket,
                resolver,
                since.toString());
    }
}
