#include "rules/panelog_past.h"

enum { AHEAD = 64 }; /* so many lines may have been left out in between */

static bool is_held(const struct panelog_past *past, uint64_t at) {
    return at < past->count && past->count - at <= PANELOG_PAST;
}

bool panelog_past_has(const struct panelog_past *past, uint64_t hash) {
    return hash && past->places[hash % PANELOG_PLACES].hash == hash &&
           is_held(past, past->places[hash % PANELOG_PLACES].at);
}

void panelog_past_add(struct panelog_past *past, uint64_t hash) {
    bool had = panelog_past_has(past, hash);

    past->lines[past->count % PANELOG_PAST] = hash;
    if (hash && !had) {
        past->places[hash % PANELOG_PLACES].hash = hash;
        past->places[hash % PANELOG_PLACES].at = past->count;
    }
    past->next += past->next == past->count; /* a new line is behind all the old ones */
    past->count++;
}

void panelog_past_redraw(struct panelog_past *past) {
    past->redraws = AHEAD;
    past->next = past->count;
}

/* Right behind the last one that came again, or wherever it is. */
static bool find_again(struct panelog_past *past, uint64_t hash) {
    for (uint64_t at = past->next; at < past->next + AHEAD && is_held(past, at); at++) {
        if (past->lines[at % PANELOG_PAST] != hash)
            continue;
        past->next = at + 1;
        return true;
    }
    if (!panelog_past_has(past, hash))
        return false;
    past->next = past->places[hash % PANELOG_PLACES].at + 1;
    return true;
}

bool panelog_past_is_again(struct panelog_past *past, uint64_t hash) {
    if (!past->redraws)
        return false;
    if (!find_again(past, hash)) {
        past->redraws--;
        return false;
    }
    past->redraws = past->next < past->count ? AHEAD : 0;
    return true;
}
