#include "pickup/stuck.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "pickup/state.h"
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

static bool is_strange(const struct site *site, const char *profile) {
    return profile ? !config_profile(&site->config, profile) : !site->config.profile;
}

/* The strange ones of which nothing was said yet; `marks` are the profiles of which it was. A pickup that is refused
 * because there is no default says that anyway. */
static bool is_new(const struct pickup *pickup, const struct ready_profile *one, const struct ready_profiles *marks) {
    if (!is_strange(&pickup->site, one->profile) || (!one->profile && pickup->report.outcome == OUTCOME_REFUSED))
        return false;
    for (size_t i = 0; i < marks->count; i++)
        if (strcmp(marks->items[i].profile, one->profile ? one->profile : "") == 0)
            return false;
    return true;
}

/* Said before, and over: no ready ticket names it any more, or it is configured by now. */
static bool is_over(const struct site *site, const char *mark, const struct ready_profiles *ready) {
    for (size_t i = 0; i < ready->count; i++) {
        const char *profile = ready->items[i].profile;

        if (strcmp(mark, profile ? profile : "") == 0)
            return !is_strange(site, profile);
    }
    return true;
}

static bool put_mark(struct pickup *pickup, const char *profile, bool on, struct err *err) {
    char *key = xasprintf("said:profile:%s", profile ? profile : "");
    bool ok = settings_put(pickup->site.board, key, on ? "1" : NULL, err);

    free(key);
    return ok;
}

static bool tell_strange(struct pickup *pickup, const struct ready_profile *one, struct err *err) {
    const char *file =
        pickup->site.config.file ? pickup->site.config.file : "a configuration (mc-ticket init makes one)";
    char *why = one->profile
                    ? xasprintf("profile %s is not configured, for this ticket and others that name it; add it to "
                                "\"profiles\" in %s",
                                one->profile, file)
                    : xasprintf("it names no profile, and no \"profile\" is set in %s", file);
    bool ok = put_mark(pickup, one->profile, true, err) && tell(pickup, one->ticket, why, err);

    free(why);
    return ok;
}

/* What is new and what is over by the marks. With `write` false only *any is told. */
static bool settle_marks(struct pickup *pickup, bool write, bool *any, struct err *err) {
    struct ready_profiles ready = {0}, marks = {0};
    bool ok = ready_profiles(pickup->site.board, &ready, err) && said_profiles(pickup->site.board, &marks, err);

    *any = false;
    for (size_t i = 0; ok && i < ready.count; i++)
        if (is_new(pickup, &ready.items[i], &marks)) {
            *any = true;
            ok = !write || tell_strange(pickup, &ready.items[i], err);
        }
    for (size_t i = 0; ok && i < marks.count; i++)
        if (is_over(&pickup->site, marks.items[i].profile, &ready)) {
            *any = true;
            ok = !write || put_mark(pickup, marks.items[i].profile, false, err);
        }
    ready_profiles_release(&ready);
    ready_profiles_release(&marks);
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
