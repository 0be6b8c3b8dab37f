package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.ProcFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a call is about to act on, as the kernel shows it in the directory of the worker, which has it open. The kernel
 * makes the path while it is read. So the path is as true as one can be: folders on the way may be renamed at any time.
 *
 * @param link where the descriptor leads, from the root of its mount namespace; empty if the kernel does not say it
 * @param name a name in that folder; empty if the call acts on the file itself
 * @param mount the id of its mount that no other mount gets; 0 if unknown
 * @param tableId the id of its mount in the tables of mounts; 0 if unknown
 * @param type S_IFMT of what is open; 0 if unknown
 */
public record FoundFile(TargetString link, TargetString name, long mount, int tableId, int type) {
    private static final int S_IFIFO = 010000;
    private static final int PATH_MAX = 4096; // with a final NUL
    private static final int FDINFO_MOST = 4096;
    private static final Pattern TABLE_ID = Pattern.compile("(?m)^mnt_id:\\s*([0-9]{1,9})$");
    private static final byte[] REMOVED = " (deleted)".getBytes(StandardCharsets.US_ASCII);
    private static final ResolvedPath UNKNOWN = new ResolvedPath(TargetString.of());

    /** Looks at the file of a process. The caller of this method checks afterwards that it is still that process. */
    static FoundFile of(int process, FoundPlace place) {
        if (place.moved()) { // the kernel shows the path of another place then
            return new FoundFile(TargetString.of(), place.name(), 0, 0, 0);
        }
        String directory = "/proc/" + process;
        try {
            byte[] link = ProcFile.readLinkBytes(directory + "/fd/" + place.descriptor());
            byte[] info = ProcFile.read(directory + "/fdinfo/" + place.descriptor(), FDINFO_MOST);
            Matcher id = TABLE_ID.matcher(new String(info, StandardCharsets.ISO_8859_1));
            int tableId = id.find() ? Integer.parseInt(id.group(1)) : 0;
            return new FoundFile(TargetString.of(link), place.name(), place.mount(), tableId, place.type());
        } catch (ErrnoException e) { // too long, for example, or the worker has no such descriptor
            return new FoundFile(TargetString.of(), place.name(), 0, 0, 0);
        }
    }

    /**
     * Whether it is one of the kernel's own that no folder holds, as a pipe or a socket. Only the kernel makes links
     * that do not begin with a slash.
     */
    public boolean isNameless() {
        return link.length() > 0 && link.bytes()[0] != '/' && name.length() == 0;
    }

    /** Whether it is a FIFO itself, and not a name in a folder. */
    public boolean isFifo() {
        return type == S_IFIFO && name.length() == 0;
    }

    /** Whether there can be a path. There is none for whatever was removed. */
    public boolean mayHavePath() {
        byte[] path = link.bytes();
        // A name may end like that too. The kernel does not tell the difference.
        return path.length > 0
                && path[0] == '/'
                && !endsWith(path, REMOVED)
                && path.length + 1 + name.length() < PATH_MAX
                && !name.is(".")
                && !name.is("..");
    }

    /**
     * The path, if the mount is at {@code point}. It can only be told if it begins with that path: a folder that was
     * moved out of what a mount shows has a path that begins elsewhere.
     */
    public ResolvedPath on(TargetString point) {
        byte[] path = link.bytes();
        if (!mayHavePath() || !isBelow(path, point.bytes())) {
            return UNKNOWN;
        }
        if (name.length() == 0) {
            return new ResolvedPath(link);
        }
        int folder = path.length == 1 ? 0 : path.length;
        byte[] whole = Arrays.copyOf(path, folder + 1 + name.length());
        whole[folder] = '/';
        System.arraycopy(name.bytes(), 0, whole, folder + 1, name.length());
        return new ResolvedPath(TargetString.of(whole));
    }

    /** The path that cannot be told. */
    public static ResolvedPath unknownPath() {
        return UNKNOWN;
    }

    private static boolean isBelow(byte[] path, byte[] point) {
        if (point.length <= 1) {
            return point.length == 1 && point[0] == '/';
        }
        return path.length >= point.length
                && Arrays.equals(path, 0, point.length, point, 0, point.length)
                && (path.length == point.length || path[point.length] == '/');
    }

    private static boolean endsWith(byte[] path, byte[] end) {
        return path.length >= end.length
                && Arrays.equals(path, path.length - end.length, path.length, end, 0, end.length);
    }
}
