package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.Stopped;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A node starts many containers at the same moment, for example after a boot. */
class ManyListenersIT {
    private static final int CONTAINERS = 1000;
    private static final int PLACES = 1024; // for connections whose state is not complete
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    @AutoClose
    private final AgentProcess agent = AgentProcess.start("demo-basic");

    /** Connections come faster than processes can be started to receive from them. */
    @Test
    void aThousandAtTheSameMoment() {
        assertThat(attach(CONTAINERS)).containsOnlyDigits();
        assertThat(agent.countLogged("closed without")).isZero();
    }

    private String attach(int containers) {
        String crowd = "echo attach | " + TestPrograms.CROWD + " " + agent.socket() + " " + containers;
        return Command.run("sh", "-c", crowd).out().strip(); // it kills itself at the end
    }

    /** Those who receive stand still for a moment, so none of the connections that have a place is done then. */
    @Test
    void moreThanHaveAPlaceAtTheSameMoment() throws Exception {
        attach(1);
        int before = agent.fdCount();
        CompletableFuture<String> crowd = new CompletableFuture<>();

        Stopped.during(
                () -> {
                    CompletableFuture.supplyAsync(() -> attach(PLACES + PLACES / 2))
                            .whenComplete((nanos, failure) -> crowd.complete(failure == null ? nanos : "" + failure));
                    Await.until("all places are taken").until(() -> agent.fdCount() > before + PLACES - 1);
                    LockSupport.parkNanos(MOMENT_NANOS); // for more to come
                },
                receivers());

        assertThat(crowd.get()).containsOnlyDigits();
        assertThat(agent.countLogged("closed without")).isZero();
    }

    /** A runtime that gets no processor for a moment has a place, and says nothing. More than have a place come. */
    @Test
    void oneThatSaysNothingForAMomentKeepsItsPlace() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i <= PLACES; i++) {
                silent.add(SocketChannel.open(UnixDomainSocketAddress.of(agent.socket())));
            }
            LockSupport.parkNanos(2 * MOMENT_NANOS);
            assertThat(agent.countLogged("too many connections")).isZero();
        } finally {
            for (SocketChannel each : silent) {
                each.close();
            }
        }
        assertThat(attach(1)).containsOnlyDigits();
    }

    /** The processes that receive for this agent. They are nobody's children, and execute the program of its helper. */
    private List<ProcessHandle> receivers() {
        Object program = programOf(agent.helper());
        return ProcessHandle.allProcesses()
                .filter(each -> nameOf(each).equals("seccomp-receive") && program.equals(programOf(each)))
                .flatMap(each -> Stream.concat(Stream.of(each), each.children()))
                .toList();
    }

    private static Object programOf(ProcessHandle process) {
        try {
            return Files.readAttributes(Path.of("/proc/" + process.pid() + "/exe"), BasicFileAttributes.class)
                    .fileKey();
        } catch (IOException gone) {
            return "";
        }
    }

    private static String nameOf(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
