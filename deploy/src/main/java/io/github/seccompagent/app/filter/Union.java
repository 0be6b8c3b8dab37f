package io.github.seccompagent.app.filter;

import io.github.seccompagent.app.filter.Region.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds few and large regions that have the same arguments in them as many small ones. */
final class Union {
    private final List<Region> regions;

    private Union(List<Region> regions) {
        this.regions = new ArrayList<>(regions);
    }

    static List<Region> of(List<Region> regions) {
        Union union = new Union(regions);
        while (union.widenOne()) {
            union.removeContained();
        }
        union.removeContained();
        return union.regions;
    }

    /** Widens a region into another one. Returns false if none can be. */
    private boolean widenOne() {
        for (int i = 0; i < regions.size(); i++) {
            for (int j = 0; j < regions.size(); j++) {
                Region widened = i == j ? regions.get(i) : widened(regions.get(i), regions.get(j));
                if (!widened.equals(regions.get(i))) {
                    regions.set(i, widened);
                    return true;
                }
            }
        }
        return false;
    }

    private static Region widened(Region region, Region other) {
        Set<Part> parts = new TreeSet<>(region.restrictions().keySet());
        for (Part part : parts) {
            // What the region would have in it with the other's values there is in the other one.
            if (other.containsApartFrom(part, region)) {
                Ranges both = region.at(part).or(other.at(part));
                if (!both.equals(region.at(part))) {
                    return region.with(part, both);
                }
            }
        }
        return region;
    }

    private void removeContained() {
        for (int i = regions.size() - 1; i >= 0; i--) {
            Region each = regions.get(i);
            for (int j = 0; j < regions.size(); j++) {
                if (j != i && regions.get(j).contains(each)) {
                    regions.remove(i);
                    break;
                }
            }
        }
    }
}
