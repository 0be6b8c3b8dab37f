package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetString;

/**
 * Makes every notified call that can be made on behalf as its caller made it, and lets the kernel execute the rest. With
 * it a container behaves as without an agent, which is what conformance tests look for. {@code PASS_OPEN=true} in the
 * metadata takes in open, which is not by default, since programs do it so often.
 */
final class PassThrough implements Resolver {
    private static final int XATTR_NAME_MAX = 255;
    private static final int XATTR_SIZE_MAX = 65536;

    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder()
                .on("mkdir", call -> call.onBehalf().mkdir(call.path(0), call.mode(1)))
                .on("rmdir", call -> call.onBehalf().rmdir(call.path(0)))
                .on("unlink", call -> call.onBehalf().unlink(call.path(0), number(call, 1)))
                .on("rename", call -> call.onBehalf().rename(call.path(0), call.path(1), number(call, 2)))
                .on("link", call -> call.onBehalf().link(call.path(0), call.path(1), number(call, 2)))
                .on("symlink", call -> call.onBehalf().symlink(call.path(0).name(), call.path(1)))
                .on("chmod", call -> call.onBehalf().chmod(call.path(0), call.mode(1), number(call, 2)))
                .on(
                        "chown",
                        call -> call.onBehalf().chown(call.path(0), number(call, 1), number(call, 2), number(call, 3)))
                .on("mknod", call -> call.onBehalf().mknod(call.path(0), call.mode(1), number(call, 2)))
                .on("setxattr", PassThrough::setxattr)
                .on("removexattr", call -> call.onBehalf().removexattr(call.path(0), xattrName(call), number(call, 2)));
        if (container.metadataValues("PASS_OPEN").contains("true")) {
            registry.on(
                    "open",
                    call -> call.onBehalf().open(call.path(0), call.argument(1), call.argument(2), call.argument(3)));
        }
        return registry.build();
    }

    private static int number(NotifiedCall call, int index) {
        return (int) call.argument(index);
    }

    private static Response setxattr(NotifiedCall call) {
        TargetString name = xattrName(call);
        long size = call.argument(3);
        if (Long.compareUnsigned(size, XATTR_SIZE_MAX) > 0) {
            throw new ErrnoException(Errno.E2BIG, "an extended attribute of " + Long.toUnsignedString(size) + " bytes");
        }
        byte[] value = call.bytes(2, (int) size);
        return call.onBehalf().setxattr(call.path(0), name, value, number(call, 4), number(call, 5));
    }

    private static TargetString xattrName(NotifiedCall call) {
        TargetString name = call.text(1);
        if (name.length() == 0 || name.length() > XATTR_NAME_MAX) {
            throw new ErrnoException(Errno.ERANGE, "the name of an extended attribute");
        }
        return name;
    }
}
