package io.github.seccompagent.app.e2e.paths;

import io.github.seccompagent.app.e2e.fixture.Command;
import java.nio.file.Path;

/** Names below /w in a container that lead to allowed places, until they are exchanged. */
final class SwappedPaths {
    private final Path root;

    private SwappedPaths(Path root) {
        this.root = root;
    }

    static SwappedPaths makeIn(Path rootfs) {
        SwappedPaths made = new SwappedPaths(rootfs);
        made.shell("""
                rm -rf w && mkdir -p w/allowed/mnt w/forbidden/mnt w/turn w/folder && cd w
                for each in allowed forbidden turn; do echo kept >$each/keep && chmod 600 $each/keep; done
                echo source >source
                ln -s allowed way
                ln -s /w/allowed/new last
                """);
        return made;
    }

    /** From now on all names lead to the forbidden folder. */
    void swap() {
        shell("""
                cd w
                ln -sfn forbidden way && ln -sfn /w/forbidden/new last
                [ -h turn ] || { mv turn turned && ln -s forbidden turn; }
                """);
    }

    /** From now on a name in the allowed folder is a link to one in the forbidden folder. */
    void makeLink() {
        shell("ln -sfn ../forbidden/new w/allowed/new");
    }

    /** From now on a name is a link to the next one, both in the allowed folder. */
    void makeChain(int number) {
        shell("ln -sfn new" + (number + 1) + " w/allowed/new" + number);
    }

    /** From now on a mount point in the allowed folder has another name, and its name is a link. */
    void makeLinkOfMountPoint() {
        shell("cd w/allowed && mv mnt moved && ln -s ../forbidden/mnt mnt");
    }

    /** From now on a folder, and what is mounted there, is below the forbidden one. */
    void moveToForbidden() {
        shell("mv w/turn w/forbidden/turn");
    }

    /** What is in the forbidden folder. */
    String forbidden() {
        return shell("cd w/forbidden && find . | sort && cat keep && stat -c '%a %h %u' keep && stat -c %a mnt");
    }

    /** Requires what test(1) can tell of files below /w. */
    void require(String condition) {
        shell("cd w && [ " + condition + " ]");
    }

    private String shell(String lines) {
        return Command.run("sh", "-ec", "cd " + root + "\n" + lines).orFail();
    }
}
