#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "each.h"
#include "facts.h"
#include "paged.h"
#include "run/absent.h"
#include "store/board.h"
#include "store/runtimes.h"
#include "story.h"
#include "tale.h"

enum { GIT_MS = 3000, LIMIT_DEFAULT = 100, LIMIT_MOST = 1000000, SHEET_MAX = 1024 * 1024 * 1024 };

static bool read_limit(const struct call *call, long long *limit, struct err *err) {
    const char *given = option_value(&call->options, OPTION_LIMIT);

    *limit = call->json ? 0 : LIMIT_DEFAULT;
    return !given || text_to_int(given, 0, LIMIT_MOST, limit) ||
           err_set(err, MC_USAGE, "--limit %s: give a number up to %d; 0 for all", given, LIMIT_MOST);
}

static bool read_unpushed(struct board *board, struct story *story, struct err *err) {
    struct activity last = {0};

    if (!story->changes.run)
        return true;
    if (!journal_newest(board,
                        &(struct journal_kinds){.ticket_id = story->ticket.id,
                                                .run_id = story->changes.run->run_id,
                                                .kind = "pushed",
                                                .other = "push_failed"},
                        &last, err))
        return false;
    if (text_same(last.kind, "push_failed"))
        story->unpushed = xstrdup(last.body ? last.body : "");
    activity_release(&last);
    return true;
}

static bool read_backdrop(const struct site *site, struct story *story, struct err *err) {
    return backdrop_read(site, &story->backdrop, err) && beside_read(site, &story->ticket, &story->beside, err) &&
           (story->ticket.status != TICKET_TODO ||
            news_before(&story->backdrop, story->ticket.id, &story->before, err));
}

static bool story_read(struct call *call, const char *name, struct story *story, struct err *err) {
    struct board *board = call->site.board;
    char session_key[SESSION_KEY_SIZE];
    long long limit;
    int64_t id;

    if (!call_key(call, name, &id, err) || !read_limit(call, &limit, err) ||
        !tickets_find(board, id, &story->ticket, err))
        return false;
    if (!story->ticket.id)
        return absent_ticket(&call->site, name, err);
    key_session_key(session_key, id);
    return tickets_needs(board, id, &story->needs, err) && runs_of_ticket(board, id, &story->runs, err) &&
           runtimes_get(board, session_key, &story->runtime, err) &&
           messages_of_ticket(board, id, &story->messages, err) &&
           journal_tail(board, &(struct journal_tail){id, limit}, &story->journal, err) &&
           changes_find(&call->site, &story->runs, &story->changes, err) && read_unpushed(board, story, err) &&
           read_backdrop(&call->site, story, err);
}

static void story_release(struct story *story) {
    changes_release(&story->changes);
    ticket_release(&story->ticket);
    runtime_release(&story->runtime);
    activity_list_release(&story->journal.last);
    ticket_need_list_release(&story->needs);
    run_list_release(&story->runs);
    message_list_release(&story->messages);
    backdrop_release(&story->backdrop);
    free(story->unpushed);
}

/* The sheets of all keys: one text, so that one pager shows them. */
static struct text sheets = {.max = SHEET_MAX};

static bool show_one(struct call *call, const char *key, struct json **object, struct err *err) {
    struct story story = {0};
    bool ok;

    if (!board_begin(call->site.board, err))
        return false;
    ok = story_read(call, key, &story, err);
    board_rollback(call->site.board);
    if (ok && story.changes.run)
        changes_look(&story.changes, GIT_MS);
    if (ok && call->json) {
        *object = story_json(&call->site, &story);
    } else if (ok) {
        int64_t now = clock_now();

        if (sheets.len)
            text_add(&sheets, "\n----\n\n");
        facts_tell(&sheets, &call->site, &story, now);
        tale_tell(&sheets, &story.journal, now);
    }
    story_release(&story);
    return ok;
}

bool command_show(struct call *call, struct err *err) {
    long long limit;
    bool ok = read_limit(call, &limit, err) && call_open(call, true, err) && each_key(call, show_one, err);

    if (ok)
        paged_show(call, &sheets);
    text_release(&sheets);
    return ok;
}
