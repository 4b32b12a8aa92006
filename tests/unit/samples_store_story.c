/* What the store reads of the story, of what is over, and of numbers that people look at. */
#define STORE_MORE 120
#include "samples_store.h"
#include "store/archive.h"
#include "store/checkup.h"
#include "store/counts.h"
#include "store/glimpse.h"
#include "store/notices.h"
#include "store/parking.h"
#include "store/push_fails.h"
#include "store/records.h"

static struct journal_look look_of(void) {
    return (struct journal_look){
        .ticket_id = ticket_id(), .run_id = any_of("run_id"), .kind = any_of("kind"), .since = moment()};
}

VERB(journal_list) {
    LIST(activity_list, journal_list(board, ticket_id(), &list, err), tell_activity, activity_list_release);
}

VERB(journal_tail) {
    const struct journal_tail tail = {.ticket_id = ticket_id(), .limit = draw(4)};
    struct journal_story story = {.earlier = 77};
    bool ok = journal_tail(board, &tail, &story, err);

    tell(out, story.earlier);
    for (size_t i = 0; i < story.last.count; i++)
        tell_activity(out, &story.last.items[i]);
    activity_list_release(&story.last);
    return ok;
}

VERB(journal_said) {
    const struct journal_look look = look_of();

    YES(journal_said(board, &look, &yes, err));
}

VERB(journal_last) {
    const struct journal_look look = look_of();

    TEXT(journal_last(board, &look, &word, err));
}

VERB(journal_end) {
    const struct journal_look look = look_of();

    TEXT(journal_end(board, &look, &word, err));
}

VERB(journal_newest) {
    const struct journal_kinds kinds = {.ticket_id = ticket_id(),
                                        .run_id = any_of("run_id"),
                                        .kind = any_of("kind"),
                                        .other = any_of("kind"),
                                        .since = moment()};

    ONE(activity, one, journal_newest(board, &kinds, &one, err));
}

VERB(journal_word) {
    const struct journal_turn turn = {.ticket_id = ticket_id(), .run_id = any_of("run_id"), .nonce = any_of("nonce")};

    TEXT(journal_word(board, &turn, &word, err));
}

VERB(journal_last_word) {
    struct journal_said_last last;
    bool ok;

    dirty(&last, sizeof last);
    ok = journal_last_word(board, ticket_id(), &last, err);
    tell_word(out, last.run_id);
    tell_word(out, last.body);
    journal_said_last_release(&last);
    return ok;
}

VERB(settings_get) {
    TEXT(settings_get(board, any_of("key"), &word, err));
}

static bool tell_record(void *to, const struct record_of *of, const struct record *record, struct err *err) {
    text_addf(to, "; %d.%lld", of->kind, (long long)of->ticket);
    for (size_t i = 0; i < record->count; i++) {
        text_addf(to, " %s %lld", record->items[i].name, (long long)record->items[i].number);
        tell_word(to, record->items[i].text);
    }
    return draw(60) || err_set(err, MC_IOERR, "full");
}

VERB(records_each) {
    return records_each(board, (enum record_kind)(RECORD_OF_TICKETS + draw(RECORD_COUNT - RECORD_OF_TICKETS)),
                        &(struct record_sink){tell_record, out}, err);
}

VERB(records_of_tickets) {
    const struct record_span span = {.from = draw(6), .to = 4 + draw(8)};

    return records_of_tickets(board, &span, &(struct record_sink){tell_record, out}, err);
}

VERB(records_read_back) {
    const struct record_span span = {.from = draw(6), .to = 4 + draw(8)};

    DONE(records_read_back(board, &span, err));
}

VERB(records_next) {
    const struct record_few few = {.after = draw(12), .count = 1 + draw(4)};
    int64_t ticket = 77;
    bool none = true, ok = records_next(board, &few, &ticket, err) && records_none(board, &none, err);

    tell(out, ticket);
    tell(out, none);
    return ok && records_settle(board, err);
}

VERB(archive_next) {
    const struct archive_want want = {.status = draw(2) ? TICKET_DONE : TICKET_CANCELLED,
                                      .before = moment() + 6000,
                                      .at = draw(2) ? moment() : 0,
                                      .after = draw(6)};
    struct archive_rows rows;
    bool ok;

    dirty(&rows, sizeof rows);
    ok = archive_next(board, &want, &rows, err);
    for (size_t i = 0; ok && i < rows.count; i++)
        text_addf(out, " %lld.%lld", (long long)rows.items[i].ticket, (long long)rows.items[i].closed_at);
    return ok;
}

VERB(archive_rests) {
    YES(archive_rests(board, ticket_id(), &yes, err));
}

/* Each time those behind the last ones. */
VERB(archive_requests) {
    int64_t before = moment() + 1000;
    struct request_ids ids = {0};
    bool ok = true;

    for (int i = 0; ok && i < 3; i++) {
        ok = archive_requests(board, before, &ids, err);
        tell(out, (int64_t)ids.count);
        for (size_t k = 0; k < ids.count; k++)
            tell_word(out, ids.items[k]);
    }
    ok = ok && archive_drop_requests(board, &ids, err);
    request_ids_release(&ids);
    tell(out, (int64_t)ids.count);
    return ok;
}

VERB(counts) {
    struct ticket_counts counts;
    int64_t untold = 77, since = 77;
    bool ok;

    dirty(&counts, sizeof counts);
    ok = counts_read(board, &counts, err) && counts_untold(board, &untold, &since, err);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        tell(out, counts.of[i]);
    tell(out, untold);
    tell(out, since);
    return ok;
}

VERB(counts_waiting) {
    struct waiting waiting;
    bool ok;

    dirty(&waiting, sizeof waiting);
    ok = counts_waiting(board, (enum ticket_status)draw(TICKET_STATUS_COUNT), &waiting, err);
    for (size_t i = 0; ok && i < waiting.count; i++)
        text_addf(out, " %lld.%lld", (long long)waiting.items[i].id, (long long)waiting.items[i].since);
    return ok;
}

VERB(glimpse_tickets) {
    const struct glimpse_want want = {
        .status = (enum ticket_status)draw(TICKET_STATUS_COUNT), .oldest = draw(2), .limit = 1 + draw(4)};

    LIST(ticket_list, glimpse_tickets(board, &want, &list, err), tell_ticket, ticket_list_release);
}

static struct glimpse_ticket glimpse(void) {
    return (struct glimpse_ticket){.id = ticket_id(), .width = 1 + draw(3), .limit = 1 + draw(3)};
}

VERB(glimpse_body) {
    TEXT(glimpse_body(board, &(struct glimpse_ticket){ticket_id(), 1 + draw(3), 1}, &word, err));
}

VERB(glimpse_story) {
    const struct glimpse_ticket of = glimpse();

    LIST(activity_list, glimpse_story(board, &of, &list, err), tell_activity, activity_list_release);
}

VERB(glimpse_runs) {
    const struct glimpse_ticket of = glimpse();

    LIST(run_list, glimpse_runs(board, &of, &list, err), tell_run, run_list_release);
}

VERB(glimpse_day) {
    struct glimpse_day day;
    bool ok;

    dirty(&day, sizeof day);
    day.from = moment() - 1000;
    day.to = moment() + 1000;
    ok = glimpse_day(board, &day, err);
    text_addf(out, " %lld %lld %lld %lld", (long long)day.started, (long long)day.finished, (long long)day.failed,
              (long long)day.waits);
    text_addf(out, " %lld %lld", (long long)day.median_ms, (long long)day.longest_ms);
    return ok;
}

static void tell_notice(struct text *out, const struct notice_row *row) {
    tell(out, row->id);
    tell_word(out, row->body);
}

VERB(notices_list) {
    LIST(notice_list, notices_list(board, 1 + draw(4), &list, err), tell_notice, notice_list_release);
}

static void tell_parked(struct text *out, const struct parking_row *row) {
    text_addf(out, " %d %d %d %d %lld", row->ticket, row->owns, row->awaited, row->ending, (long long)row->parked_at);
    tell_word(out, row->workspace);
    tell_runtime(out, &row->runtime);
}

VERB(parking_list) {
    const struct parking_want want = {.host = any_of("host"), .ticket_id = draw(2) ? ticket_id() : 0};

    LIST(parking_list, parking_list(board, &want, &list, err), tell_parked, parking_list_release);
}

static void tell_push(struct text *out, const struct push_fail *one) {
    tell(out, one->ticket);
    tell_word(out, one->why);
}

VERB(push_fails_list) {
    LIST(push_fail_list, push_fails_list(board, NOW + draw(2) * (PUSH_FAILS_DAYS * 86400000LL), &list, err), tell_push,
         push_fail_list_release);
}

VERB(checkup_newest) {
    NUMBER(checkup_newest(board, &number, err));
}

static const struct verb verbs[] = {
    NAMED(journal_list),  NAMED(journal_tail),    NAMED(journal_said),       NAMED(journal_last),
    NAMED(journal_end),   NAMED(journal_newest),  NAMED(journal_word),       NAMED(journal_last_word),
    NAMED(settings_get),  NAMED(records_each),    NAMED(records_of_tickets), NAMED(records_read_back),
    NAMED(records_next),  NAMED(archive_next),    NAMED(archive_rests),      NAMED(archive_requests),
    NAMED(counts),        NAMED(counts_waiting),  NAMED(glimpse_tickets),    NAMED(glimpse_body),
    NAMED(glimpse_story), NAMED(glimpse_runs),    NAMED(glimpse_day),        NAMED(notices_list),
    NAMED(parking_list),  NAMED(push_fails_list), NAMED(checkup_newest),     {NULL, NULL},
};

int main(int argc, char **argv) {
    return store_samples(argc, argv, "store_story", verbs);
}
