package io.github.seccompagent.linux.syscall;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.libc.LibC;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The names and numbers of syscalls on each architecture. They come from libseccomp. Calls that are newer than the
 * installed libseccomp are listed here. Safe for use by several threads.
 */
public final class SyscallTable {
    private static final int FIRST_NEWER = 450;
    private static final int PAST_LAST = 548; // x32 has some of its own from 512 on
    private static final int NO_NAME = -1;
    /** A call without a name is named by this and its number. No other name begins like this. */
    public static final String UNKNOWN = "syscall_";

    /** From 424 on a call has the same number everywhere, apart from the bit of x32. */
    private static final String[] NEWER = {
        "set_mempolicy_home_node",
        "cachestat",
        "fchmodat2",
        "map_shadow_stack",
        "futex_wake",
        "futex_wait",
        "futex_requeue",
        "statmount",
        "listmount",
        "lsm_get_self_attr",
        "lsm_set_self_attr",
        "lsm_list_modules",
        "mseal",
        "setxattrat",
        "getxattrat",
        "listxattrat",
        "removexattrat",
        "open_tree_attr",
        "file_getattr",
        "file_setattr",
        "listns"
    };

    private static final Map<Architecture, Map<Integer, Syscall>> KNOWN = new EnumMap<>(Architecture.class);

    static {
        for (Architecture architecture : Architecture.values()) {
            KNOWN.put(architecture, new ConcurrentHashMap<>());
        }
    }

    /** Names that are older than {@link #NEWER} or only on some machines, and that libseccomp 2.5 does not know yet. */
    private static final Set<String> SINCE_LIBSECCOMP_2_6 = Set.of("uretprobe", "uprobe", "riscv_hwprobe");

    private SyscallTable() {}

    /** Whether there is a call of that name on any architecture. */
    public static boolean isName(String name) {
        return isNameOfLibSeccomp(name)
                || SINCE_LIBSECCOMP_2_6.contains(name)
                || List.of(NEWER).contains(name);
    }

    /** Whether the installed libseccomp knows the name. Runtimes leave out the rules for others. */
    public static boolean isNameOfLibSeccomp(String name) {
        return LibSeccomp.seccomp_syscall_resolve_name(LibC.string(name)) != NO_NAME;
    }

    /** The names of the calls of the known architectures. */
    public static Set<String> names() {
        Set<String> names = new TreeSet<>(List.of(NEWER));
        for (Architecture architecture : Architecture.values()) {
            int bit = architecture == Architecture.X32 ? Architecture.X32_SYSCALL_BIT : 0;
            IntStream.range(0, PAST_LAST)
                    .mapToObj(number -> LibSeccomp.nameOf(architecture.libseccompToken(), number | bit))
                    .filter(name -> !name.isEmpty())
                    .forEach(names::add);
        }
        return names;
    }

    /** The family of a call, by its name: calls that do the same thing. Its own name if it has none. */
    public static String familyOf(String name) {
        return SyscallFamilies.familyOf(name);
    }

    /** The other calls that do the same as this one, and only take their arguments in other ways. */
    public static Set<String> siblingsOf(String name) {
        return SyscallFamilies.siblingsOf(name);
    }

    /** The call of a notification. An unknown call is named after its number, for example "syscall_600". */
    public static Syscall syscallOf(@Nullable Architecture architecture, int number) {
        if (architecture == null) {
            return unknown(number);
        }
        Map<Integer, Syscall> known = Objects.requireNonNull(KNOWN.get(architecture));
        Syscall syscall = known.get(number);
        if (syscall == null) {
            syscall = lookUp(architecture, number);
            if (!syscall.name().startsWith(UNKNOWN)) { // there are billions of unknown numbers
                known.put(number, syscall);
            }
        }
        return syscall;
    }

    private static Syscall lookUp(Architecture architecture, int number) {
        int newer = (architecture == Architecture.X32 ? number & ~Architecture.X32_SYSCALL_BIT : number) - FIRST_NEWER;
        if (newer >= 0 && newer < NEWER.length) {
            return named(architecture, NEWER[newer]);
        }
        String name = LibSeccomp.nameOf(architecture.libseccompToken(), number);
        return name.isEmpty() ? unknown(number) : named(architecture, name);
    }

    private static Syscall named(Architecture architecture, String name) {
        return new Syscall(name, SyscallFamilies.of(architecture, name));
    }

    private static Syscall unknown(int number) {
        return named(Architecture.ofThisMachine(), UNKNOWN + number);
    }

    /** The number of a call; empty if the architecture has no such call. */
    public static OptionalInt numberOf(Architecture architecture, String name) {
        for (int i = 0; i < NEWER.length; i++) {
            if (NEWER[i].equals(name)) {
                int number = FIRST_NEWER + i;
                return OptionalInt.of(
                        architecture == Architecture.X32 ? number | Architecture.X32_SYSCALL_BIT : number);
            }
        }
        int number = LibSeccomp.seccomp_syscall_resolve_name_arch(architecture.libseccompToken(), LibC.string(name));
        return number < 0 ? numberByName(architecture, name) : OptionalInt.of(number);
    }

    /** For i386, libseccomp gives a negative number if socketcall(2) or ipc(2) can make the call too. */
    private static OptionalInt numberByName(Architecture architecture, String name) {
        if (architecture != Architecture.I386 || name.isEmpty()) {
            return OptionalInt.empty();
        }
        return IntStream.range(0, FIRST_NEWER)
                .filter(number -> LibSeccomp.nameOf(architecture.libseccompToken(), number)
                        .equals(name))
                .findFirst();
    }
}
