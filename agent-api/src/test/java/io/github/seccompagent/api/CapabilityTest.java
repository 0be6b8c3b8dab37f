package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Credentials.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilityTest {

    /** From linux/capability.h. */
    @ParameterizedTest
    @CsvSource({
        "CAP_CHOWN, 0",
        "CAP_KILL, 5",
        "CAP_SETPCAP, 8",
        "CAP_NET_ADMIN, 12",
        "CAP_SYS_CHROOT, 18",
        "CAP_SYS_PTRACE, 19",
        "CAP_SYS_ADMIN, 21",
        "CAP_SYS_RESOURCE, 24",
        "CAP_MKNOD, 27",
        "CAP_SETFCAP, 31",
        "CAP_MAC_OVERRIDE, 32",
        "CAP_SYSLOG, 34",
        "CAP_AUDIT_READ, 37",
        "CAP_CHECKPOINT_RESTORE, 40",
    })
    void hasTheBitOfItsNumber(Capability capability, int number) {
        assertThat(capability.bit()).isEqualTo(1L << number);
    }

    @Test
    void thereAreAllOfThem() {
        assertThat(Capability.values()).hasSize(41);
    }

    @Test
    void credentialsHaveThoseThatAreEffective() {
        Ids ids = new Ids(1, 2, 3, 4);
        Credentials credentials = new Credentials(ids, ids, 1L << 21 | 1L << 40, false);

        assertThat(credentials.has(Capability.CAP_SYS_ADMIN)).isTrue();
        assertThat(credentials.has(Capability.CAP_CHECKPOINT_RESTORE)).isTrue();
        assertThat(credentials.has(Capability.CAP_SYSLOG)).isFalse();
        assertThat(credentials.has(Capability.CAP_CHOWN)).isFalse();
    }
}
