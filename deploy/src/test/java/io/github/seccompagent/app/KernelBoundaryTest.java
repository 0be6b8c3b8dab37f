package io.github.seccompagent.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Says which packages of the kernel boundary each package may use. */
class KernelBoundaryTest {
    private static final String LINUX = "io.github.seccompagent.linux";

    /** Each uses those before it only. The last one is the root. */
    private static final List<String> ORDER = List.of(
            ".libc",
            ".fd",
            ".process",
            ".cgroup",
            ".notify",
            ".keeper",
            ".syscall",
            ".filter",
            ".mount",
            ".helper",
            ".peer",
            "");

    private static final JavaClasses ALL =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.github.seccompagent");

    @Test
    void everyPackageIsInTheOrder() {
        assertThat(ALL.that(resideInAPackage(LINUX + "..")))
                .extracting(JavaClass::getPackageName)
                .containsOnly(ORDER.stream().map(LINUX::concat).toArray(String[]::new));
    }

    @Test
    void eachPackageUsesThoseBeforeIt() {
        for (String each : ORDER) {
            String[] later = ORDER.subList(ORDER.indexOf(each) + 1, ORDER.size()).stream()
                    .map(LINUX::concat)
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(LINUX + each)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .check(ALL);
            }
        }
    }

    @Test
    void noCircleLeadsThroughThePackages() {
        slices().assignedFrom(new PackagesOfLinux()).should().beFreeOfCycles().check(ALL);
    }

    @Test
    void onlyTheKernelBoundaryUsesTheCLibrary() {
        noClasses()
                .that(not(resideInAPackage(LINUX + "..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(LINUX + ".libc..")
                .check(ALL);
    }

    /** One slice for each package, including the root. */
    private static final class PackagesOfLinux implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass each) {
            String name = each.getPackageName();
            return name.equals(LINUX) || name.startsWith(LINUX + ".")
                    ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "the packages of the kernel boundary";
        }
    }
}
