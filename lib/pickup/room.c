#include "pickup/room.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pickup/look.h"
#include "pickup/park.h"
#include "pickup/slots.h"
#include "pickup/state.h"

enum { PARKS_MAX = 3 };

static void give_up(struct room *room, const struct claim_look *found) {
    struct pickup *pickup = room->pickup;
    const struct config *config = &pickup->site.config;

    if (!room->full.waiting)
        room->full = *found;
    if (!pickup->hopeless)
        pickup->hopeless = xcalloc(config->workspace_count, sizeof *pickup->hopeless);
    for (size_t i = 0; i < config->workspace_count; i++)
        if (text_same(config->workspaces[i].name, found->workspace))
            pickup->hopeless[i] = true;
}

bool room_make(struct room *room, struct claim_look *found, bool *again, struct err *err) {
    struct pickup *pickup = room->pickup;
    bool made;

    *again = false;
    if (!found->waiting || room->parks >= PARKS_MAX)
        return true;
    if (found->workspace && !slots_foresee(pickup, found->workspace, err))
        return false;
    if (pickup->vacant.name) {
        found->id = found->waiting;
        return true;
    }
    if (!park_one(pickup, found, &made, err))
        return false;
    if (made) {
        room->parks++;
        *again = !pickup->dry;
        found->id = pickup->dry ? found->waiting : found->id;
    } else if (found->workspace && !pickup->ticket) {
        give_up(room, found);
        *again = true;
    } else {
        room->parks = PARKS_MAX;
    }
    return true;
}

bool room_say(struct room *room, const struct claim_look *found, struct err *err) {
    bool full = found->found == CLAIM_POOL || found->found == CLAIM_LIVE;

    return look_full(room->pickup, full || !room->full.waiting ? found : &room->full, err);
}

void room_end(struct room *room) {
    free(room->pickup->hopeless);
    room->pickup->hopeless = NULL;
}
