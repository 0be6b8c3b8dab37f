/** The API for authors of resolvers and handlers. */
module io.github.seccompagent.api {
    requires static transitive org.jspecify;

    exports io.github.seccompagent.api;
}
