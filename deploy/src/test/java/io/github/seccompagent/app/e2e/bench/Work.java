package io.github.seccompagent.app.e2e.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * Something that people do in containers. The steps follow each other in the folder /scratch, which a step before the
 * measured one may fill from /inputs.
 *
 * @param name its name in the table
 * @param before a line of shell for the host, in the folder that is /scratch in the container. $inputs is that of the
 *     inputs
 * @param line what the container executes there
 */
record Work(String name, String before, String line) {
    static final String TAR = "tar x";
    static final String APT = "apt install";
    static final String GO = "go build";

    private static final String APT_GET = "apt-get -y -qq -o Dir=/scratch/system -o Dir::Bin::dpkg=/usr/bin/dpkg"
            + " -o Dir::State::status=/scratch/system/var/lib/dpkg/status -o Dir::Bin::methods=/usr/lib/apt/methods"
            + " -o DPkg::Options::=--root=/scratch/system -o APT::Sandbox::User=root";

    /** All of them, in their order. */
    static final List<Work> ALL = List.of(
            new Work(TAR, "", "tar -xf /inputs/tree.tar"),
            new Work("cp -a", "", "/usr/bin/cp -a tree copy"),
            new Work("rm -r", "", "/usr/bin/rm -r tree copy"),
            new Work(
                    "git checkout",
                    "git clone -q --no-hardlinks -b empty \"$inputs/repository\" repository",
                    "git -C repository checkout -q full"),
            new Work(APT, "cp -a \"$inputs/system\" .", APT_GET + " install /inputs/debs/*.deb"),
            new Work(
                    GO,
                    "cp -a \"$inputs/go\" \"$inputs/go-cache\" .",
                    "cd go; export " + String.join(" ", goEnvironment(Path.of("/scratch"))) + "; go build -o ../made"));

    /** What Go needs to build without a network, with its cache in a folder. */
    static List<String> goEnvironment(Path folder) {
        return List.of(
                "GOCACHE=" + folder.resolve("go-cache"),
                "GOPATH=" + folder.resolve("go-path"),
                "GOPROXY=off",
                "GOFLAGS=-mod=mod",
                "GOTOOLCHAIN=local",
                "CGO_ENABLED=0",
                "GOENV=off",
                "HOME=/scratch");
    }
}
