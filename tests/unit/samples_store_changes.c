/* What the store changes of messages, effects, slots, settings and records. */
#include "samples_store.h"
#include "store/archive.h"
#include "store/notices.h"
#include "store/push_fails.h"
#include "store/records.h"

VERB(messages_add) {
    const struct message_new message = {.ticket_id = ticket_id(),
                                        .author = draw(2) ? MESSAGE_AGENT : some("author"),
                                        .body = "text",
                                        .purpose = (enum message_purpose)draw(MESSAGE_PURPOSE_COUNT),
                                        .aside = draw(2),
                                        .alone = draw(2),
                                        .next_at = draw(2) ? moment() : 0,
                                        .now = NOW};

    NUMBER(messages_add(board, &message, &number, err));
}

static struct message_turn turn_of(void) {
    return (struct message_turn){
        .ticket_id = ticket_id(), .id = 1 + draw(60), .run_id = any_of("run_id"), .nonce = any_of("nonce")};
}

VERB(messages_send) {
    const struct message_turn turn = turn_of();

    COUNTED(messages_send(board, &turn, &count, err));
}

VERB(messages_take) {
    const struct message_turn turn = turn_of();

    CHANGED(messages_take(board, &turn, &changed, err));
}

VERB(messages_postpone) {
    const struct message_postpone postpone = {.id = 1 + draw(60), .error = some("error"), .next_at = moment()};

    DONE(messages_postpone(board, &postpone, err));
}

VERB(messages_drop) {
    DONE(messages_drop(board, 1 + draw(60), err));
}

VERB(messages_settle) {
    const struct message_settle settle = {.run_id = any_of("run_id"),
                                          .nonce = some("nonce"),
                                          .to = (enum message_status)draw(MESSAGE_STATUS_COUNT),
                                          .error = some("error"),
                                          .count = draw(2),
                                          .next_at = draw(2) ? moment() : 0,
                                          .now = NOW};

    COUNTED(messages_settle(board, &settle, &count, err));
}

VERB(messages_hold) {
    const struct message_hold hold = {.ticket_id = ticket_id(), .until = moment()};

    COUNTED(messages_hold(board, &hold, &count, err));
}

VERB(messages_drop_ours) {
    DONE(messages_drop_ours(board, ticket_id(), err));
}

VERB(messages_give_back) {
    const char *run = any_of("run_id");

    DONE(messages_give_back(board, run, some("error"), err));
}

static struct effect_write effect_of(void) {
    return (struct effect_write){.run_id = any_of("run_id"),
                                 .kind = (enum effect_kind)draw(EFFECT_KIND_COUNT),
                                 .state = (enum effect_state)draw(EFFECT_STATE_COUNT),
                                 .detail = some("detail"),
                                 .now = NOW};
}

VERB(effects_intend) {
    const struct effect_write effect = effect_of();

    DONE(effects_intend(board, &effect, err));
}

VERB(effects_result) {
    const struct effect_write effect = effect_of();

    CHANGED(effects_result(board, &effect, &changed, err));
}

static struct journal_row row_of(void) {
    return (struct journal_row){.ticket_id = ticket_id(),
                                .run_id = some("run_id"),
                                .author = some("author"),
                                .kind = any_of("kind"),
                                .body = some("body"),
                                .now = NOW};
}

VERB(journal_add) {
    const struct journal_row row = row_of();

    DONE(journal_add(board, &row, err));
}

VERB(journal_add_once) {
    const struct journal_row row = row_of();

    CHANGED(journal_add_once(board, &row, &changed, err));
}

VERB(settings_put) {
    const char *key = any_of("key");

    DONE(settings_put(board, key, some("value"), err));
}

VERB(requests) {
    const struct request_answer answer = {
        .id = any_of("value"), .act = some("act"), .answer = some("answer"), .now = NOW};
    struct request_first first;
    bool ok;

    dirty(&first, sizeof first);
    ok = requests_begin(board, answer.id, &first, err);
    tell_word(out, first.act);
    tell_word(out, first.answer);
    request_first_release(&first);
    return ok && (draw(2) ? requests_end(board, &answer, err) : requests_drop(board, answer.id, err));
}

static struct slot_change slot_of(void) {
    return (struct slot_change){.name = any_of("slot"),
                                .run_id = some("run_id"),
                                .branch = some("branch"),
                                .note = some("note"),
                                .head = some("head")};
}

VERB(slots_set_branch) {
    const struct slot_change change = slot_of();

    CHANGED(slots_set_branch(board, &change, &changed, err));
}

VERB(slots_note) {
    const struct slot_change change = slot_of();

    CHANGED(slots_note(board, &change, &changed, err));
}

VERB(slots_quarantine) {
    const struct slot_change change = slot_of();

    CHANGED(slots_quarantine(board, &change, &changed, err));
}

VERB(slots_free) {
    const struct slot_change change = slot_of();

    CHANGED(slots_free(board, &change, &changed, err));
}

VERB(slots_drop) {
    struct slot seen = {0};
    bool changed = true, ok = slots_get(board, any_of("slot"), &seen, err);

    if (seen.name && draw(3) == 0)
        xreplace(&seen.head, some("head"));
    ok = ok && (!seen.name || slots_drop(board, &seen, &changed, err));
    tell(out, changed);
    slot_release(&seen);
    return ok;
}

VERB(slots_take) {
    const struct slot_pool pool = {.workspace = draw(2) ? "v" : "w", .folder = "/p", .size = draw(6)};
    const struct slot_want want = {.host = any_of("host"),
                                   .run_id = any_of("run_id"),
                                   .ticket_id = ticket_id(),
                                   .pool = &pool,
                                   .after = draw(4),
                                   .now = NOW};
    struct slot slot;
    bool ok;

    dirty(&slot, sizeof slot);
    ok = slots_next(board, &want, &slot, err) && (!slot.name || slots_take(board, &want, &slot, err));
    tell_slot(out, &slot);
    slot_release(&slot);
    return ok;
}

VERB(breakers_put) {
    const struct breaker one = drawn_breaker();

    DONE(breakers_put(board, things[draw(THINGS)], &one, err));
}

VERB(breakers_try) {
    const struct breakers_need need = drawn_need();

    DONE(breakers_try(board, &need, err));
}

VERB(breakers_put_off) {
    int64_t id = 1 + draw(60);

    DONE(breakers_put_off(board, id, moment(), err));
}

VERB(breakers_prove) {
    const struct breakers_proof proof = {
        .profile = some("profile"), .workspace = some("workspace"), .endpoint = draw(2), .turn = draw(2)};

    DONE(breakers_prove(board, &proof, err));
}

VERB(breakers_close) {
    COUNTED(breakers_close(board, draw(4) ? things[draw(THINGS)] : NULL, &count, err));
}

VERB(stuck_take) {
    LIST(stuck_list, stuck_take(board, &list, err), tell_stuck, stuck_list_release);
}

VERB(archive_key) {
    DONE(archive_key(board, ticket_id(), err));
}

VERB(notices_add) {
    const struct notice_new notice = {.event = any_of("event"),
                                      .run_id = some("run_id"),
                                      .body = "text",
                                      .ticket = draw(2) ? ticket_id() : 0,
                                      .now = NOW};

    DONE(notices_add(board, &notice, err));
}

VERB(notices_remove) {
    DONE(draw(6) ? notices_remove(board, 1 + draw(60), err) : notices_clear(board, err));
}

VERB(notices_take) {
    CHANGED(notices_take(board, 1 + draw(60), &changed, err));
}

VERB(push_fails_put) {
    int64_t id = ticket_id();

    DONE(push_fails_put(board, id, draw(2) ? "denied" : NULL, err));
}

/* The rows of one board under other numbers, or with a column too much. */
static bool put_record(void *to, const struct record_of *of, const struct record *record, struct err *err) {
    struct record other = *record;
    struct record_of which = *of;

    if (draw(8) == 0 && other.count < RECORD_WIDTH)
        snprintf(other.items[other.count++].name, RECORD_NAME_SIZE, "%s", draw(2) ? "nowhere" : "id");
    if (draw(6) == 0 && other.count)
        other.count--;
    for (size_t i = 0; i < other.count; i++)
        if (!other.items[i].text && strcmp(other.items[i].name, "id") == 0 && draw(4))
            other.items[i].number += 100;
    if (of->kind == RECORD_NEEDS)
        return true; /* put by tickets_need */
    which.ticket += which.ticket && draw(2) ? 1 : 0;
    which.unasked = draw(2);
    if (!records_put(to, &which, &other, err))
        return false;
    return draw(4);
}

VERB(records_put) {
    const struct record_span span = {.from = 1 + draw(8), .to = 9 + draw(4)};
    const struct record_sink sink = {put_record, board};

    (void)out;
    return draw(2) ? records_of_tickets(board, &span, &sink, err)
                   : records_each(board, (enum record_kind)(RECORD_OF_TICKETS + draw(RECORD_COUNT - RECORD_OF_TICKETS)),
                                  &sink, err);
}

VERB(records_clear_settings) {
    DONE(records_clear_settings(board, err));
}

VERB(records_unarchive) {
    DONE(records_unarchive(board, ticket_id(), err));
}

VERB(records_drop) {
    DONE(records_drop(board, ticket_id(), err));
}

static bool tell_needy(void *to, int64_t ticket, struct err *err) {
    tell(to, ticket);
    return draw(3) || err_set(err, MC_IOERR, "full");
}

VERB(records_drop_behind) {
    return records_drop_behind(board, ticket_id(), &(struct record_needy){tell_needy, out}, err);
}

static const struct verb verbs[] = {
    NAMED(messages_add),
    NAMED(messages_send),
    NAMED(messages_take),
    NAMED(messages_postpone),
    NAMED(messages_drop),
    NAMED(messages_settle),
    NAMED(messages_hold),
    NAMED(messages_drop_ours),
    NAMED(messages_give_back),
    NAMED(effects_intend),
    NAMED(effects_result),
    NAMED(journal_add),
    NAMED(journal_add_once),
    NAMED(settings_put),
    NAMED(requests),
    NAMED(slots_set_branch),
    NAMED(slots_note),
    NAMED(slots_quarantine),
    NAMED(slots_free),
    NAMED(slots_drop),
    NAMED(slots_take),
    NAMED(breakers_put),
    NAMED(breakers_try),
    NAMED(breakers_put_off),
    NAMED(breakers_prove),
    NAMED(breakers_close),
    NAMED(stuck_take),
    NAMED(archive_key),
    NAMED(notices_add),
    NAMED(notices_remove),
    NAMED(notices_take),
    NAMED(push_fails_put),
    NAMED(records_put),
    NAMED(records_clear_settings),
    NAMED(records_unarchive),
    NAMED(records_drop),
    NAMED(records_drop_behind),
    {NULL, NULL},
};

int main(int argc, char **argv) {
    return store_samples(argc, argv, "store_changes", verbs);
}
