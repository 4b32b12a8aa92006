#include "run/turn_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "host/proc.h"
#include "rules/config.h"
#include "rules/key.h"
#include "rules/profile.h"
#include "run/here.h"
#include "run/reply.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"

enum { STORY_ROWS = 1000 };

static enum turn_seen judge(const struct site *site, const struct runtime *runtime, const struct turn_name *turn) {
    if (!text_same(runtime->run_id, turn->run_id) || !runtime_active(runtime))
        return TURN_LOST;
    if (!text_same(runtime->turn_nonce, turn->nonce))
        return TURN_OVER;
    return site_here(site, runtime->host) && proc_alive(&runtime->agent) == SEEN_NO ? TURN_LOST : TURN_UNDER_WAY;
}

bool turn_look(struct site *site, const struct turn_name *turn, enum turn_seen *seen, struct err *err) {
    char session_key[SESSION_KEY_SIZE];
    struct runtime runtime = {0};
    bool ok;

    key_session_key(session_key, turn->ticket_id);
    ok = runtimes_get(site->board, session_key, &runtime, err);
    if (ok)
        *seen = judge(site, &runtime, turn);
    runtime_release(&runtime);
    return ok;
}

bool turn_reports(struct site *site, const struct turn_name *turn) {
    char session_key[SESSION_KEY_SIZE];
    const struct profile *profile = NULL;
    struct runtime runtime = {0};
    struct err none = {0};

    key_session_key(session_key, turn->ticket_id);
    if (runtimes_get(site->board, session_key, &runtime, &none) && text_same(runtime.run_id, turn->run_id))
        profile = site_profile_of(site, runtime.run_id, runtime.profile);
    runtime_release(&runtime);
    err_release(&none);
    return profile && profile->reports != REPORT_NONE;
}

/* "DONE MC_TICKET_TURN:…: the line" */
static const char *line_of(const char *body, const char *nonce) {
    const char *line = strstr(strstr(body, nonce), ": ");

    return line ? line + 2 : "";
}

/* Of a run on another machine, whose folder is there: what the story has of it, between this turn's prompt and the
 * next one's. */
static bool reply_told(struct site *site, const struct turn_name *turn, struct turn_reply *reply, struct err *err) {
    const struct journal_tail tail = {.ticket_id = turn->ticket_id, .limit = STORY_ROWS};
    struct journal_story story = {0};
    bool within = false, ok = journal_tail(site->board, &tail, &story, err);

    for (size_t i = 0; ok && i < story.last.count; i++) {
        const struct activity *row = &story.last.items[i];

        if (!text_same(row->run_id, turn->run_id) || !row->body)
            continue;
        if (strcmp(row->kind, "sent") == 0) {
            within = strstr(row->body, turn->nonce) != NULL;
        } else if (within && strcmp(row->kind, "reply") == 0) {
            text_clear(&reply->text);
            text_add(&reply->text, row->body);
            reply->left = LEFT_LINE;
        }
    }
    activity_list_release(&story.last);
    return ok;
}

bool turn_reply(struct site *site, const struct turn_name *turn, struct turn_reply *reply, struct err *err) {
    struct err none = {0};
    char *body = NULL;

    reply->left = LEFT_NOTHING;
    text_clear(&reply->text);
    if (reply_read(site, &(struct reply){.run_id = turn->run_id, .nonce = turn->nonce}, &reply->text, &none)) {
        reply->left = LEFT_REPLY;
        return true;
    }
    err_release(&none);
    text_clear(&reply->text);
    if (board_is_shared(site->board) && !reply_told(site, turn, reply, err))
        return false;
    if (reply->left != LEFT_NOTHING)
        return true;
    if (!journal_word(
            site->board,
            &(struct journal_turn){.ticket_id = turn->ticket_id, .run_id = turn->run_id, .nonce = turn->nonce}, &body,
            err))
        return false;
    if (body) {
        reply->left = LEFT_LINE;
        text_add(&reply->text, line_of(body, turn->nonce));
    }
    free(body);
    return true;
}

void turn_reply_release(struct turn_reply *reply) {
    text_release(&reply->text);
    *reply = (struct turn_reply){0};
}
