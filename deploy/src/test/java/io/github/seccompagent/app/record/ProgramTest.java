package io.github.seccompagent.app.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The files in /proc of a thread are believed only while its call waits. */
class ProgramTest {
    private record Call(BooleanSupplier waits) implements CallArguments {
        @Override
        public boolean isWaiting() {
            return waits.getAsBoolean();
        }

        @Override
        public long register(int index) {
            throw new AssertionError();
        }

        @Override
        public long pointed(int index) {
            throw new AssertionError();
        }
    }

    private static int own() {
        return (int) ProcessHandle.current().pid();
    }

    @Test
    void ofACallThatWaits() {
        Program program = Program.of(own(), new Call(() -> true));

        assertThat(program.name()).isEqualTo("java");
        assertThat(program.executable()).endsWith("/java");
        assertThat(Program.nameOf(own(), new Call(() -> true))).isEqualTo("java");
    }

    @Test
    void ofACallThatWentAwayNothingIsSaid() {
        assertThat(Program.of(own(), new Call(() -> false))).isEqualTo(new Program("", ""));
        assertThat(Program.nameOf(own(), new Call(() -> false))).isEmpty();
    }

    /** From the question on, the id may be another thread's. */
    @Test
    void itIsAskedAfterTheFilesWereRead() throws IOException {
        Process sleep = new ProcessBuilder("sleep", "1000").start();
        Call endsWhenAsked = new Call(() -> {
            sleep.destroyForcibly();
            try {
                return sleep.waitFor(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(Program.of((int) sleep.pid(), endsWhenAsked).executable()).endsWith("sleep");
    }
}
