package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.keeper.ContainerMemfd;
import io.github.seccompagent.linux.mount.GrantedMount;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A mount counts for its own container until it is taken off or gone. */
class GrantedMountsTest {
    private final GrantedMounts mounts = new GrantedMounts(2);

    @AutoClose
    private final ContainerMemfd state = ContainerMemfd.create(new byte[0]);

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
    void theNextAgentKnowsThoseThatAreKept() {
        mounts.keep("a", state.mounts(), true);
        make("a", 1, 10);
        make("a", 2, 20);
        mounts.remove("a", 1);
        GrantedMounts next = new GrantedMounts(2);

        next.keep("a", state.mounts(), true);

        assertThat(next.of("a")).containsExactly(new GrantedMount(2, 20, 0));
        assertThat(next.of("b")).isEmpty();
        assertThat(next.reserve("a")).isTrue();
        assertThat(next.reserve("a")).as("one more").isFalse();
    }

    @Test
    void itKnowsHowManyMustNotBeTakenOff() {
        mounts.keep("a", state.mounts(), true);
        assertThat(mounts.reserve("a")).isTrue();
        mounts.commitUnremovable("a");
        make("a", 7, 10);
        GrantedMounts next = new GrantedMounts(2);

        next.keep("a", state.mounts(), true);

        assertThat(next.of("a")).containsExactly(new GrantedMount(7, 10, 0));
        assertThat(next.reserve("a")).isFalse();
    }

    /** A program that was executed in a container ends before it. */
    @Test
    void theyAreKeptWithTheFirstProcess() {
        try (ContainerMemfd executed = ContainerMemfd.create(new byte[0])) {
            mounts.keep("a", executed.mounts(), false);
            make("a", 1, 10);
            mounts.keep("a", state.mounts(), true);
            make("a", 2, 20);
            mounts.unkeep("a", executed.mounts());
        }
        mounts.remove("a", 1);
        GrantedMounts next = new GrantedMounts(2);
        next.keep("a", state.mounts(), true);

        assertThat(mounts.of("a")).containsExactly(new GrantedMount(2, 20, 0));
        assertThat(next.of("a")).containsExactly(new GrantedMount(2, 20, 0));
    }

    /** The agent was killed after the mount was made, and perhaps before it was noted. */
    @Test
    void oneThatWasNotNotedIsAdoptedOnce() {
        mounts.keep("a", state.mounts(), true);
        make("a", 1, 10);
        mounts.adopt("a", 1, 10);
        mounts.adopt("a", 2, 20);
        mounts.adopt("a", 0, 0);
        GrantedMounts next = new GrantedMounts(3);
        next.keep("a", state.mounts(), true);

        assertThat(next.of("a")).extracting(GrantedMount::id).containsExactly(1L, 2L);
        assertThat(next.reserve("a"))
                .as("one that must not be taken off counts")
                .isFalse();
    }

    /** The limit may have been a higher one then. */
    @Test
    void thereMayBeMoreThanALaterLimit() {
        GrantedMounts before = new GrantedMounts(ContainerMemfd.MOUNTS);
        before.keep("a", state.mounts(), true);
        for (int i = 0; i < ContainerMemfd.MOUNTS; i++) {
            assertThat(before.reserve("a")).isTrue();
            before.commit("a", new GrantedMount(100 + i, i, 1));
        }

        mounts.keep("a", state.mounts(), true);

        assertThat(mounts.of("a")).hasSize(ContainerMemfd.MOUNTS);
        assertThat(mounts.reserve("a")).isFalse();
    }

    /** Its memory is gone, or another process has cut it. */
    @Test
    void oneThatCannotBeKeptIsMadeAllTheSame() {
        mounts.keep("a", state.mounts(), true);
        state.close();
        make("a", 1, 10);

        assertThat(mounts.of("a")).hasSize(1);
        mounts.remove("a", 1);
        mounts.forget("a");
        assertThat(mounts.hasAny("a")).isFalse();
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
