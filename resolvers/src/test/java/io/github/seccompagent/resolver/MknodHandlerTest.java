package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MknodHandlerTest {
    private static final int CHARACTER = 0020666;
    private static final TargetPath PATH = new TargetPath(-100, TargetString.of("/n"));

    private static List<Object> made(FakeCall call) throws Exception {
        assertThat(Handlers.mknod(Set.of(Device.NULL, new Device(0xabc, 0x12345)))
                        .handle(call))
                .isEqualTo(FakeCall.ANSWER);
        return call.made.get(0);
    }

    private static FakeCall call(int mode, int device) {
        return new FakeCall("mknod").path(0, -100, "/n").number(1, mode).number(2, device);
    }

    @Test
    void aDeviceOfTheListIsGrantedToRoot() throws Exception {
        assertThat(made(call(CHARACTER, 0x103).byRoot())).isEqualTo(List.of("mknodGranted", PATH, CHARACTER, 0x103));
    }

    /** The result of makedev(0xabc, 0x12345) in glibc and in the kernel. */
    @Test
    void largeNumbersAreSpreadOverTheArgument() throws Exception {
        assertThat(made(call(CHARACTER, 0x123abc45).byRoot()).get(0)).isEqualTo("mknodGranted");
    }

    @Test
    void nobodyElseIsGrantedAnything() throws Exception {
        assertThat(made(call(CHARACTER, 0x103))).isEqualTo(List.of("mknod", PATH, CHARACTER, 0x103));
    }

    @ParameterizedTest
    @CsvSource({
        "0020666, 0x105", // another device
        "0020666, 0x000", // a whiteout, which needs no grant
        "0060666, 0x103", // a block device of the same number
        "0100644, 0x103", // a file
        "0010644, 0x103", // a FIFO
        "0000644, 0x103", // a file, too
    })
    void allElseIsMadeAsTheCallerMay(String mode, String device) throws Exception {
        assertThat(made(call(Integer.decode(mode), Integer.decode(device)).byRoot())
                        .get(0))
                .isEqualTo("mknod");
    }
}
