/** The handlers and resolvers that come with the agent. They use nothing but the API and a logger. */
module io.github.seccompagent.resolver {
    requires transitive io.github.seccompagent.api;
    requires org.slf4j;

    exports io.github.seccompagent.resolver;
    exports io.github.seccompagent.resolver.policy;
}
