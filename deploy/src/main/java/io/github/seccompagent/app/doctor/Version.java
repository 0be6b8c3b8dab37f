package io.github.seccompagent.app.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbers of a version, such as 1.1.5. What follows them does not count. */
record Version(List<Integer> numbers) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?(?:\\.(\\d{1,6}))?");

    /** Of the first number in a text. Without one it is 0. */
    static Version of(String text) {
        List<Integer> numbers = new ArrayList<>();
        Matcher form = FORM.matcher(text);
        boolean found = form.find();
        for (int group = 1; group <= form.groupCount(); group++) {
            String digits = found ? form.group(group) : null;
            numbers.add(digits == null ? 0 : Integer.parseInt(digits));
        }
        return new Version(List.copyOf(numbers));
    }

    boolean isOlderThan(Version other) {
        for (int i = 0; i < numbers.size(); i++) {
            int difference = Integer.compare(numbers.get(i), other.numbers.get(i));
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return numbers.get(0) + "." + numbers.get(1) + "." + numbers.get(2);
    }
}
