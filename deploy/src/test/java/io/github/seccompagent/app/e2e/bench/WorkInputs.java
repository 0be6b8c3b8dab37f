package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The files that the work of the benchmark begins with: an archive, a repository, packages of Debian, and Go. */
final class WorkInputs {
    private static final int FOLDERS = 300;
    private static final int FILES = 4000;

    private static final int PACKAGES = 12;
    private static final int FILES_OF_PACKAGE = 60;
    private static final int GO_PACKAGES = 30;
    private static final int GO_FUNCTIONS = 40;

    private final Path folder;

    private WorkInputs(Path folder) {
        this.folder = folder;
    }

    /** Makes those that some work needs. */
    static void make(Path folder, List<Work> works) throws IOException {
        WorkInputs inputs = new WorkInputs(folder);
        Path tree = folder.resolve("tree");
        WorkTree.make(tree, 1, FOLDERS, FILES, 160);
        inputs.run("tar -cf tree.tar --sort=name --mtime=@1577836800 --owner=0 --group=0 --numeric-owner tree");
        inputs.makeRepository();
        inputs.run("rm -r tree");
        inputs.makePackages();
        if (works.stream().anyMatch(work -> work.name().equals(Work.GO))) {
            inputs.makeGo();
        }
    }

    private void run(String line) {
        Command.run("sh", "-c", "set -e; cd '" + folder + "'; " + line).orFail();
    }

    /** Its branch "empty" has nothing, and its branch "full" the tree. */
    private void makeRepository() {
        String git = "git -c user.name=bench -c user.email=bench -c commit.gpgsign=false";
        run("export HOME=/ GIT_AUTHOR_DATE=@1577836800+0000 GIT_COMMITTER_DATE=@1577836800+0000; cp -a tree repository;"
                + " cd repository; git init -q -b empty; " + git + " commit -q --allow-empty -m empty;"
                + " git checkout -q -b full; git add .; " + git + " commit -q -m full; git gc -q;"
                + " git checkout -q empty");
    }

    private void makePackages() throws IOException {
        Files.createDirectory(folder.resolve("debs"));
        for (int i = 0; i < PACKAGES; i++) {
            Path made = folder.resolve("made-" + i);
            WorkTree.make(made.resolve("opt/made-" + i), 100 + i, 8, FILES_OF_PACKAGE, 2000);
            Files.createDirectory(made.resolve("DEBIAN"));
            Files.writeString(
                    made.resolve("DEBIAN/control"),
                    "Package: made-" + i + "\nVersion: 1\nArchitecture: all\nMaintainer: bench <bench@localhost>\n"
                            + "Description: made by the benchmark\n");
            Path script = made.resolve("DEBIAN/postinst");
            Files.writeString(script, "#!/bin/sh\nexit 0\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            run("dpkg-deb --root-owner-group -Zxz -b made-" + i + " debs/made-" + i + ".deb; rm -r made-" + i);
        }
        makeEmptySystem();
    }

    /** What apt, dpkg and the packages' scripts need. */
    private void makeEmptySystem() {
        run("mkdir -p system/bin; cp \"$(command -v busybox)\" system/bin/sh; cd system;"
                + " mkdir -p var/lib/dpkg/info var/lib/dpkg/updates var/lib/apt/lists/partial"
                + " var/cache/apt/archives/partial etc/apt/apt.conf.d etc/apt/preferences.d etc/apt/sources.list.d"
                + " var/log/apt tmp; touch var/lib/dpkg/status var/lib/dpkg/available etc/apt/sources.list");
    }

    private void makeGo() throws IOException {
        Path module = Files.createDirectory(folder.resolve("go"));
        Files.writeString(module.resolve("go.mod"), "module example.com/made\n\ngo 1.19\n");
        String imports = IntStream.range(0, GO_PACKAGES)
                .mapToObj(i -> "\t\"example.com/made/p" + i + "\"\n")
                .collect(Collectors.joining());
        String calls = IntStream.range(0, GO_PACKAGES)
                .mapToObj(i -> "\tfmt.Println(p" + i + ".F0(\"x\", 1))\n")
                .collect(Collectors.joining());
        Files.writeString(
                module.resolve("main.go"),
                "package main\n\nimport (\n\t\"fmt\"\n" + imports + ")\n\nfunc main() {\n" + calls + "}\n");
        for (int i = 0; i < GO_PACKAGES; i++) {
            String functions = IntStream.range(0, GO_FUNCTIONS)
                    .mapToObj(WorkInputs::goFunction)
                    .collect(Collectors.joining());
            Files.writeString(
                    Files.createDirectory(module.resolve("p" + i)).resolve("p.go"),
                    "package p" + i + "\n\nimport (\n\t\"fmt\"\n\t\"sort\"\n\t\"strings\"\n)\n" + functions);
        }
        // The standard library is compiled beforehand, as on a machine that has built something before.
        Path first = Files.createDirectory(folder.resolve("first"));
        Files.writeString(first.resolve("go.mod"), "module example.com/first\n\ngo 1.19\n");
        Files.writeString(
                first.resolve("main.go"),
                "package main\n\nimport (\n\t\"fmt\"\n\t\"sort\"\n\t\"strings\"\n)\n" + goFunction(0)
                        + "\nfunc main() { fmt.Println(F0(\"x\", 1)) }\n");
        run("cd first; export " + String.join(" ", Work.goEnvironment(folder))
                + "; go build -o ../made; cd ..; rm -r first made");
    }

    private static String goFunction(int number) {
        return "\nfunc F" + number + "(s string, n int) string {\n\tparts := strings.Split(s, \",\")\n"
                + "\tsort.Strings(parts)\n\tfor i := range parts {\n\t\tn += i * " + number + "\n\t}\n"
                + "\treturn fmt.Sprintf(\"%d %s %v\", n, s, parts)\n}\n";
    }
}
