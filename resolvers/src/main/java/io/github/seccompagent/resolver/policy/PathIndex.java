package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the globs that match a path, among thousands: a tree of names, which is walked once. Not to be changed after it
 * was used.
 */
final class PathIndex {
    private final Node root = new Node();

    /** What globs can want after some names. */
    private static final class Node {
        Map<String, Node> literal = Map.of(); // most nodes need none of the three, and there are many nodes
        Map<String, Node> wild = Map.of();
        List<Integer> ends = List.of(); // rules with a glob that ends here
        Node anyDepth = this; // after the name **; this if there is none
        boolean isAnyDepth;

        Node child(String name) {
            if (name.equals(PathGlob.ANY_DEPTH)) {
                if (isAnyDepth) {
                    return this; // **/** is **
                }
                if (anyDepth == this) {
                    anyDepth = new Node();
                    anyDepth.isAnyDepth = true;
                    anyDepth.anyDepth = anyDepth;
                }
                return anyDepth;
            }
            if (PathGlob.isLiteral(name)) {
                literal = literal.isEmpty() ? new HashMap<>(1) : literal;
                return literal.computeIfAbsent(name, none -> new Node());
            }
            wild = wild.isEmpty() ? new HashMap<>(1) : wild;
            return wild.computeIfAbsent(name, none -> new Node());
        }

        void end(int rule) {
            ends = ends.isEmpty() ? new ArrayList<>(1) : ends;
            ends.add(rule);
        }
    }

    void add(PathGlob glob, int rule) {
        Node node = root;
        for (String name : glob.names()) {
            node = node.child(name);
        }
        node.end(rule);
    }

    /** The rules that have a glob that matches. A path that is not absolute matches nothing. */
    Set<Integer> matching(TargetString path) {
        String text = new String(path.bytes(), StandardCharsets.ISO_8859_1);
        if (!text.startsWith("/")) {
            return Set.of();
        }
        Set<Node> active = new LinkedHashSet<>();
        activate(root, active);
        for (int start = 1; start < text.length(); ) {
            int slash = text.indexOf('/', start);
            int end = slash < 0 ? text.length() : slash;
            active = after(text.substring(start, end), active);
            start = end + 1;
        }
        Set<Integer> rules = new HashSet<>();
        active.forEach(node -> rules.addAll(node.ends));
        return rules;
    }

    private static Set<Node> after(String name, Set<Node> active) {
        Set<Node> next = new LinkedHashSet<>();
        for (Node node : active) {
            if (node.isAnyDepth) {
                activate(node, next);
            }
            Node exact = node.literal.get(name);
            if (exact != null) {
                activate(exact, next);
            }
            node.wild.forEach((wanted, child) -> {
                if (PathGlob.matches(wanted, name)) {
                    activate(child, next);
                }
            });
        }
        return next;
    }

    private static void activate(Node node, Set<Node> nodes) {
        nodes.add(node);
        nodes.add(node.anyDepth);
    }
}
