package io.github.seccompagent.app.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.nri.wire.Response;
import io.github.seccompagent.resolver.policy.Seal;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** What comes over the socket of a runtime. Each call has an answer, and a refusal is one line. */
public final class NriFuzz {
    private static final Adjuster ADJUSTER =
            new Adjuster(() -> Policies.COMPILED, new Seal(new byte[32]), "/run/seccomp-agent.socket", false);

    private NriFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        Heard heard = new Heard();
        Plugin plugin = new Plugin(ADJUSTER, new Unhonoured(Set::of, heard), heard);
        FrameReader reader = new FrameReader();
        ByteBuffer bytes = ByteBuffer.wrap(data);
        try {
            Optional<Frame> frame = reader.next(bytes);
            while (frame.isPresent()) {
                check(plugin, frame.get());
                frame = reader.next(bytes);
            }
        } catch (BrokenProtocolException e) {
            assertThat(e.getMessage()).hasLineCount(1);
        }
        plugin.answer(data);
    }

    private static void check(Plugin plugin, Frame frame) throws BrokenProtocolException {
        Response response = plugin.answer(frame.payload());
        assertThat(response.getStatus().getCode()).isNotEqualTo(2); // nothing was thrown that should not be
        assertThat(response.getStatus().getMessage())
                .doesNotContainPattern("[\\p{Cntrl}\\u202e]")
                .hasSizeLessThan(700);
        FrameWriter.bytesOf(new Frame(Frame.PLUGIN, frame.stream(), Frame.RESPONSE, response.toByteArray()));
    }
}
