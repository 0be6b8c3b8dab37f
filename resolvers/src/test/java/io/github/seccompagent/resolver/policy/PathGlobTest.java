package io.github.seccompagent.resolver.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.seccompagent.api.TargetString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathGlobTest {
    private static boolean matches(String glob, String path) {
        PathIndex index = new PathIndex();
        index.add(PathGlob.of(glob), 7);
        return index.matching(TargetString.of(path)).equals(Set.of(7));
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/**, /etc/a, true",
        "/etc/**, /etc/a/b, true",
        "/etc/**, /etc, true",
        "/etc/**, /etcetera, false",
        "/etc/*, /etc/a, true",
        "/etc/*, /etc/a/b, false",
        "/etc/*, /etc, false",
        "/a/**/b, /a/b, true",
        "/a/**/b, /a/x/y/b, true",
        "/a/**/b, /a/x/b/c, false",
        "/**, /, true",
        "/, /, true",
        "/, /a, false",
        "/a?c, /abc, true",
        "/a?c, /aäc, true",
        "/a?c, /ac, false",
        "/*.conf, /x.conf, true",
        "/*.conf, /.conf, true",
        "/*a*b, /xaxxaxb, true",
        "/a\\*, /a*, true",
        "/a\\*, /ab, false",
        "/ä*, /äß, true",
        "/a/\\*\\*, /a/**, true",
        "/a/\\*\\*, /a/b, false",
        "/a/\\*\\*, /a, false",
    })
    void globsMatchWholePaths(String glob, String path, boolean expected) {
        assertThat(matches(glob, path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "etc/**", "/a//b", "/a/", "/./a", "/a/..", "/a**", "/a\\", "//"})
    void globsThatCannotMatchAreRefused(String glob) {
        assertThatIllegalArgumentException().isThrownBy(() -> PathGlob.of(glob));
    }

    /** Against Java's regular expressions. */
    @Test
    void manyGlobsTogetherMatchAsEachByItself() {
        Random random = new Random(19);
        for (int round = 0; round < 500; round++) {
            PathIndex index = new PathIndex();
            List<Pattern> patterns = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String glob = path(random, "a", "b", "*", "?", "**", "a*", "*b", "a?");
                index.add(PathGlob.of(glob), i);
                patterns.add(regex(glob));
            }
            for (int i = 0; i < 20; i++) {
                String path = path(random, "a", "b", "ab", "aab", "abb", "c");
                Set<Integer> expected = new TreeSet<>();
                for (int p = 0; p < patterns.size(); p++) {
                    if (patterns.get(p).matcher(path + "/").matches()) {
                        expected.add(p);
                    }
                }
                assertThat(new TreeSet<>(index.matching(TargetString.of(path))))
                        .as("%s in %s", path, patterns)
                        .isEqualTo(expected);
            }
        }
    }

    private static String path(Random random, String... names) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            path.append('/').append(names[random.nextInt(names.length)]);
        }
        return path.toString();
    }

    /** For paths with a slash at the end. */
    private static Pattern regex(String glob) {
        StringBuilder regex = new StringBuilder("/");
        for (String name : glob.substring(1).split("/")) {
            regex.append(
                    name.equals("**") ? "([^/]+/)*" : name.replace("*", "[^/]*").replace("?", "[^/]") + "/");
        }
        return Pattern.compile(regex.toString());
    }
}
