package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.mount.GrantedMount;
import org.junit.jupiter.api.Test;

/** A mount counts for its own container until it is taken off or gone. */
class GrantedMountsTest {
    private final GrantedMounts mounts = new GrantedMounts(2);

    private void make(String container, long id, long device) {
        assertThat(mounts.reserve(container)).isTrue();
        mounts.commit(container, new GrantedMount(id, device, 0));
    }

    @Test
    void aContainerHasNoMoreThanItMay() {
        make("a", 1, 10);
        make("a", 2, 20);

        assertThat(mounts.reserve("a")).isFalse();
        assertThat(mounts.reserve("b")).isTrue();
    }

    @Test
    void oneThatIsBeingMadeCountsToo() {
        assertThat(mounts.reserve("a")).isTrue();
        assertThat(mounts.reserve("a")).isTrue();
        assertThat(mounts.reserve("a")).isFalse();

        mounts.release("a");
        assertThat(mounts.reserve("a")).isTrue();
    }

    @Test
    void oneThatIsTakenOffMakesRoom() {
        make("a", 1, 10);
        make("a", 2, 20);

        mounts.remove("a", 1);

        assertThat(mounts.of("a")).extracting(GrantedMount::id).containsExactly(2L);
        assertThat(mounts.reserve("a")).isTrue();
    }

    @Test
    void anotherContainersAreNotItsOwn() {
        make("a", 1, 10);

        assertThat(mounts.of("b")).isEmpty();
        mounts.remove("b", 1);
        assertThat(mounts.of("a")).hasSize(1);
        mounts.forget("a");
        assertThat(mounts.of("a")).isEmpty();
    }

    @Test
    void oneThatMustNotBeTakenOffCountsAsLongAsItsContainer() {
        assertThat(mounts.reserve("a")).isTrue();
        mounts.commitUnremovable("a");
        make("a", 1, 10);

        assertThat(mounts.reserve("a")).isFalse();
        assertThat(mounts.of("a")).extracting(GrantedMount::id).containsExactly(1L);
        mounts.remove("a", 1);
        assertThat(mounts.hasAny("a")).isTrue();

        mounts.forget("a");
        assertThat(mounts.hasAny("a")).isFalse();
    }
}
