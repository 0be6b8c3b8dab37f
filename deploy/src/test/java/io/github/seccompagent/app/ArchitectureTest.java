package io.github.seccompagent.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dependencies point one way, and each library is used only in its room. */
class ArchitectureTest {
    private static final String ROOT = "io.github.seccompagent.";
    private static final JavaClasses ALL =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.github.seccompagent");

    @ParameterizedTest
    @ValueSource(strings = {"api", "linux", "runtime", "resolver", "app", "examples"})
    void everyRoomIsThere(String room) {
        assertThat(ALL.that(resideInAPackage(ROOT + room))).isNotEmpty();
    }

    @Test
    void nothingIsOutsideOfTheRooms() {
        classes()
                .should()
                .resideInAnyPackage(
                        ROOT + "api",
                        ROOT + "linux..",
                        ROOT + "runtime",
                        ROOT + "resolver..",
                        ROOT + "app..",
                        ROOT + "examples")
                .check(ALL);
    }

    @Test
    void dependenciesPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("api")
                .definedBy(ROOT + "api")
                .layer("native")
                .definedBy(ROOT + "linux..")
                .layer("runtime")
                .definedBy(ROOT + "runtime")
                .layer("resolvers")
                .definedBy(ROOT + "resolver..")
                .layer("app")
                .definedBy(ROOT + "app..")
                .layer("examples")
                .definedBy(ROOT + "examples")
                .whereLayer("api")
                .mayNotAccessAnyLayer()
                .whereLayer("native")
                .mayOnlyAccessLayers("api")
                .whereLayer("runtime")
                .mayOnlyAccessLayers("api", "native")
                .whereLayer("resolvers")
                .mayOnlyAccessLayers("api")
                .whereLayer("app")
                .mayOnlyAccessLayers("api", "native", "runtime", "resolvers")
                .whereLayer("examples")
                .mayOnlyAccessLayers("api", "runtime", "resolvers")
                .check(ALL);
    }

    @Test
    void theApiNeedsNothingButJavaAndNullAnnotations() {
        onlyDependsOn("api", "java..", "org.jspecify..", ROOT + "api");
    }

    @Test
    void resolversNeedNothingButTheApiAndALogger() {
        onlyDependsOn(
                "resolver..",
                "java..",
                "javax.crypto..",
                "org.jspecify..",
                "org.slf4j..",
                ROOT + "api",
                ROOT + "resolver..");
    }

    private static void onlyDependsOn(String room, String... packages) {
        classes()
                .that()
                .resideInAPackage(ROOT + room)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages))
                .check(ALL);
    }

    @Test
    void jacksonIsInsideOfTheProgramOnly() {
        assertOnlyIn("com.fasterxml.jackson..", "app..");
        assertOnlyIn("org.yaml.snakeyaml..", "app..");
    }

    @Test
    void nativeLibrariesAreBehindTheKernelBoundary() {
        assertOnlyIn("com.sun.jna..", "linux..");
        assertOnlyIn("org.newsclub..", "linux..");
    }

    @Test
    void whatAProgramNeedsIsInTheProgramOnly() {
        assertOnlyIn("ch.qos.logback..", "app");
        assertOnlyIn("org.apache.commons.cli..", "app");
        assertOnlyIn("io.prometheus..", "app");
        assertOnlyIn("io.grpc..", "app..");
        assertOnlyIn("com.google.protobuf..", "app..");
    }

    private static void assertOnlyIn(String library, String... rooms) {
        String[] packages = Stream.of(rooms).map(ROOT::concat).toArray(String[]::new);
        noClasses()
                .that(not(resideInAnyPackage(packages)))
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .check(ALL);
    }

    /** Users of the library see neither the libraries that it uses nor the kernel boundary. */
    @Test
    void publicSignaturesNameNoLibraryAndNothingOfTheKernelBoundary() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + "api", ROOT + "runtime", ROOT + "resolver..")
                .and()
                .arePublic()
                .should(showOnlyJavaAndTypesForUsers())
                .check(ALL);
    }

    private static ArchCondition<JavaClass> showOnlyJavaAndTypesForUsers() {
        return new ArchCondition<>("show only Java's types and those for the library's users") {
            @Override
            public void check(JavaClass checked, ConditionEvents events) {
                Stream<JavaMember> visible = checked.getMembers().stream()
                        .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                                || member.getModifiers().contains(JavaModifier.PROTECTED));
                visible.forEach(member -> typesOf(member).stream()
                        .filter(type -> !isForUsers(type))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                member, member.getFullName() + " shows " + type.getName()))));
                Stream.concat(checked.getRawSuperclass().stream(), checked.getRawInterfaces().stream())
                        .filter(type -> !isForUsers(type))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                checked, checked.getName() + " extends " + type.getName())));
            }
        };
    }

    private static Set<JavaClass> typesOf(JavaMember member) {
        if (member instanceof JavaField field) {
            return field.getAllInvolvedRawTypes();
        }
        JavaCodeUnit method = (JavaCodeUnit) member;
        return Stream.concat(
                        method.getAllInvolvedRawTypes().stream(),
                        method.getExceptionTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()))
                .collect(Collectors.toSet());
    }

    private static boolean isForUsers(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        String room = base.getPackageName() + ".";
        return base.isPrimitive()
                || room.startsWith("java.")
                || room.startsWith(ROOT) && !room.startsWith(ROOT + "linux.");
    }
}
