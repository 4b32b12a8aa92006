#include "rules/parking.h"

#include <string.h>

/* A needs_input whose turn is still under way has its question on the screen: whoever answers there goes on at once. */
static bool rests_for_a_person(const struct parking_place *place) {
    bool waits = place->ticket == TICKET_IN_REVIEW || place->ticket == TICKET_NEEDS_INPUT;

    return place->runtime == RUNTIME_IDLE && waits && place->owns;
}

/* What cannot be told counts as if a person looked. */
static bool nobody_is_at_it(const struct parking_place *place) {
    return !place->ending && !place->awaited && place->watched == SEEN_NO;
}

bool parking_may(const struct parking_place *place, const char *workspace) {
    bool helps = !workspace || (place->workspace && strcmp(place->workspace, workspace) == 0 && !place->stays);

    return helps && rests_for_a_person(place) && nobody_is_at_it(place);
}

static bool before(const struct parking_place *a, const struct parking_place *b) {
    return a->rest_ms != b->rest_ms ? a->rest_ms > b->rest_ms : a->ticket_id < b->ticket_id;
}

int parking_choose(const struct parking_place *places, size_t count, const char *workspace) {
    int best = -1;

    for (size_t i = 0; i < count; i++)
        if (parking_may(&places[i], workspace) && (best < 0 || before(&places[i], &places[best])))
            best = (int)i;
    return best;
}
