package io.github.seccompagent.app.distribution;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.ImageContainer;
import io.github.seccompagent.linux.helper.SmallContainer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Has the agent of an image serve containers, and writes an archive of the classes that this takes. It runs in a
 * container of the image, because the JVM uses an archive only if it finds the same jars at the same paths.
 */
final class ImageTraining {
    private static final String APP = "/opt/seccomp-agent";
    private static final String JAVA = APP + "/java/bin/java";
    private static final String KEEPER = APP + "/lib/seccomp-helper";

    private static final Path POLICY = Path.of("kubernetes/nri/policy.yaml");

    private ImageTraining() {}

    /** @param args the contents of the image, and the file to write */
    public static void main(String... args) throws IOException, SmallContainer.LaunchException {
        try (ImageContainer container = new ImageContainer(Path.of(args[0])).environment(List.of("LANG=C.UTF-8"))) {
            Path classes = container.folder().resolve("classes");
            Path ofProcess = container.folder().resolve("classes-%p");
            Path archive = container.folder().resolve("classes.jsa");
            List<String> listing = List.of(
                    KEEPER, "agent", JAVA, "-XX:DumpLoadedClassList=" + ofProcess, "@" + APP + "/lib/java.args", "--");
            try (AgentProcess agent = container.startAgent(listing, "demo-basic")) {
                Training.trainKept(agent);
            }
            Path policy = Files.copy(POLICY, container.folder().resolve("policy.yaml"));
            String nobody = "--nri=" + container.folder().resolve("nri.sock");
            try (AgentProcess agent = container.startAgent(listing, "kubernetes", "--policy=" + policy, nobody)) {
                agent.awaitLog("no runtime asks the agent");
                Training.train(agent);
            }
            join(container.folder().path(), classes);
            // Only G1 can write objects to an archive. All collectors can read them.
            List<String> dumping = List.of(
                    JAVA,
                    "-Xshare:dump",
                    "-XX:+UseG1GC",
                    "-XX:SharedClassListFile=" + classes,
                    "-XX:SharedArchiveFile=" + archive,
                    "-cp",
                    APP + "/lib/seccomp-agent.jar");
            Command.run(container.call(dumping)).orFail();
            Files.copy(archive, Path.of(args[1]));
        }
    }

    /** Those of the agent that began, of the one that went on, and of one with a policy. */
    private static void join(Path folder, Path classes) throws IOException {
        Set<String> all = new LinkedHashSet<>();
        try (DirectoryStream<Path> lists = Files.newDirectoryStream(folder, "classes-*")) {
            for (Path each : lists) {
                all.addAll(Files.readAllLines(each));
            }
        }
        Files.write(classes, all);
    }
}
