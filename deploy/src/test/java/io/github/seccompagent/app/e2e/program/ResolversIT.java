package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The container's resolver decides about its calls. */
class ResolversIT {
    @ParameterizedTest
    @EnumSource
    void noneChangesNothing(OciRuntime runtime) {
        try (AgentProcess agent = AgentProcess.start("none");
                OciContainer container = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            container.shell("mkdir /abc; chmod 700 /abc").orFail();

            assertThat(container.shell("stat -c %a /abc").orFail()).isEqualTo("700");
            assertThat(container.shell("mount -t proc proc /root").err()).contains("permission denied");
        }
    }

    @ParameterizedTest
    @EnumSource
    void containersOfOneAgentHaveEachTheirOwn(OciRuntime runtime) {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer one = OciContainer.start(runtime, OciBundle.notifying(agent.socket()));
                OciContainer two = OciContainer.start(runtime, OciBundle.notifying(agent.socket()))) {
            one.shell("mkdir /x").orFail();
            two.shell("mkdir /x").orFail();
            one.shell("mkdir /y").orFail();

            assertThat(one.suffix()).isNotEqualTo(two.suffix());
            assertThat(one.shell("echo /x* /y*").orFail()).isEqualTo("/x" + one.suffix() + " /y" + one.suffix());
            assertThat(two.shell("echo /x*").orFail()).isEqualTo("/x" + two.suffix());
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoAgentsWithDifferentOnes(OciRuntime runtime) {
        try (AgentProcess demo = AgentProcess.start("demo-basic");
                AgentProcess none = AgentProcess.start("none");
                OciContainer served = OciContainer.start(runtime, OciBundle.notifying(demo.socket()));
                OciContainer left = OciContainer.start(runtime, OciBundle.notifying(none.socket()))) {
            assertThat(served.shell("mkdir /x; echo /x*").orFail()).isEqualTo("/x" + served.suffix());
            assertThat(left.shell("mkdir /x; echo /x*").orFail()).isEqualTo("/x");
        }
    }
}
