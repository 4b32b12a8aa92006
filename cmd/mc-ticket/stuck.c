#include "stuck.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "call.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/queue.h"

enum { WARNINGS_MAX = 20 };

/* Whoever was told its name knows. */
static bool forget(const struct site *site, const struct stuck_list *list, struct err *err) {
    bool ok = board_begin(site->board, err);

    for (size_t i = 0; ok && i < list->count && i < WARNINGS_MAX; i++) {
        char *key = xasprintf("stuck:%lld", (long long)list->items[i].ticket);

        ok = settings_put(site->board, key, NULL, err);
        free(key);
    }
    if (ok && board_commit(site->board, err))
        return true;
    board_rollback(site->board);
    return false;
}

static void name_all(const struct site *site, const struct stuck_list *list) {
    for (size_t i = 0; i < list->count && i < WARNINGS_MAX; i++) {
        char waiting[KEY_SIZE], needed[KEY_SIZE];

        site_key(site, list->items[i].ticket, waiting);
        site_key(site, list->items[i].needs, needed);
        fprintf(stderr, "mc-ticket: %s waits for %s, which was cancelled, for ever: reopen %s, or cancel %s too\n",
                waiting, needed, needed, waiting);
    }
    if (list->count > WARNINGS_MAX)
        fprintf(stderr, "mc-ticket: and %zu tickets more; mc-ticket list shows them\n", list->count - WARNINGS_MAX);
}

void stuck_warn(const struct call *call, struct stuck_list *list, struct err *err) {
    if (!err->text && list->count) {
        name_all(&call->site, list);
        (void)forget(&call->site, list, err);
    }
    call_afterthought(err);
    stuck_list_release(list);
}
