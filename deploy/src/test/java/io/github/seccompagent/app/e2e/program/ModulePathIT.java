package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Another program uses the distribution's jars, on the class path and on the module path, with each Java of this
 * machine.
 */
class ModulePathIT {
    private static final Path LIB = Path.of(System.getProperty("seccompagent.dist"), "lib");
    private static final Path JVMS = Path.of("/usr/lib/jvm");
    private static final String ARCH = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    private static final Path SOURCES = Path.of("src/test/modules/stranger");

    @AutoClose
    private static final TempFolder FOLDER = TempFolder.create();

    @BeforeAll
    static void compile() {
        assertThat(compile(SOURCES.resolve("module-info.java"), SOURCES.resolve("stranger/Main.java")))
                .isEmpty();
    }

    /** The output of the compiler. */
    private static String compile(Path... sources) {
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        Stream<String> options = Stream.of(
                "--release",
                "17",
                "-p",
                jars() + File.pathSeparator + annotations(),
                "-d",
                program().toString());
        String[] all =
                Stream.concat(options, Stream.of(sources).map(Path::toString)).toArray(String[]::new);
        ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, all);
        return said.toString();
    }

    /** The distribution lacks these, because only compilers need them. */
    private static String annotations() {
        return NullMarked.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
    }

    private static Path program() {
        return FOLDER.resolve("program");
    }

    /** The library and what it needs, without the program's own jar. */
    private static String jars() {
        try (Stream<Path> all = Files.list(LIB)) {
            return all.filter(jar -> jar.getFileName()
                            .toString()
                            .matches("(seccomp-agent-.*|jna-.*|junixsocket-common-.*|slf4j-api-.*)\\.jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Path> javas() throws IOException {
        try (Stream<Path> installed = Files.list(JVMS)) {
            List<Path> homes = Stream.concat(Stream.of(Path.of(System.getProperty("java.home"))), installed)
                    .filter(home -> Files.exists(home.resolve("bin/java")) && Files.exists(home.resolve("release")))
                    .map(ModulePathIT::real)
                    .distinct()
                    .toList();
            return homes.stream().map(home -> home.resolve("bin/java"));
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("javas")
    void onTheModulePathItServes(Path java) {
        serves(
                "module",
                java,
                "--enable-native-access=com.sun.jna,org.newsclub.net.unix",
                "-p",
                jars() + File.pathSeparator + program(),
                "-m",
                "stranger/stranger.Main");
    }

    @ParameterizedTest
    @MethodSource("javas")
    void onTheClassPathItServes(Path java) {
        serves(
                "class",
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                jars() + File.pathSeparator + program(),
                "stranger.Main");
    }

    /** The folder's name says where the program runs. The program must not print warnings about native access. */
    private static void serves(String path, Path java, String... arguments) {
        List<String> libraries = List.of(
                java.toString(),
                "-Djna.boot.library.path=" + LIB.resolve(ARCH),
                "-Djna.nounpack=true",
                "-Djna.nosys=true",
                "-Dorg.newsclub.net.unix.library.override=" + LIB.resolve(ARCH + "/libjunixsocket-native.so"),
                "-Dorg.newsclub.net.unix.library.override.force=true");
        List<String> command = Command.concat(libraries, List.of(arguments));
        try (AgentProcess agent = AgentProcess.startBy(options -> Command.concat(command, options), null, "none");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            assertThat(container.shell("mkdir /a; ls -d /a-*").orFail()).isEqualTo("/a-by-" + path);
            agent.terminate();
            agent.awaitEnd();
            assertThat(agent.log()).noneMatch(line -> line.startsWith("WARNING") || line.contains("Exception"));
        }
    }
}
