#include "run/asking.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "rules/key.h"
#include "rules/record.h"
#include "run/ended.h"
#include "run/notify.h"
#include "run/reply.h"
#include "run/site.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { REASON_MAX = 400 };

bool asking_say(const struct ending *ending, struct journal_row row, struct err *err) {
    const struct over *over = ending->over;

    row.ticket_id = over->ticket;
    row.run_id = over->run_id;
    row.author = over->author ? over->author : "agent";
    row.now = ending->now;
    return journal_add(ending->site->board, &row, err);
}

bool asking_move(struct ending *ending, enum ticket_status to, const char *reason, struct err *err) {
    bool changed = false;

    if (!tickets_move(ending->site->board,
                      &(struct ticket_move){.id = ending->over->ticket,
                                            .from = ending->ticket.status,
                                            .to = to,
                                            .run_id = ending->over->run_id,
                                            .failure_reason = reason,
                                            .attempts = -1,
                                            .now = ending->now},
                      &changed, err))
        return false;
    if (!changed)
        return err_set(err, MC_SOFTWARE, "ticket %lld: its row did not change inside its own transaction",
                       (long long)ending->over->ticket);
    ending->done->to = to;
    return true;
}

/* "quiet: the agent's turn ended without a word on it: the last reply's beginning" */
static void write_reason(struct text *out, const struct ending *ending) {
    const struct over *over = ending->over;
    const struct over_ruling *ruling = &ending->done->ruling;
    const char *detail = over->fault == FAULT_NONE ? over->reply : over->detail;
    size_t n = over->fault == FAULT_NONE ? over->reply_len : detail ? strlen(detail) : 0;

    text_addf(out, "%s: %s", ruling->reason, ruling->why);
    if (!n)
        return;
    text_add(out, over->fault == FAULT_NONE ? "; its last reply: " : ": ");
    clean_line(out, detail, n, REASON_MAX);
}

/* `told`: for notify. */
static void write_record(const struct ending *ending, const char *reason, struct text *out, struct text *told) {
    const struct over_ruling *ruling = &ending->done->ruling;
    const struct over *over = ending->over;
    const struct reply kept = {.run_id = over->run_id, .nonce = over->nonce, .rank = over_reply_rank(&ending->facts)};
    char *reply = over->reply ? reply_file(ending->site, &kept) : NULL;
    char key[KEY_SIZE];
    struct record record = {.status = ticket_status_name(TICKET_NEEDS_INPUT),
                            .summary = reason,
                            .root_cause = ruling->why,
                            .safe_retry = true,
                            .stop_condition = "its agent is kept and gets no turn of ours before a person has spoken",
                            .human_input_required = true};

    site_key(ending->site, over->ticket, key);
    if (ruling->next)
        argv_add(&record.next_actions, ruling->next);
    argv_addf(&record.next_actions, "look with mc-ticket attach %s, then mc-ticket answer %s TEXT", key, key);
    argv_addf(&record.artifacts, "ticket:%s", key);
    argv_addf(&record.artifacts, "run:%s", over->run_id);
    if (reply)
        argv_addf(&record.artifacts, "reply:%s", reply);
    record_text(out, &record);
    record_told(told, &record);
    record_release(&record);
    free(reply);
}

bool asking_tell(const struct ending *ending, const char *text, const char *record, struct err *err) {
    return notice_add(ending->site,
                      &(struct notice){.ticket = ending->over->ticket,
                                       .run_id = ending->over->run_id,
                                       .to = ending->done->to,
                                       .text = text,
                                       .record = record},
                      err);
}

static bool settle_run(const struct ending *ending, const char *reason, struct err *err) {
    return runs_settle(ending->site->board,
                       &(struct run_settle){.run_id = ending->over->run_id,
                                            .outcome = RUN_ASKED,
                                            .class = ending->done->ruling.reason,
                                            .detail = reason,
                                            .now = ending->now},
                       NULL, err);
}

bool asking_person(struct ending *ending, struct err *err) {
    struct board *board = ending->site->board;
    struct text reason = {0}, record = {0}, told = {0};
    const char *why, *whole;
    bool ok;

    write_reason(&reason, ending);
    why = text_str(&reason);
    write_record(ending, why, &record, &told);
    whole = text_str(&record);
    ending->runtime.quiet = 0;
    ok = asking_move(ending, TICKET_NEEDS_INPUT, why, err) && runtimes_set_quiet(board, &ending->runtime, err) &&
         messages_drop_ours(board, ending->over->ticket, err) && settle_run(ending, why, err) &&
         asking_say(ending, (struct journal_row){.kind = "terminal_state", .body = whole}, err) &&
         asking_tell(ending, text_str(&told), whole, err);
    text_release(&told);
    text_release(&record);
    text_release(&reason);
    return ok;
}
