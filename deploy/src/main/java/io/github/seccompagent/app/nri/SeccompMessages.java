package io.github.seccompagent.app.nri;

import io.github.seccompagent.app.make.BaseProfile;
import io.github.seccompagent.app.nri.wire.LinuxSeccomp;
import io.github.seccompagent.app.nri.wire.LinuxSeccompArg;
import io.github.seccompagent.app.nri.wire.LinuxSyscall;
import io.github.seccompagent.app.nri.wire.OptionalUInt32;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.profile.WrittenProfile;
import io.github.seccompagent.app.profile.WrittenProfile.WrittenCondition;
import io.github.seccompagent.app.profile.WrittenProfile.WrittenRule;
import io.github.seccompagent.app.report.Report;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Profiles in the messages of NRI. */
final class SeccompMessages {
    private SeccompMessages() {}

    /** The profile in a request. It is read as a file is, so it is as well checked. */
    static BaseProfile read(LinuxSeccomp policy) {
        String text = Report.json(new WrittenProfile(
                policy.getDefaultAction(),
                policy.hasDefaultErrno() ? errno(policy.getDefaultErrno()) : null,
                policy.getArchitecturesList(),
                policy.getFlagsCount() == 0 ? null : policy.getFlagsList(),
                policy.getListenerPath(),
                policy.getListenerMetadata(),
                policy.getSyscallsList().stream().map(SeccompMessages::rule).toList()));
        return BaseProfile.of("the container's profile", ReadProfile.of("profile", text));
    }

    private static WrittenRule rule(LinuxSyscall rule) {
        return new WrittenRule(
                rule.getNamesList(),
                rule.getAction(),
                rule.hasErrnoRet() ? errno(rule.getErrnoRet()) : null,
                rule.getArgsList().stream().map(SeccompMessages::condition).toList());
    }

    private static WrittenCondition condition(LinuxSeccompArg argument) {
        return new WrittenCondition(
                Integer.toUnsignedLong(argument.getIndex()),
                new BigInteger(Long.toUnsignedString(argument.getValue())),
                new BigInteger(Long.toUnsignedString(argument.getValueTwo())),
                argument.getOp());
    }

    private static Long errno(OptionalUInt32 errno) {
        return Integer.toUnsignedLong(errno.getValue());
    }

    static LinuxSeccomp write(WrittenProfile profile) {
        LinuxSeccomp.Builder policy = LinuxSeccomp.newBuilder()
                .setDefaultAction(profile.defaultAction())
                .addAllArchitectures(orEmpty(profile.architectures()))
                .addAllFlags(orEmpty(profile.flags()))
                .setListenerPath(orEmpty(profile.listenerPath()))
                .setListenerMetadata(orEmpty(profile.listenerMetadata()));
        if (profile.defaultErrnoRet() != null) {
            policy.setDefaultErrno(errno(profile.defaultErrnoRet()));
        }
        profile.syscalls().forEach(rule -> policy.addSyscalls(write(rule)));
        return policy.build();
    }

    private static LinuxSyscall write(WrittenRule rule) {
        LinuxSyscall.Builder written =
                LinuxSyscall.newBuilder().addAllNames(rule.names()).setAction(rule.action());
        if (rule.errnoRet() != null) {
            written.setErrnoRet(errno(rule.errnoRet()));
        }
        if (rule.args() != null) {
            rule.args()
                    .forEach(each -> written.addArgs(LinuxSeccompArg.newBuilder()
                            .setIndex((int) each.index())
                            .setValue(each.value().longValue())
                            .setValueTwo(each.valueTwo().longValue())
                            .setOp(each.op())));
        }
        return written.build();
    }

    private static OptionalUInt32 errno(long errno) {
        return OptionalUInt32.newBuilder().setValue((int) errno).build();
    }

    private static List<String> orEmpty(@Nullable List<String> texts) {
        return texts == null ? List.of() : texts;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
