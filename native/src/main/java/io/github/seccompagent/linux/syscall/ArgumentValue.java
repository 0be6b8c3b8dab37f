package io.github.seccompagent.linux.syscall;

import io.github.seccompagent.linux.notify.Notification;

/** The values of arguments that need only registers. */
public final class ArgumentValue {
    private static final long ID16_UNCHANGED = 0xffff;

    private ArgumentValue() {}

    /** The value of any argument except a {@link Argument.Field}, which is in the caller's memory. */
    public static long of(Argument argument, Notification notification) {
        if (argument instanceof Argument.Register register) {
            return notification.argument(register.register());
        } else if (argument instanceof Argument.Path path) {
            return notification.argument(path.register());
        } else if (argument instanceof Argument.OptionalPath path) {
            return notification.argument(path.register());
        } else if (argument instanceof Argument.OpenFile file) {
            return notification.argument(file.register());
        } else if (argument instanceof Argument.Constant constant) {
            return constant.value();
        } else if (argument instanceof Argument.Id16 id) {
            long value = notification.argument(id.register()) & ID16_UNCHANGED;
            return value == ID16_UNCHANGED ? -1 : value;
        } else if (argument instanceof Argument.OpenFlags flags) {
            return OpenFlags.normalized(notification.argument(flags.register()));
        } else if (argument instanceof Argument.OpenMode mode) {
            return OpenFlags.mode(notification.argument(mode.flagsRegister()), notification.argument(mode.register()));
        }
        throw new IllegalArgumentException(argument + " is not in a register");
    }
}
