/** What the author of a resolver sees. */
module io.github.seccompagent.api {
    requires static transitive org.jspecify;

    exports io.github.seccompagent.api;
}
