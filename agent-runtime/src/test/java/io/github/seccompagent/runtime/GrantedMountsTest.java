package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.GrantedMount;
import org.junit.jupiter.api.Test;

/** Mounts count for their own container, until they are taken off or gone. */
class GrantedMountsTest {
    private final GrantedMounts mounts = new GrantedMounts(2);

    private void make(String container, long id, long device) {
        assertThat(mounts.begin(container)).isTrue();
        mounts.made(container, new GrantedMount(id, device, 0));
    }

    @Test
    void aContainerHasNoMoreThanItMay() {
        make("a", 1, 10);
        make("a", 2, 20);

        assertThat(mounts.begin("a")).isFalse();
        assertThat(mounts.begin("b")).isTrue();
    }

    @Test
    void oneThatIsBeingMadeCountsToo() {
        assertThat(mounts.begin("a")).isTrue();
        assertThat(mounts.begin("a")).isTrue();
        assertThat(mounts.begin("a")).isFalse();

        mounts.notMade("a");
        assertThat(mounts.begin("a")).isTrue();
    }

    @Test
    void oneThatIsTakenOffMakesRoom() {
        make("a", 1, 10);
        make("a", 2, 20);

        mounts.takenOff("a", 1);

        assertThat(mounts.of("a")).extracting(GrantedMount::id).containsExactly(2L);
        assertThat(mounts.begin("a")).isTrue();
    }

    @Test
    void anotherContainersAreNotItsOwn() {
        make("a", 1, 10);

        assertThat(mounts.of("b")).isEmpty();
        mounts.takenOff("b", 1);
        assertThat(mounts.of("a")).hasSize(1);
        mounts.forget("a");
        assertThat(mounts.of("a")).isEmpty();
    }
}
