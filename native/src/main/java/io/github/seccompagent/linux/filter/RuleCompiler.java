package io.github.seccompagent.linux.filter;

import com.sun.jna.Pointer;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.libc.NativeBuffer;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Has the installed libseccomp make a filter of rules, as container runtimes do. The filter is not installed. */
public final class RuleCompiler implements AutoCloseable {
    private static final int MFD_CLOEXEC = 1;
    private static final int SIZE_OF_COMPARISON = 24;
    private static final int UNKNOWN_CALL = -1; // __NR_SCMP_ERROR

    private final Pointer filter;

    /**
     * Begins a filter for the architecture of this machine.
     *
     * @param defaultAction what a call without a rule gets, as the SECCOMP_RET value
     * @throws ErrnoException EINVAL if libseccomp does not know the action
     */
    public RuleCompiler(int defaultAction) {
        Pointer created = LibSeccompRules.seccomp_init(defaultAction);
        if (created == null) {
            throw new ErrnoException(
                    Errno.EINVAL, "seccomp_init with the action 0x" + Integer.toHexString(defaultAction));
        }
        filter = created;
    }

    /**
     * Adds an architecture.
     *
     * @param name in small letters, such as x86_64
     * @throws ErrnoException EINVAL if libseccomp does not know it
     */
    public void addArchitecture(String name) {
        int token = LibSeccompRules.seccomp_arch_resolve_name(LibC.string(name));
        if (token == 0) {
            throw new ErrnoException(Errno.EINVAL, "unknown architecture " + name);
        }
        int result = LibSeccompRules.seccomp_arch_add(filter, token);
        if (result != -Errno.EEXIST.number()) {
            check(result, "seccomp_arch_add of " + name);
        }
    }

    /**
     * Adds a rule on all architectures.
     *
     * @param call the name of the call
     * @param comparisons all must hold; at most one of each argument
     * @return false if libseccomp does not know the call
     * @throws ErrnoException as seccomp_rule_add(3)
     */
    public boolean addRule(int action, String call, List<Comparison> comparisons) {
        int number = LibSeccompRules.seccomp_syscall_resolve_name(LibC.string(call));
        if (number == UNKNOWN_CALL) {
            return false;
        }
        try (NativeBuffer buffer = NativeBuffer.allocate(SIZE_OF_COMPARISON * Math.max(1, comparisons.size()))) {
            for (int i = 0; i < comparisons.size(); i++) {
                Comparison each = comparisons.get(i);
                int at = i * SIZE_OF_COMPARISON;
                buffer.putInt(at, each.argument())
                        .putInt(at + 4, each.operator().number());
                buffer.putLong(at + 8, each.value()).putLong(at + 16, each.masked());
            }
            check(
                    LibSeccompRules.seccomp_rule_add_array(
                            filter, action, number, comparisons.size(), buffer.address()),
                    "seccomp_rule_add of " + call);
        }
        return true;
    }

    /** The filter with all that was added. */
    public List<Instruction> instructions() {
        int memory = LibC.memfd_create(LibC.string("filter"), MFD_CLOEXEC);
        if (memory < 0) {
            throw LibC.failure("memfd_create");
        }
        try (Fd file = new Fd(memory)) { // seccomp_export_bpf_mem came with libseccomp 2.6
            check(LibSeccompRules.seccomp_export_bpf(filter, file.number()), "seccomp_export_bpf");
            return Instruction.listOf(content(file));
        }
    }

    private static byte[] content(Fd file) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        long count;
        while ((count = LibC.pread(file.number(), buffer, buffer.length, content.size())) > 0) {
            content.write(buffer, 0, (int) count);
        }
        if (count < 0) {
            throw LibC.failure("pread of a filter");
        }
        return content.toByteArray();
    }

    private static void check(int result, String what) {
        if (result < 0) {
            throw LibC.failure(-result, what);
        }
    }

    @Override
    public void close() {
        LibSeccompRules.seccomp_release(filter);
    }
}
