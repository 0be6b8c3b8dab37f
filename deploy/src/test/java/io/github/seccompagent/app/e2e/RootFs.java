package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A container's root: busybox, linked statically, in /bin; some of coreutils with its libraries in /coreutils; and
 * /rawcall, which makes any system call.
 */
final class RootFs {
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
    private static final List<String> COREUTILS = List.of("chmod", "ls", "mkdir");
    private static final TempFolder TEMPLATE = TempFolder.create(); // deleted at exit

    static {
        try {
            make(TEMPLATE.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RootFs() {}

    /** A new root at {@code path}, whose programs are those of all others. */
    static void createAt(Path path) {
        Command.run("cp", "-al", TEMPLATE.path().toString(), path.toString()).orFail();
    }

    private static void make(Path root) throws IOException {
        for (String folder : List.of("bin", "coreutils", "dev", "etc", "home", "proc", "root", "sys", "tmp")) {
            Files.createDirectory(root.resolve(folder));
        }
        copy(Command.find("busybox"), root.resolve("bin/busybox"));
        Command.run("chroot", root.toString(), "/bin/busybox", "--install", "-s", "/bin")
                .orFail();
        for (String program : COREUTILS) {
            copy(Command.find(program), root.resolve("coreutils/" + program));
            String libraries =
                    Command.run("ldd", Command.find(program).toString()).orFail();
            for (MatchResult library : LIBRARY.matcher(libraries).results().toList()) {
                copy(Path.of(library.group(1)), root.resolve(library.group(1).substring(1)));
            }
        }
        copy(TestPrograms.RAW_CALL, root.resolve("rawcall"));
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(to.getParent());
            Files.copy(from.toRealPath(), to, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
