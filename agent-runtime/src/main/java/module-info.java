/** The agent as a library. Programs that embed it start with {@link io.github.seccompagent.runtime.SeccompAgent}. */
module io.github.seccompagent.runtime {
    requires transitive io.github.seccompagent.api;
    requires io.github.seccompagent.linux;
    requires org.slf4j;

    exports io.github.seccompagent.runtime;
}
