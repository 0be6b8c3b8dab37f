package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who makes a user namespace of its own inside a container is root there, and is granted nothing for that. */
class NestedNamespaceIT {

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    @ParameterizedTest
    @EnumSource
    void itsRootMountsNoProc(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()))) {
            String script = "busybox unshare -U -r -m sh -c 'id -u; mount -t proc proc /root; ls /root'";

            Command.Result result = container.shell(script);

            assertThat(result.out().strip()).as(result.err()).isEqualTo("0");
            assertThat(result.err()).contains("ermission denied");
        }
    }
}
