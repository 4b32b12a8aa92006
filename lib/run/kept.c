#include "run/kept.h"

#include "base/mem.h"
#include "base/text.h"
#include "rules/rows.h"
#include "store/journal.h"
#include "store/runtimes.h"

char *kept_ref(const char *key, const char *run_id) {
    return xasprintf("refs/mc/preserved/%s/%s", key, run_id);
}

/* The rows of a story are numbered as they come, whatever the clock says. */
static bool find_row(struct board *board, const struct journal_kinds *kinds, int64_t *id, struct err *err) {
    struct activity row;
    bool ok = journal_newest(board, kinds, &row, err);

    *id = ok ? row.id : 0;
    if (ok)
        activity_release(&row);
    return ok;
}

bool kept_late(struct board *board, const struct kept_late *asked, bool *late, struct err *err) {
    const struct run *run = asked->run, *later = asked->later;
    const struct journal_kinds preserved = {run->ticket_id, run->run_id, "preserved", "preserved", 0};
    const struct journal_kinds claimed = {later->ticket_id, later->run_id, "claimed", "claimed", 0};
    int64_t kept, began;

    *late = false;
    if (!run->preserved)
        return true;
    if (!find_row(board, &preserved, &kept, err) || !find_row(board, &claimed, &began, err))
        return false;
    return began == 0 || kept < began || effects_spawned(board, run->run_id, late, err);
}

bool kept_overtaken(const char *run_id, const struct run_list *runs) {
    const struct run *own = NULL;

    for (size_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->items[i];

        if (text_same(run->run_id, run_id))
            own = run;
        else if (own && run->branch && text_same(run->workspace, own->workspace))
            return true;
    }
    return false;
}
