#include "run/last_hook.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "run/aftermath.h"
#include "run/hook.h"
#include "run/site.h"
#include "store/journal.h"

void last_hook_add(struct text *failed, const char *line) {
    if (*line)
        text_addf(failed, "%s%s", failed->len ? "; " : "", line);
}

static bool note_hook(const struct last_hook *last, const struct err *own, struct err *err) {
    last_hook_add(last->failed, own->text);
    return !last->slot->ticket_id || journal_add(last->site->board,
                                                 &(struct journal_row){.ticket_id = last->slot->ticket_id,
                                                                       .run_id = last->slot->run_id,
                                                                       .author = "mc-pickup",
                                                                       .kind = "hook_failed",
                                                                       .body = own->text,
                                                                       .now = clock_now()},
                                                 err);
}

bool last_hook_run(const struct last_hook *last, struct err *err) {
    const struct slot *slot = last->slot;
    struct err own = {0};
    char *dir = site_run_dir(last->site, slot->run_id), *mark = xasprintf("%s/before_remove", dir), *word = NULL;
    bool ok = true;

    if (!files_exists(mark)) {
        ok = aftermath_word(last->site, slot->run_id, &word, err) &&
             (hook_run(last->site,
                       &(struct hook_call){.workspace = last->workspace,
                                           .hook = HOOK_BEFORE_REMOVE,
                                           .ticket_id = slot->ticket_id,
                                           .run_id = slot->run_id,
                                           .slot = slot->path,
                                           .branch = slot->branch,
                                           .word = word},
                       &own) ||
              note_hook(last, &own, err));
        files_touch(mark);
    }
    err_release(&own);
    free(word);
    free(mark);
    free(dir);
    return ok;
}
