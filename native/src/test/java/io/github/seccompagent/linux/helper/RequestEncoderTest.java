package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.OnBehalf;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.mount.GrantedMount;
import io.github.seccompagent.linux.mount.NewMount;
import io.github.seccompagent.linux.mount.NewMount.Cover;
import io.github.seccompagent.linux.mount.NewMount.CoverKind;
import io.github.seccompagent.linux.process.ThreadStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares each kind of request byte by byte. requests.txt has the expected bytes, for little-endian machines. */
class RequestEncoderTest {
    private static final int HEADER = 496;
    private static final int SEQPACKET = 5;

    private static final TargetPath PATH = new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/a/b"));
    private static final TargetPath OTHER = new TargetPath(5, TargetString.of("other"));
    private static final TargetPath EMPTY = new TargetPath(7, TargetString.of());
    private static final TargetString ATTRIBUTE = TargetString.of("user.name");

    private static final String VISIBLE = "mkdir of a caller in the agent's pid namespace, without label";

    private static final String ASKING = "mkdir that is decided on";

    private static final String STAYING = "mkdir of a caller without label, whose worker may stay";

    private static final ThreadPlace PLACE = new ThreadPlace(
            new long[] {11, 12, 13, 14, 15, 1L << 32, -2, 3, 4}, "0::/a\n".getBytes(StandardCharsets.US_ASCII));

    private static Map<String, HelperRequest> requests() {
        Map<String, HelperRequest> requests = new LinkedHashMap<>();
        HelperRequest.Open open = new HelperRequest.Open(PATH, 0100302, 0644, 4, false);
        requests.put("mkdir", new HelperRequest.Mkdir(PATH, 0755));
        requests.put(VISIBLE, new HelperRequest.Mkdir(PATH, 0755));
        requests.put(ASKING, new HelperRequest.Mkdir(PATH, 0755));
        requests.put(STAYING, new HelperRequest.Mkdir(PATH, 0755));
        requests.put("unlink", new HelperRequest.Unlink(OTHER, OnBehalf.AT_REMOVEDIR));
        requests.put("rename", new HelperRequest.Rename(PATH, OTHER, 2));
        requests.put("link", new HelperRequest.Link(EMPTY, OTHER, OnBehalf.AT_EMPTY_PATH));
        requests.put("symlink", new HelperRequest.Symlink(TargetString.of("text"), PATH));
        requests.put("chmod", new HelperRequest.Chmod(PATH, 04755, OnBehalf.AT_SYMLINK_NOFOLLOW));
        requests.put("chown", new HelperRequest.Chown(PATH, -1, 70000, OnBehalf.AT_SYMLINK_NOFOLLOW));
        requests.put("mknod", new HelperRequest.Mknod(PATH, 020666, -0x7fffff00, false));
        requests.put("mknod granted", new HelperRequest.Mknod(PATH, 020666, 0x103, true));
        requests.put("open", open);
        requests.put("open undecided", new HelperRequest.Open(OTHER, 0100000, 0, 0, true));
        requests.put("open of existing", open.ofExisting());
        requests.put("look at descriptor", HelperRequest.Look.at(7));
        requests.put("look at what a rename made", new HelperRequest.Rename(PATH, OTHER, 0).lookAtObject());
        requests.put("look at what a mount made", new HelperRequest.Mount(tmpfs(), PATH).lookAtObject());
        requests.put("setxattr", new HelperRequest.Setxattr(PATH, ATTRIBUTE, new byte[] {1, 0, 2}, 1, 0x100));
        requests.put("removexattr", new HelperRequest.Removexattr(PATH, ATTRIBUTE, 0x100));
        requests.put("mount of proc", new HelperRequest.Mount(proc(), PATH));
        requests.put("mount of fuse", new HelperRequest.Mount(fuse(), OTHER));
        requests.put("mount by the agent", new HelperRequest.Mount(disk().madeByAgent(), PATH));
        requests.put("mount call with a path", mountCall(TargetString.of("from")));
        requests.put("mount call with an empty path", mountCall(TargetString.of()));
        requests.put(
                "mount call of a type",
                new HelperRequest.MountCall(
                        TargetString.of("none"), false, false, PATH, TargetString.of("tmpfs"), 0, new byte[] {
                            'a', 0, 'b'
                        }));
        requests.put(
                "mount call that changes",
                new HelperRequest.MountCall(null, false, true, OTHER, null, 0xffffffff80000020L, null));
        requests.put("umount", new HelperRequest.Umount(PATH, 2));
        requests.put(
                "umount granted",
                new HelperRequest.UmountGranted(
                        PATH, 8, List.of(new GrantedMount(0x100000001L, 0x900000002L, 3), new GrantedMount(2, 3, 0))));
        requests.put("umount granted of none", new HelperRequest.UmountGranted(PATH, 8, List.of()));
        return requests;
    }

    private static NewMount tmpfs() {
        return new NewMount("tmpfs", null, null, 0, 0, List.of(), false, false);
    }

    private static NewMount proc() {
        List<Cover> covers = List.of(new Cover(CoverKind.MASKED, "kcore"), new Cover(CoverKind.READ_ONLY, "sys"));
        TargetString options = TargetString.of("hidepid=2,fd=3");
        return new NewMount("proc", TargetString.of("none"), options, 0xf, 1, covers, false, false);
    }

    private static NewMount fuse() {
        return new NewMount("fuse.x", null, TargetString.of("fd=5,user_id=0"), 6, 0, List.of(), false, false);
    }

    private static NewMount disk() {
        return new NewMount("ext4", TargetString.of("/dev/loop0"), null, 6, 0, List.of(), true, false);
    }

    private static HelperRequest mountCall(TargetString source) {
        return new HelperRequest.MountCall(source, true, false, PATH, null, 4096, null);
    }

    static List<String> names() {
        return List.copyOf(requests().keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void theBytesAre(String name) throws IOException {
        HelperRequest request = requests().get(name);

        assertThat(described(encoded(request, caller(name), name.equals(ASKING))))
                .isEqualTo(expected().get(name));
    }

    @Test
    void allThatAreExpectedAreThere() throws IOException {
        assertThat(expected().keySet()).containsExactlyInAnyOrderElementsOf(names());
        assertThat(requests().values().stream().map(HelperRequest::getClass).collect(Collectors.toSet()))
                .isEqualTo(kinds(HelperRequest.class).collect(Collectors.toSet()));
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(RequestEncoderTest::kinds)
                : Stream.of(type);
    }

    private static byte[] encoded(HelperRequest request, RequestCaller caller, boolean asks) {
        RequestEncoder encoder = new RequestEncoder(new RequestNumber(0x1122334455667788L, 1), request, caller, asks);
        int[] pair = new int[2];
        assertThat(LibC.socketpair(1, SEQPACKET, 0, pair)).isZero();
        try (Fd agents = new Fd(pair[0]);
                Fd workers = new Fd(pair[1])) {
            MessageBuffer buffer = new MessageBuffer(encoder.size());
            encoder.write(buffer);
            buffer.send(agents.number(), encoder.size());
            return new MessageBuffer(encoder.size())
                    .receiveBytes(workers.number())
                    .bytes();
        }
    }

    private static RequestCaller caller(String name) {
        boolean visible = name.equals(VISIBLE);
        ThreadStatus status = new ThreadStatus(
                100,
                visible ? List.of(100) : List.of(100, 1),
                visible ? List.of(101) : List.of(101, 2),
                new Ids(1, 2, 3, 4),
                new Ids(5, 6, 7, 8),
                List.of(9, 70000, -2),
                0x1ffffffffffL,
                022,
                true);
        Optional<ThreadPlace> place = name.equals(STAYING) ? Optional.of(PLACE) : Optional.empty();
        Optional<String> label = visible || place.isPresent() ? Optional.empty() : Optional.of("changeprofile p");
        return new RequestCaller(status, 0x301, label, false, place, 6);
    }

    /** The words of the header that are not 0, with their offsets, then the rest. */
    private static String described(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + "\n");
        ByteBuffer words = ByteBuffer.wrap(bytes);
        for (int at = 0; at < HEADER; at += Integer.BYTES) {
            if (words.getInt(at) != 0) {
                text.append(String.format("  %d %08x%n", at, words.getInt(at)));
            }
        }
        return text.append("  ")
                .append(HEADER)
                .append(' ')
                .append(HexFormat.of().formatHex(bytes, HEADER, bytes.length))
                .append('\n')
                .toString();
    }

    /** The expected requests by name. Each begins with a line that has its name and its length. */
    private static Map<String, String> expected() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        try (InputStream file = RequestEncoderTest.class.getResourceAsStream("/requests.txt")) {
            String name = "";
            for (String line : new String(file.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
                if (line.startsWith(" ")) {
                    expected.merge(name, line + "\n", String::concat);
                } else {
                    int length = line.lastIndexOf(' ');
                    name = line.substring(0, length);
                    expected.put(name, line.substring(length + 1) + "\n");
                }
            }
        }
        return expected;
    }
}
