package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesResolverTest {
    private static final int PID = FakeCall.PID;
    private static final Map<String, String> CONTAINERD = Map.of(
            "io.kubernetes.cri.sandbox-namespace", "default",
            "io.kubernetes.cri.sandbox-name", "mynotifypod",
            "io.kubernetes.cri.sandbox-uid", "u-1",
            "io.kubernetes.cri.container-name", "container1");
    private static final Map<String, String> CRIO = Map.of(
            "io.kubernetes.pod.namespace", "default",
            "io.kubernetes.pod.name", "mynotifypod",
            "io.kubernetes.pod.uid", "u-1",
            "io.kubernetes.container.name", "container1");

    private final List<String> seen = new ArrayList<>();
    private final KubernetesResolver resolver = new KubernetesResolver(
            container -> {
                seen.add("lookup");
                return new PodIdentity("found", "pod-by-uid", "", "u-2");
            },
            Map.of("prometheus", (identity, container) -> {
                seen.add("prometheus " + identity.namespace());
                return next -> next;
            }));

    private HandlerRegistry resolve(String metadata) {
        return resolve(metadata, "creating", CONTAINERD);
    }

    private HandlerRegistry resolve(String metadata, String status, Map<String, String> annotations) {
        return resolver.resolve(new ContainerProcessState(
                "1.0.2", 99, metadata, new Container("c", status, PID, "/bundle", annotations)));
    }

    private static Response handle(HandlerRegistry registry, FakeCall call) throws Exception {
        return registry.handlerOf(call.syscall(), call.family()).handle(call);
    }

    private static Duration timeOf(HandlerRegistry registry, FakeCall call) throws Exception {
        long begin = System.nanoTime();
        assertThat(handle(registry, call)).isEqualTo(Response.proceed());
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static void assertTakes(long millis, Duration time) {
        assertThat(time.toMillis()).isBetween(Math.max(0L, millis - 1), millis == 0 ? 190L : 5000L);
    }

    private static FakeCall mkdir() {
        return new FakeCall("mkdir").path(0, -100, "/abc").number(1, 0755);
    }

    private static FakeCall exec(String file) {
        return new FakeCall("execve").path(0, -100, file);
    }

    /** What the policy and the container's own profile refused must not be allowed because the policy is gone. */
    @Test
    void aContainerWithGrantsOfAPolicyNeedsThePolicy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolve("GRANTS=build\nBASE=keyctl:EPERM"))
                .withMessageContaining("GRANTS: only an agent with --policy knows what these are");
    }

    @Test
    void withoutMetadataTheKernelExecutesEverything() throws Exception {
        assertThat(handle(resolve(""), mkdir())).isEqualTo(Response.proceed());
    }

    @ParameterizedTest
    @CsvSource({
        "-{{.Namespace}}-{{.Pod}}-{{.Container}}, -default-mynotifypod-container1",
        "-{{ .Pid }}-{{.Pid1}}, -99-4711",
        "-x, -x",
    })
    void foldersGetTheTemplatesSuffix(String template, String suffix) throws Exception {
        for (Map<String, String> annotations : List.of(CONTAINERD, CRIO)) {
            FakeCall call = mkdir();
            handle(resolve("MKDIR_TMPL=" + template, "creating", annotations), call);

            assertThat(call.made.toString()).contains("/abc" + suffix);
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void thePodIsLookedUpWhereNoAnnotationNamesIt() throws Exception {
        FakeCall call = mkdir();
        handle(resolve("MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}", "creating", Map.of()), call);

        assertThat(seen).containsExactly("lookup");
        assertThat(call.made.toString()).contains("/abc-found-pod-by-uid-");
    }

    /** When another agent goes on with a container, its first process may be gone. */
    @Test
    void thePodThatWasFoundIsNotLookedUpAgain() throws Exception {
        ContainerProcessState state = new ContainerProcessState(
                "", 99, "MKDIR_TMPL=-{{.Pod}}", new Container("c", "creating", PID, "", Map.of()));
        String note = resolver.resolve(state).note();
        seen.clear();

        HandlerRegistry restored = resolver.restore(state, note);
        FakeCall call = mkdir();
        handle(restored, call);

        assertThat(seen).isEmpty();
        assertThat(call.made.toString()).contains("/abc-pod-by-uid");
        assertThat(restored.note()).isEqualTo(note);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "a\nb\nc", "a\nb\nc\nd\ne"})
    void aNoteThatIsNoneOfItsOwnNamesNoPod(String note) {
        ContainerProcessState state =
                new ContainerProcessState("", 99, "", new Container("c", "creating", PID, "", Map.of()));

        assertThat(resolver.restore(state, note).owner()).isEqualTo(note.isEmpty() ? "pod found/pod-by-uid" : "");
    }

    @Test
    void aPodThatAnAnnotationNamesNeedsNoNote() {
        assertThat(resolve("").note()).isEmpty();
    }

    /** Users can give their cgroups the names of a pod's cgroups. */
    @Test
    void aUsersContainerIsOfNoPod() throws Exception {
        HandlerRegistry registry = resolver.resolve(new ContainerProcessState(
                "",
                99,
                "MKDIR_TMPL=-{{.Pod}}",
                new Container("c", "creating", PID, "", Map.of()),
                OptionalInt.of(1000)));

        FakeCall call = mkdir();
        handle(registry, call);
        assertThat(seen).isEmpty();
        assertThat(call.made.toString()).doesNotContain("pod-by-uid");
    }

    /** All annotations that name the pod are kept. Others are not, however many there are. */
    @Test
    void itWantsTheAnnotationsThatTellThePod() {
        assertThat(CONTAINERD.keySet()).allMatch(resolver::wantsAnnotation);
        assertThat(resolver.wantsAnnotation("io.kubernetes.cri-o.ContainerID")).isTrue();
        assertThat(resolver.wantsAnnotation("kubectl.kubernetes.io/last-applied-configuration"))
                .isFalse();
        assertThat(resolver.wantsAnnotation("io.kubernetes.cri.something")).isFalse();
    }

    @Test
    void onlyTheFileThatIsNamedIsDelayed() throws Exception {
        HandlerRegistry registry = resolve("EXEC_PATTERN=/bin/true\nEXEC_DURATION=200ms");

        assertTakes(200, timeOf(registry, exec("/bin/true")));
        assertTakes(0, timeOf(registry, exec("/bin/truer")));
        assertTakes(0, timeOf(registry, exec("/bin/echo")));
        assertTakes(0, timeOf(registry, exec("/bin/true").withoutReadablePaths()));
    }

    @Test
    void ofAPairOneKeyAloneDoesNothing() throws Exception {
        assertTakes(0, timeOf(resolve("EXEC_PATTERN=/bin/true"), exec("/bin/true")));
        assertTakes(0, timeOf(resolve("SIDECARS=proxy"), exec("/bin/true").ofThread(PID)));
    }

    @Test
    void theFirstProgramWaitsForTheSidecars() throws Exception {
        HandlerRegistry registry = resolve("SIDECARS=proxy,log\nSIDECARS_DELAY=400ms");

        assertTakes(0, timeOf(registry, exec("/bin/x").ofThread(PID + 1)));
        assertTakes(200, timeOf(registry, exec("/bin/x").ofThread(PID).aged(Duration.ofMillis(200))));
        assertTakes(0, timeOf(registry, exec("/bin/y").ofThread(PID).aged(Duration.ofMillis(400))));
    }

    @Test
    void sidecarsAndProcessesThatAreExecutedDoNotWait() throws Exception {
        HandlerRegistry sidecar = resolve("SIDECARS=proxy,container1\nSIDECARS_DELAY=1h");
        HandlerRegistry executed = resolve("SIDECARS=proxy\nSIDECARS_DELAY=1h", "running", CONTAINERD);

        assertTakes(0, timeOf(sidecar, exec("/bin/x").ofThread(PID)));
        assertTakes(0, timeOf(executed, exec("/bin/x").ofThread(PID)));
    }

    @ParameterizedTest
    @CsvSource({"kill-container, kill", "freeze-container, freeze"})
    void theDefaultActionIsForCallsWithoutAHandler(String action, String done) throws Exception {
        HandlerRegistry registry = resolve("MOUNT_PROC=true\nDEFAULT_ACTION=" + action);
        FakeCall call = new FakeCall("swapon");

        assertThat(handle(registry, call)).isEqualTo(Response.failure(Errno.EPERM));
        assertThat(call.made).containsExactly(List.of(done));
        FakeCall newer = new FakeCall("fsopen").byRoot();
        assertThat(handle(registry, newer)).isEqualTo(Response.failure(Errno.ENOSYS));
        assertThat(newer.made).isEmpty();
    }

    @Test
    void theDefaultActionCanBeAnErrno() throws Exception {
        assertThat(handle(resolve("DEFAULT_ACTION=errno:EACCES"), new FakeCall("swapon")))
                .isEqualTo(Response.failure(Errno.EACCES));
    }

    @Test
    void middlewareIsThePods() {
        resolve("MIDDLEWARE=prometheus");

        assertThat(seen).containsExactly("prometheus default");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MKDIR_TMPL=-{{.Node}}",
                "MKDIR_TMPL={{if .Pod}}x{{end}}",
                "MKDIR_TMPL=a/b",
                "EXEC_DURATION=soon",
                "SIDECARS_DELAY=-1s",
                "DEFAULT_ACTION=panic",
                "DEFAULT_ACTION=errno:EWHAT",
                "MIDDLEWARE=tea",
                "MOUNT_PROC=yes",
                "MOUNT_NEED_CAP_ADMIN=1",
                "MKDIR_TMPL=a\0b",
                "MKDIR_TMPL=\ud800",
                "EXEC_PATTERN=/bin/\0",
                "EXEC_PATTERN=/bin/\udc00",
                "MKNOD_DEVICES=sda",
            })
    void aBadValueFailsAndSaysWhichPodAndKey(String line) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> resolve("UNKNOWN=1\n" + line))
                .withMessageContaining("default/mynotifypod/container1")
                .withMessageContaining(line.substring(0, line.indexOf('=')))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("enum"));
    }

    /** One template becomes invalid only by the pod's name. The other is longer than a file name may be. */
    @Test
    void whatNoNameOfAFileCanHaveIsRefusedBeforeItIsUsed() {
        Map<String, String> annotations = new HashMap<>(CONTAINERD);
        annotations.put("io.kubernetes.cri.sandbox-name", "a\0b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolve("MKDIR_TMPL=-{{.Pod}}", "creating", annotations))
                .withMessageContaining("MKDIR_TMPL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolve("MKDIR_TMPL=" + "x".repeat(1 << 20)))
                .withMessageContaining("255 bytes")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
        resolve("MKDIR_TMPL=" + "x".repeat(255));
    }

    /** As with the Go agent, where that is safe. */
    @ParameterizedTest
    @ValueSource(
            strings = {"MOUNT_PROC=TRUE", "MOUNT_PROC=True", "MOUNT_PROC=", "MOUNT_PROC=False", "MOUNT_OTHER_FS_LIST=,"
            })
    void whatIsNotTrueGrantsNothingAndSpoilsNothingElse(String line) throws Exception {
        HandlerRegistry registry = resolve(line + "\nMKDIR_TMPL=-x");

        assertThat(handle(registry, mount("proc"))).isEqualTo(Response.proceed());
        FakeCall mkdir = mkdir();
        handle(registry, mkdir);
        assertThat(mkdir.made).hasSize(1);
    }

    @Test
    void aTypeThatCannotBeGrantedRefusesItselfAlone() throws Exception {
        HandlerRegistry registry = resolve("MOUNT_OTHER_FS_LIST=tmpfs,cgroup, ,mqueue,");

        assertThat(handle(registry, mount("tmpfs"))).isSameAs(FakeCall.ANSWER);
        assertThat(handle(registry, mount("cgroup"))).isEqualTo(Response.proceed());
        assertThat(handle(registry, mount(""))).isEqualTo(Response.proceed());
    }

    /** This is the only key that restricts. A value that is not understood must not grant more. */
    @ParameterizedTest
    @CsvSource({"true, false", "TRUE, false", "false, true", "FALSE, true", "'', true"})
    void theNeedOfACapabilityIsTakenForGranted(String value, boolean granted) throws Exception {
        HandlerRegistry registry = resolve("MOUNT_PROC=true\nMOUNT_NEED_CAP_ADMIN=" + value);

        assertThat(handle(registry, mount("proc"))).isEqualTo(granted ? FakeCall.ANSWER : Response.proceed());
    }

    private static FakeCall mount(String type) {
        return new FakeCall("mount")
                .path(1, TargetPath.AT_FDCWD, "/mnt")
                .string(2, type)
                .byRoot();
    }

    @Test
    void itSaysWhosePodItIs() {
        assertThat(resolve("").owner()).isEqualTo("pod default/mynotifypod/container1");
    }

    @Test
    void unknownKeysAreLeftAlone() throws Exception {
        assertThat(handle(resolve("WHATEVER=1\nnonsense"), mkdir())).isEqualTo(Response.proceed());
    }
}
