package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetString;
import org.junit.jupiter.api.Test;

/** Long lists of layers are taken apart, and nothing else is changed. */
class OverlayLayersTest {
    private static final String LONG = "/l".repeat(100);

    private static String apart(String type, String options) {
        return OverlayLayers.apart(type, TargetString.of(options)).toString();
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

    @Test
    void allElseStays() {
        assertThat(apart("overlay", "lowerdir=a:" + LONG)).isEqualTo("lowerdir=a:" + LONG);
        assertThat(apart("cifs", "lowerdir=" + LONG + LONG)).isEqualTo("lowerdir=" + LONG + LONG);
        assertThat(OverlayLayers.apart("overlay", null)).isNull();
    }
}
