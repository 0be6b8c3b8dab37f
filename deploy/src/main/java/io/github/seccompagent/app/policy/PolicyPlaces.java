package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.resolver.policy.Problem.Part;
import io.github.seccompagent.resolver.policy.Problem.Place;
import java.util.HashMap;
import java.util.Map;

/** Where the parts of a policy are in its file. */
final class PolicyPlaces {
    private final Map<Place, Finding.Place> places = new HashMap<>();
    private final Finding.Place start;

    /** @param start where the policy begins */
    PolicyPlaces(Finding.Place start) {
        this.start = start;
    }

    void put(Place part, Finding.Place place) {
        places.putIfAbsent(part, place);
    }

    /** The place of a part, or else of the smallest part around it. */
    Finding.Place of(Place part) {
        Place field = with(part, part.field(), "");
        Place whole = with(part, "", "");
        Place grant = new Place(Part.GRANT, part.grant(), -1, "", "");
        for (Place each : new Place[] {part, field, whole, grant}) {
            Finding.Place place = places.get(each);
            if (place != null) {
                return place;
            }
        }
        return start;
    }

    private static Place with(Place part, String field, String value) {
        return new Place(part.part(), part.grant(), part.index(), field, value);
    }
}
