package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.peer.Peer;
import io.github.seccompagent.linux.peer.Peer.Evidence;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerPolicyTest {
    private static final int ALLOWED = 1000;

    @ParameterizedTest
    @CsvSource({
        // seen,                  uid,   lenient, strict
        "administrator,           0,     true,  true",
        "administrator,           5,     false, false",
        "administrator,           1000,  true,  true",
        "other pid namespace,     0,     false, false",
        "other pid namespace,     1000,  false, false",
        "other capabilities,      0,     false, false",
        "other user namespace,    0,     false, false",
        "other user namespace,    100000, false, false",
        "nothing,                 5,     false, false",
        "nothing,                 1000,  true,  true",
        "other user namespace,    1000,  true,  true",
        "gone,                    0,     true,  false",
        "gone,                    5,     false, false",
        "gone,                    -1,    false, false",
        "gone,                    1000,  false, false",
    })
    void whoMayHandOverAListener(String seen, int uid, boolean lenient, boolean strict) {
        Peer peer = new Peer(4711, uid, evidence(seen));

        assertThat(new PeerPolicy(false, Map.of(ALLOWED, "KEY=configured"))
                        .refusal(peer)
                        .isEmpty())
                .isEqualTo(lenient);
        assertThat(new PeerPolicy(true, Map.of(ALLOWED, "KEY=configured"))
                        .refusal(peer)
                        .isEmpty())
                .isEqualTo(strict);
    }

    @ParameterizedTest
    @CsvSource({
        "administrator,           0,     true",
        "administrator,           1000,  false", // a set-user-ID program, perhaps
        "gone,                    0,     true",
        "gone,                    1000,  false",
        "nothing,                 1000,  false",
        "other user namespace,    1000,  false",
    })
    void whoMayNameAnyProcess(String seen, int uid, boolean any) {
        PeerPolicy policy = new PeerPolicy(false, Map.of(ALLOWED, "KEY=configured"));

        assertThat(policy.ownerOf(new Peer(4711, uid, evidence(seen))))
                .isEqualTo(any ? OptionalInt.empty() : OptionalInt.of(uid));
    }

    /** The metadata, annotations, bundle and id of a user would be the user's word about itself. */
    @Test
    void whatAUserSaysIsNotBelieved() {
        PeerPolicy policy = new PeerPolicy(true, Map.of(ALLOWED, "KEY=configured"));
        Container said =
                new Container("pod-of-others", "creating", 7, "/etc", Map.of("io.kubernetes.pod.name", "other"));
        ContainerProcessState came = new ContainerProcessState("1.1.0", 8, "MOUNT_OTHER_FS_LIST=ext4", said);

        ContainerProcessState believed = policy.believed(came, OptionalInt.of(ALLOWED));

        Container left = new Container("pod-of-others of uid 1000", "creating", 7, "", Map.of());
        assertThat(believed)
                .isEqualTo(new ContainerProcessState("", 8, "KEY=configured", left, OptionalInt.of(ALLOWED)));
        assertThat(policy.believed(came, OptionalInt.empty())).isSameAs(came);
    }

    private static Optional<Evidence> evidence(String seen) {
        long administrator = Capability.CAP_SYS_ADMIN.bit();
        return switch (seen) {
            case "administrator" -> Optional.of(new Evidence(true, administrator, true));
            case "other capabilities" -> Optional.of(new Evidence(true, ~administrator, true));
            case "other user namespace" -> Optional.of(new Evidence(false, -1, true));
            case "nothing" -> Optional.of(new Evidence(true, 0, true));
            case "other pid namespace" -> Optional.of(new Evidence(true, administrator, false));
            case "gone" -> Optional.empty();
            default -> throw new AssertionError(seen);
        };
    }

    /** The agent before may have had other options. */
    @Test
    void whatIsBelievedOfAContainerThatIsServedOn() {
        ServedContainer ofUser = served(OptionalInt.of(ALLOWED));
        ServedContainer ofAdministrator = served(OptionalInt.empty());
        PeerPolicy policy = new PeerPolicy(true, Map.of(ALLOWED, "KEY=new"));

        assertThat(policy.believed(ofUser).state().metadata()).isEqualTo("KEY=new");
        assertThat(policy.believed(ofUser).firstProcess()).isEqualTo(ofUser.firstProcess());
        assertThat(policy.believed(ofAdministrator)).isSameAs(ofAdministrator);
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> new PeerPolicy(true, Map.of()).believed(ofUser))
                .withMessage("uid 1000 may not hand over containers any more, see --allow-uid: EPERM");
    }

    private static ServedContainer served(OptionalInt owner) {
        ContainerProcessState state =
                new ContainerProcessState("", 99, "KEY=old", new Container("c", "", 99, "", Map.of()), owner);
        return new ServedContainer(
                state, owner, "", MountNamespace.UNKNOWN, new KnownProcess(99, 1), Freezer.none("none"));
    }
}
