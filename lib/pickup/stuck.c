#include "pickup/stuck.h"

#include <string.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "pickup/state.h"
#include "run/here.h"
#include "store/claim.h"
#include "store/journal.h"
#include "store/queue.h"

static bool tell(struct pickup *pickup, int64_t ticket, const char *why, struct err *err) {
    char key[KEY_SIZE];

    site_key(&pickup->site, ticket, key);
    report_warn(&pickup->report, "%s: it can never be picked up: %s", key, why);
    return journal_add(
        pickup->site.board,
        &(struct journal_row){
            .ticket_id = ticket, .author = "mc-pickup", .kind = "stuck", .body = why, .now = clock_now()},
        err);
}

static bool tell_waiting(struct pickup *pickup, struct err *err) {
    struct stuck_list list = {0};
    bool ok = stuck_take(pickup->site.board, &list, err);

    for (size_t i = 0; ok && i < list.count; i++) {
        char key[KEY_SIZE];
        char *why;

        site_key(&pickup->site, list.items[i].needs, key);
        why = xasprintf("it waits for %s, which was cancelled; mc-ticket reopen %s, or cancel this one too", key, key);
        ok = tell(pickup, list.items[i].ticket, why, err);
        free(why);
    }
    stuck_list_release(&list);
    return ok;
}

/* The setting that marks what is said of tickets of this kind; NULL: they can be picked up, perhaps by another machine.
 * New string. */
static char *mark_of(const struct site *site, const struct ready_kind *kind) {
    switch (here_place(site, kind->profile, kind->workspace)) {
    case PLACE_NO_PROFILE:
    case PLACE_NO_DEFAULT:
        return xasprintf("said:profile:%s", kind->profile ? kind->profile : "");
    case PLACE_NO_WORKSPACE:
        return xasprintf("said:workspace:%s", kind->workspace ? kind->workspace : "");
    case PLACE_HERE:
    case PLACE_OTHER_PROFILE:
    case PLACE_OTHER_WORKSPACE:
        break;
    }
    return NULL;
}

/* Nothing was said of such a one yet. A pickup that is refused because there is no default says that anyway. */
static bool is_new(const struct pickup *pickup, const char *mark, const struct argv *marks) {
    bool refused = pickup->report.outcome == OUTCOME_REFUSED && strcmp(mark, "said:profile:") == 0;

    return !refused && !argv_has(marks, mark);
}

static char *why_of(const struct site *site, const struct ready_kind *kind) {
    const struct config *config = &site->config;
    const char *file = config->file ? config->file : "a configuration (mc-ticket init makes one)";
    enum here_place place = here_place(site, kind->profile, kind->workspace);
    char *misplaced, *why;

    if (place == PLACE_NO_PROFILE)
        return xasprintf("profile %s is not configured, for this ticket and others that name it; add it to "
                         "\"profiles\" in %s",
                         kind->profile, file);
    if (place == PLACE_NO_DEFAULT)
        return xasprintf("it names no profile, and no \"profile\" is set in %s", file);
    misplaced = config_misplaced(config, kind->workspace);
    why = xasprintf("%s, for this ticket and others like it; add it to %s in %s", misplaced,
                    config_missing_key(kind->workspace), file);
    free(misplaced);
    return why;
}

static bool tell_strange(struct pickup *pickup, const struct ready_kind *kind, const char *mark, struct err *err) {
    char *why = why_of(&pickup->site, kind);
    bool ok = settings_put(pickup->site.board, mark, "1", err) && tell(pickup, kind->ticket, why, err);

    free(why);
    return ok;
}

struct marking {
    struct argv now;  /* of ready tickets that cannot be picked up */
    struct argv said; /* on the board */
    bool write, any;
};

/* What is new by the marks. */
static bool mark_new(struct pickup *pickup, struct marking *marking, struct err *err) {
    struct ready_kinds ready = {0};
    bool ok = ready_kinds(pickup->site.board, &ready, err);

    for (size_t i = 0; ok && i < ready.count; i++) {
        char *mark = mark_of(&pickup->site, &ready.items[i]);

        if (mark && !argv_has(&marking->now, mark)) {
            argv_add(&marking->now, mark);
            if (is_new(pickup, mark, &marking->said)) {
                marking->any = true;
                ok = !marking->write || tell_strange(pickup, &ready.items[i], mark, err);
            }
        }
        free(mark);
    }
    ready_kinds_release(&ready);
    return ok;
}

/* What is over: no ready ticket names it any more, or it is configured by now. */
static bool mark_over(struct pickup *pickup, struct marking *marking, struct err *err) {
    bool ok = true;

    for (size_t i = 0; ok && i < marking->said.count; i++)
        if (!argv_has(&marking->now, marking->said.items[i])) {
            marking->any = true;
            ok = !marking->write || settings_put(pickup->site.board, marking->said.items[i], NULL, err);
        }
    return ok;
}

/* With `write` false only *any is told. */
static bool settle_marks(struct pickup *pickup, bool write, bool *any, struct err *err) {
    struct marking marking = {.write = write};
    bool ok = said_marks(pickup->site.board, &marking.said, err) && mark_new(pickup, &marking, err) &&
              mark_over(pickup, &marking, err);

    *any = marking.any;
    argv_release(&marking.now);
    argv_release(&marking.said);
    return ok;
}

bool speak_of_stuck(struct pickup *pickup, const struct claim_look *look, struct err *err) {
    struct board *board = pickup->site.board;
    bool strange = false, ignored;

    if (pickup->dry || pickup->ticket || (!look->ready && !look->new_stuck && !look->said))
        return true;
    if (look->ready || look->said)
        if (!settle_marks(pickup, false, &strange, err))
            return false;
    if (!strange && !look->new_stuck)
        return true;
    if (board_begin(board, err) && (!strange || settle_marks(pickup, true, &ignored, err)) &&
        (!look->new_stuck || tell_waiting(pickup, err)) && board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}
