/* A text for the agent: a note that goes along with its next turn, or a turn of its own that waits. */
#include "base/err.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "run/resume.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"

struct saying {
    const struct desk_telling *telling;
    struct desk_case one;
    bool live; /* its agent is there to be spoken to */
    bool turn; /* asked for by somebody else than the agent: what that tells itself begins nothing */
};

static bool judge(const struct saying *saying, struct err *err) {
    const struct desk_case *one = &saying->one;
    enum ticket_status status = one->ticket.status;

    return (status != TICKET_DONE && status != TICKET_CANCELLED) ||
           err_set(err, MC_DATAERR, "%s is %s, and nobody works on it any more; mc-ticket reopen %s, then tell it",
                   one->key, ticket_status_name(status), one->key);
}

/* A turn of its own goes to an agent that rests for a person, as an answer or a rejection would. */
static bool resumes(const struct saying *saying) {
    enum ticket_status status = saying->one.ticket.status;

    return saying->turn && saying->live && (status == TICKET_IN_REVIEW || status == TICKET_NEEDS_INPUT);
}

static const char *when(const struct saying *saying) {
    if (saying->one.ticket.status == TICKET_IN_PROGRESS || resumes(saying))
        return saying->turn ? "the next mc-pickup hands it to its agent when that is free"
                            : "it goes along with its agent's next turn";
    return saying->turn ? "no agent is there: it goes with its next run" : "it goes along with its next turn";
}

static bool write_rows(struct desk *desk, const struct saying *saying, int64_t *id, struct err *err) {
    struct board *board = desk->site->board;
    const struct desk_telling *telling = saying->telling;
    const struct message_new message = {.ticket_id = telling->ticket,
                                        .author = desk->agent ? MESSAGE_AGENT : desk->by,
                                        .body = telling->text,
                                        .aside = !saying->turn,
                                        .alone = saying->turn && telling->alone,
                                        .now = desk->now};
    const struct resume again = {.ticket = &saying->one.ticket, .by = desk->by, .why = "send", .now = desk->now};

    return messages_add(board, &message, id, err) &&
           desk_note(desk, &saying->one, (struct journal_row){.kind = "note", .body = telling->text}, err) &&
           (!resumes(saying) || resume(desk->site, &again, err));
}

static bool tell_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct saying *saying = subject;
    struct desk_case *one = &saying->one;

    if (!desk_case_read(desk, saying->telling->ticket, one, err) || !judge(saying, err))
        return false;
    if (!resume_can(desk->site, &(struct resume_whom){&one->ticket, &one->runtime}, &saying->live, err) ||
        !write_rows(desk, saying, &result->message, err))
        return false;
    result->ticket = one->ticket.id;
    result->from = one->ticket.status;
    result->to = resumes(saying) ? TICKET_IN_PROGRESS : result->from;
    result->changed = true;
    result->say = xasprintf("%s %s%s: message %lld waits: %s", one->key, ticket_status_name(result->from),
                            resumes(saying) ? " -> in_progress" : "", (long long)result->message, when(saying));
    return true;
}

bool desk_tell(struct desk *desk, const struct desk_telling *telling, struct desk_result *result, struct err *err) {
    struct saying saying = {.telling = telling, .turn = telling->turn && !desk->agent};
    const char *const texts[] = {telling->text, NULL};
    struct desk_deed deed = {
        .run = tell_run, .subject = &saying, .what = {telling->turn ? "send --queue" : "note", telling->ticket, texts}};
    bool ok = desk_transact(desk, &deed, result, err);

    desk_case_release(&saying.one);
    return ok;
}
