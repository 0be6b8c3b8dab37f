/**
 * The kernel boundary. Only the runtime and the program may use it. Authors of resolvers and programs that embed the
 * agent need nothing of it. Only this module uses the C library.
 */
// JNA has no descriptor of its own, and the modules that this one exports to are compiled later.
@SuppressWarnings({"requires-automatic", "module"})
module io.github.seccompagent.linux {
    requires com.sun.jna;
    requires transitive io.github.seccompagent.api;
    requires org.newsclub.net.unix;

    exports io.github.seccompagent.linux to
            io.github.seccompagent.app,
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.cgroup to
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.fd to
            io.github.seccompagent.app,
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.filter to
            io.github.seccompagent.app;
    exports io.github.seccompagent.linux.helper to
            io.github.seccompagent.app,
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.keeper to
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.mount to
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.notify to
            io.github.seccompagent.app,
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.peer to
            io.github.seccompagent.app,
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.process to
            io.github.seccompagent.app,
            io.github.seccompagent.runtime;
    exports io.github.seccompagent.linux.syscall to
            io.github.seccompagent.app,
            io.github.seccompagent.runtime;
}
