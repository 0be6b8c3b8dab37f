package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlerRegistryTest {
    private static final SyscallHandler FAMILY = SyscallHandler.fail(Errno.EACCES);
    private static final SyscallHandler EXACT = SyscallHandler.fail(Errno.EBADMSG);
    private static final SyscallHandler OTHERWISE = SyscallHandler.fail(Errno.ENOTTY);

    @Test
    void aHandlerOfAFamilyServesAllOfItsCalls() {
        HandlerRegistry registry = HandlerRegistry.builder().on("mkdir", FAMILY).build();

        assertThat(registry.handlerOf("mkdir", "mkdir")).isSameAs(FAMILY);
        assertThat(registry.handlerOf("mkdirat", "mkdir")).isSameAs(FAMILY);
    }

    @Test
    void anExactNameGoesBeforeTheFamily() {
        HandlerRegistry registry = HandlerRegistry.builder()
                .on("mkdirat", EXACT)
                .on("mkdir", FAMILY)
                .build();

        assertThat(registry.handlerOf("mkdirat", "mkdir")).isSameAs(EXACT);
        assertThat(registry.handlerOf("mkdir", "mkdir")).isSameAs(FAMILY);
    }

    @Test
    void anExactNameServesNoOtherCallOfTheFamily() {
        HandlerRegistry registry = HandlerRegistry.builder()
                .on("mkdirat", EXACT)
                .otherwise(OTHERWISE)
                .build();

        assertThat(registry.handlerOf("mkdir", "mkdir")).isSameAs(OTHERWISE);
    }

    @Test
    void aCallWithoutAHandlerGoesToTheOneForAllOthers() {
        HandlerRegistry registry = HandlerRegistry.builder()
                .on("mkdir", FAMILY)
                .otherwise(OTHERWISE)
                .build();

        assertThat(registry.handlerOf("chmod", "chmod")).isSameAs(OTHERWISE);
    }

    @Test
    void unlessToldOtherwiseTheKernelExecutesACallWithoutAHandler() throws Exception {
        SyscallHandler handler = HandlerRegistry.builder().build().handlerOf("chmod", "chmod");

        assertThat(handler.handle(new NoCall())).isEqualTo(Response.proceed());
    }

    @Test
    void twoHandlersForOneNameAreRefused() {
        HandlerRegistry.Builder builder = HandlerRegistry.builder().on("mkdir", FAMILY);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.on("mkdir", EXACT))
                .withMessageContaining("mkdir");
        assertThat(builder.build().handlerOf("mkdir", "mkdir")).isSameAs(FAMILY);
    }

    @Test
    void theFirstMiddlewareIsTheOutermostAndSeesHandlersThatWereAddedLater() throws Exception {
        List<String> log = new ArrayList<>();
        HandlerRegistry registry = HandlerRegistry.builder()
                .middleware(logging(log, "outer"))
                .middleware(logging(log, "inner"))
                .on("mkdir", call -> {
                    log.add("handler");
                    return Response.success();
                })
                .build();

        registry.handlerOf("mkdir", "mkdir").handle(new NoCall());

        assertThat(log).containsExactly("outer", "inner", "handler", "inner done", "outer done");
    }

    @Test
    void middlewareWrapsTheHandlerForAllOthersToo() throws Exception {
        List<String> log = new ArrayList<>();
        HandlerRegistry registry =
                HandlerRegistry.builder().middleware(logging(log, "m")).build();

        registry.handlerOf("chmod", "chmod").handle(new NoCall());

        assertThat(log).containsExactly("m", "m done");
    }

    @Test
    void middlewareIsAppliedOncePerHandlerWhenTheRegistryIsBuilt() {
        List<SyscallHandler> wrapped = new ArrayList<>();
        HandlerRegistry registry = HandlerRegistry.builder()
                .middleware(next -> {
                    wrapped.add(next);
                    return next;
                })
                .on("mkdir", FAMILY)
                .otherwise(OTHERWISE)
                .build();
        registry.handlerOf("mkdir", "mkdir");
        registry.handlerOf("mkdirat", "mkdir");

        assertThat(wrapped).containsExactlyInAnyOrder(FAMILY, OTHERWISE);
    }

    @Test
    void aRegistryDoesNotChangeWithItsBuilder() {
        HandlerRegistry.Builder builder = HandlerRegistry.builder().otherwise(OTHERWISE);
        HandlerRegistry registry = builder.build();
        builder.on("mkdir", FAMILY);

        assertThat(registry.handlerOf("mkdir", "mkdir")).isSameAs(OTHERWISE);
    }

    @Test
    void aNoteIsShort() {
        String longest = "\u00e9".repeat(HandlerRegistry.MAX_NOTE_BYTES / 2);

        assertThat(HandlerRegistry.builder().build().note()).isEmpty();
        assertThat(HandlerRegistry.builder().note(longest).build().note()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HandlerRegistry.builder().note(longest + "x"))
                .withMessage("a note of 1025 bytes, and at most 1024 are kept");
    }

    private static Middleware logging(List<String> log, String name) {
        return next -> call -> {
            log.add(name);
            Response response = next.handle(call);
            log.add(name + " done");
            return response;
        };
    }
}
