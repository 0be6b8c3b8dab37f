package io.github.seccompagent.app.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a condition compares an argument. The order is that of libseccomp's numbers, which start with 1. */
enum Comparison {
    NE("!="),
    LT("<"),
    LE("<="),
    EQ("=="),
    GE(">="),
    GT(">"),
    MASKED_EQ("&");

    private static final String PREFIX = "SCMP_CMP_";

    private final String sign;

    Comparison(String sign) {
        this.sign = sign;
    }

    static Optional<Comparison> of(String name) {
        return Arrays.stream(values())
                .filter(each -> name.equals(each.toString()))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Comparison::toString).toList();
    }

    int number() {
        return ordinal() + 1;
    }

    String sign() {
        return sign;
    }

    /** The name in profiles. */
    @Override
    public String toString() {
        return PREFIX + name();
    }
}
