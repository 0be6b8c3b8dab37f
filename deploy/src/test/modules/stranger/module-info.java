/** A program of somebody else that embeds the agent. */
module stranger {
    requires io.github.seccompagent.runtime;
}
