package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.mount.MountOptionList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long lists of layers are taken apart, and nothing else is changed. */
class OverlayLayersTest {
    private static final String LONG = "/l".repeat(100);

    private static String apart(String type, String options) {
        return OverlayLayers.splitLayers(type, TargetString.of(options)).toString();
    }

    @Test
    void aLongListIsTakenApart() {
        assertThat(apart("overlay", "upperdir=u,lowerdir=a:" + LONG + ":b" + LONG + ",workdir=w"))
                .isEqualTo("upperdir=u,lowerdir+=a,lowerdir+=" + LONG + ",lowerdir+=b" + LONG + ",workdir=w");
    }

    @Test
    void layersOfDataStayThose() {
        assertThat(apart("overlay", "lowerdir=a:" + LONG + "::" + LONG + "::d"))
                .isEqualTo("lowerdir+=a,lowerdir+=" + LONG + ",datadir+=" + LONG + ",datadir+=d");
    }

    @Test
    void aColonInANameIsNoEnd() {
        assertThat(apart("overlay", "lowerdir=a\\:b:" + LONG + ":" + LONG))
                .isEqualTo("lowerdir+=a:b,lowerdir+=" + LONG + ",lowerdir+=" + LONG);
    }

    /** A part of a name must not become an option. */
    @ParameterizedTest
    @ValueSource(strings = {"\\,context=x", "\\\\\\,context=x", "\\\\:b"})
    void aNameWithACommaOrABackslashIsNotTakenApart(String name) {
        TargetString options = TargetString.of("lowerdir=a:" + LONG + LONG + name);

        assertThat(OverlayLayers.splitLayers("overlay", options)).isEqualTo(options);
        assertThat(MountOptionList.of("overlay", TargetString.of("lowerdir=a" + name + ",x")))
                .containsExactly("lowerdir=a" + name, "x");
        assertThat(MountOptionList.of("tmpfs", TargetString.of("a\\,b"))).containsExactly("a\\", "b");
    }

    @Test
    void allElseStays() {
        assertThat(apart("overlay", "lowerdir=a:" + LONG)).isEqualTo("lowerdir=a:" + LONG);
        assertThat(apart("cifs", "lowerdir=" + LONG + LONG)).isEqualTo("lowerdir=" + LONG + LONG);
        assertThat(OverlayLayers.splitLayers("overlay", null)).isNull();
    }
}
