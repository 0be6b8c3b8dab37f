package io.github.seccompagent.app.e2e.survive;

/**
 * What was done to the agent.
 *
 * @param begin when, in terms of System.nanoTime
 * @param over when all containers were served again
 */
record Blow(Kind kind, long begin, long over) {

    enum Kind {
        AGENT("agent killed"),
        AGENT_TWICE("agent killed, and its successor while it starts"),
        HELPER("helper killed"),
        WORKER("worker killed"),
        AGENT_AND_HELPER("agent and helper killed"),
        KEEPER("keeper killed"),
        UPGRADE("upgraded"),
        UPGRADE_BROKEN("keeper killed that takes over"),
        SUCCESSOR("agent killed that takes over"),
        PREDECESSOR("agent killed while another one takes over");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    boolean overlaps(Told told) {
        return told.begin() <= over && told.end() >= begin;
    }
}
