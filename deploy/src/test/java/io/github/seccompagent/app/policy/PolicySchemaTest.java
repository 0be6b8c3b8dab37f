package io.github.seccompagent.app.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema that is shipped, and the parser, accept the same policies. */
class PolicySchemaTest {
    private static final Schema SCHEMA = schema();

    private static Schema schema() {
        try {
            String text = Files.readString(Path.of("src/main/dist/share/policy.schema.json"));
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text, InputFormat.JSON);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Changes of the whole policy, each of which breaks it: the text that is replaced, and what replaces it. */
    static Stream<String[]> breaks() {
        return Stream.of(
                of("version: 1", "version: 2"),
                of("version: 1", "version: '1'"),
                of("version: 1\n", ""),
                of("metadata: nothing", "metadata: none"),
                of("access:", "acces:"),
                of("  fuse:", "  fu_se:"),
                of("  fuse:", "  -fuse:"),
                of("[fuse, proc, sysfs, tmpfs]", "fuse"),
                of("[fuse, proc, sysfs, tmpfs]", "[]"),
                of("[fuse, proc, sysfs, tmpfs]", "['a,b']"),
                of("[fuse, proc, sysfs, tmpfs]", "[1]"),
                of("mountsNeedSysAdmin: true", "mountsNeedSysAdmin: 'yes'"),
                of("[/dev/fuse]", "[/etc/fuse]"),
                of("[/dev/fuse]", "[/dev/../etc]"),
                of("[/dev/fuse]", "[/dev//fuse]"),
                of("\"-{{.Pod}}\"", "''"),
                of("\"-{{.Pod}}\"", "\"a\\nb\""),
                of("file: /bin/true, ", ""),
                of("delay: 2s", "delay: 2d"),
                of("delay: 2s", "delays: 2s"),
                of("names: [proxy, log]", "names: []"),
                of("errno:EACCES", "EACCES"),
                of("calls: [mkdir, rename]", "calls: mkdir"),
                of("calls: [mkdir, rename]", "call: [mkdir]"),
                of("calls: [mkdir, rename]", "calls: []"),
                of("paths: [/etc/**]", "path: [/etc/**]"),
                of("4294967294", "4294967295"),
                of("4294967294", "-1"),
                of("[CAP_CHOWN]", "[CHOWN]"),
                of("{has: [CAP_CHOWN], lacks: [CAP_SYS_ADMIN]}", "{}"),
                of("action: deny\n        errno: EROFS", "errno: EROFS"),
                of("action: deny\n        errno: EROFS", "action: kill\n        errno: EROFS"),
                of("action: deny\n        errno: EROFS", "action: deny\n        time: 2s"),
                of("action: deny\n        errno: EROFS", "action: denied"),
                of(", time: 1500ms", ""),
                of(", time: 1500ms", ", time: 2"),
                of("[O_CREAT, O_EXCL]", "[CREAT]"),
                of("[1:3, \"8:256\"]", "['1-3']"),
                of("  - default: [suffix]", "  - pods: [a]"),
                of("  - default: [suffix]", "  - default: [suffix]\n    deny: [suffix]"),
                of("  - default: [suffix]", "  - default: []"),
                of("namespaces: [kube-system]", "namespaces: []"),
                of("namespaces: [kube-system]", "namespaces:"),
                of("namespaces: [kube-system]", "namespace: [kube-system]"),
                of("labels: {tier: build}", "labels: {}"),
                of("labels: {tier: build}", "labels: {tier: 1}"),
                of("uids: [0, 1000]", "uids: ['0']"),
                of("uids: [0, 1000]", "uids: [-1]"));
    }

    private static String[] of(String text, String instead) {
        return new String[] {text, instead};
    }

    @Test
    void theWholePolicyIsGoodForBoth() {
        assertThat(SCHEMA.validate(Policies.WHOLE, InputFormat.YAML)).isEmpty();
        assertThat(Policies.errors(Policies.WHOLE)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void bothRefuse(String text, String instead) {
        assertThat(Policies.WHOLE).contains(text);
        String broken = Policies.WHOLE.replace(text, instead);

        assertThat(Policies.errors(broken)).as("the parser").isNotEmpty();
        assertThat(SCHEMA.validate(broken, InputFormat.YAML)).as("the schema").isNotEmpty();
    }

    /** Fields that can be left out. */
    @ParameterizedTest
    @MethodSource("lines")
    void bothAcceptOrRefuseAPolicyWithoutALine(String line) {
        String shorter = Policies.WHOLE.replace(line + "\n", "");

        assertThat(SCHEMA.validate(shorter, InputFormat.YAML).isEmpty())
                .isEqualTo(Policies.errors(shorter).isEmpty());
    }

    static Stream<String> lines() {
        return Policies.WHOLE.lines().filter(line -> line.matches(" *[a-z].*[^:]"));
    }
}
