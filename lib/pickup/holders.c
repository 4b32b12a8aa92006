#include "pickup/holders.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "run/site.h"
#include "store/slots.h"

enum { NAMED_MOST = 5 };

static void add_holder(const struct site *site, const struct slot *slot, struct text *out) {
    char key[KEY_SIZE] = "";

    if (slot->ticket_id)
        site_key(site, slot->ticket_id, key);
    text_addf(out, "%s %s%s%s", slot->name, slot->state == SLOT_QUARANTINED ? "quarantined" : "",
              slot->state == SLOT_QUARANTINED && *key ? " with work of " : "", key);
}

bool holders_add(const struct site *site, const char *workspace, struct text *out, struct err *err) {
    struct slot_list list = {0};
    bool ok = slots_list(site->board, site->config.host, &list, err);
    int named = 0;

    for (size_t i = 0; i < list.count; i++) {
        const struct slot *slot = &list.items[i];

        if (strcmp(slot->workspace, workspace) != 0 || slot->state == SLOT_FREE || named > NAMED_MOST)
            continue;
        text_add(out, named ? ", " : "");
        if (named < NAMED_MOST)
            add_holder(site, slot, out);
        else
            text_add(out, "and others");
        named++;
    }
    slot_list_release(&list);
    return ok;
}
