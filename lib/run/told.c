#include "run/told.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/text.h"
#include "rules/fault_until.h"
#include "rules/word.h"
#include "run/over.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"

static const char *const kinds[] = {[TELL_OVER] = "over", [TELL_WAITS] = "waits"};
static_assert(sizeof kinds / sizeof kinds[0] == TELL_KIND_COUNT, "a name for every kind");

enum { WORD_LINE_MAX = 512 };
static const char cut_words[] = "\n… (cut: the disk was full)";

void told_release(struct told *told) {
    free(told->reply);
    free(told->detail);
    *told = (struct told){0};
}

static void put_nonces(struct json *json, const char *name, const struct nonces *nonces) {
    struct text line = {0};

    nonces_print(nonces, &line);
    json_put_string(json, name, text_str(&line));
    text_release(&line);
}

static void print(const struct told *told, const char *reply, struct text *out) {
    struct json *json = json_object();

    json_put_int(json, "schema", 1);
    json_put_string(json, "kind", kinds[told->kind]);
    put_nonces(json, "nonce", &told->nonces);
    json_put_bool(json, "begun", told->begun);
    put_nonces(json, "last", &told->last);
    json_put_int(json, "at", told->at);
    json_put_string(json, "fault", turn_fault_name(told->fault));
    json_put_int(json, "until", told->until);
    json_put_bool(json, "still_at_work", told->still_at_work);
    json_put_string(json, "reply", reply);
    json_put_string(json, "detail", told->detail);
    text_clear(out);
    json_print(json, out);
    json_free(json);
}

/* Of a reply's first line, where that is its word. */
static int word_line(const char *reply) {
    enum signal_word word;
    size_t n = strcspn(reply, "\n");

    if (!word_prefix(reply, strlen(reply), &word))
        return 0;
    if (n > WORD_LINE_MAX)
        for (n = WORD_LINE_MAX; n && ((unsigned char)reply[n] & 0xC0) == 0x80;)
            n--;
    return (int)n;
}

/* The end of a reply is kept, where a line of JSON stands, and a word at its beginning. Escapes make it longer than it
 * is, so it is halved until it fits. */
void told_print(const struct told *told, size_t max, struct text *out) {
    size_t keep = told->reply ? strlen(told->reply) : 0;

    print(told, told->reply, out);
    while (max && out->len > max && keep) {
        const char *from = told->reply + strlen(told->reply) - (keep /= 2);
        char *cut;
        int head;

        while (((unsigned char)*from & 0xC0) == 0x80)
            from++;
        head = word_line(told->reply);
        cut = xasprintf("%.*s%s%s%s", head, told->reply, head ? "\n" : "", from, cut_words);
        print(told, cut, out);
        free(cut);
    }
}

static bool read_nonces(struct nonces *nonces, const struct json *json) {
    const char *value = json_string(json);

    return value && nonces_parse(nonces, value);
}

bool told_parse(struct told *told, const char *bytes, size_t n) {
    struct json *json = json_parse(bytes, n);
    int kind = names_find(kinds, TELL_KIND_COUNT, json_string(json_get(json, "kind")));
    int fault = turn_fault_from(json_string(json_get(json, "fault")));
    bool ok;

    *told = (struct told){0};
    ok = kind >= 0 && fault >= 0 && read_nonces(&told->nonces, json_get(json, "nonce")) &&
         read_nonces(&told->last, json_get(json, "last")) && json_int(json_get(json, "at"), &told->at) &&
         json_int(json_get(json, "until"), &told->until);
    if (ok) {
        told->kind = (enum told_kind)kind;
        told->fault = (enum turn_fault)fault;
        told->begun = json_is_true(json_get(json, "begun"));
        told->still_at_work = json_is_true(json_get(json, "still_at_work"));
        told->reply = xstrdup(json_string(json_get(json, "reply")));
        told->detail = xstrdup(json_string(json_get(json, "detail")));
    }
    json_free(json);
    return ok;
}

/* The run's turn, as the board has it. */
struct telling {
    struct site *site;
    const struct told *told;
    const char *run_id;
    struct run run;
    struct runtime runtime;
    char *turn;        /* under way; NULL: none */
    const char *nonce; /* of which it is told; NULL: of none of ours */
};

static bool read_run(struct telling *telling, struct err *err) {
    struct board *board = telling->site->board;
    char key[SESSION_KEY_SIZE];

    if (!runs_get(board, telling->run_id, &telling->run, err))
        return false;
    key_session_key(key, telling->run.ticket_id);
    return runtimes_get(board, key, &telling->runtime, err) &&
           (!text_same(telling->runtime.run_id, telling->run_id) ||
            over_turn(telling->site, &telling->runtime, &telling->turn, err));
}

/* A prompt is of the turn whose nonce it holds, whatever else it quotes: the one under way, or the one that ended last.
 */
static const char *of_prompt(const struct telling *telling, const struct nonces *nonces) {
    const char *ended = text_same(telling->runtime.run_id, telling->run_id) ? telling->runtime.last_turn_marker : NULL;

    if (nonces_hold(nonces, telling->turn))
        return telling->turn;
    if (nonces_hold(nonces, ended))
        return ended;
    return nonces->count ? nonces->all[nonces->count - 1] : NULL;
}

/* An agent that names no prompt speaks of the turn that it began last; one that does not tell what it begins, of the
 * one under way, if that had begun. */
static const char *which(const struct telling *telling) {
    const struct told *told = telling->told;

    if (told->nonces.count)
        return of_prompt(telling, &told->nonces);
    if (told->begun)
        return of_prompt(telling, &told->last);
    return telling->turn && told->at >= telling->runtime.turn_started_at ? telling->turn : NULL;
}

/* The beginning of a reply that was cut off says nothing of its end; an object that stands in it whole does. */
static bool cut_off(const struct told *told) {
    enum signal_word word;

    return told->fault != FAULT_NONE && word_prefix(told->reply, strlen(told->reply), &word) > 0;
}

static bool apply_over(struct telling *telling, struct err *err) {
    const struct told *told = telling->told;
    struct word_found found = {0};
    char key[KEY_SIZE];
    struct over over_ = {.ticket = telling->run.ticket_id,
                         .run_id = telling->run_id,
                         .nonce = telling->nonce,
                         .by = OVER_BY_REPORT,
                         .reply = told->reply,
                         .reply_len = told->reply ? strlen(told->reply) : 0,
                         .fault = told->fault,
                         .detail = told->detail,
                         .until_ms = told->until,
                         .still_at_work = told->still_at_work};
    struct over_word word;
    struct over_done done = {0};
    bool ok;

    site_key(telling->site, telling->run.ticket_id, key);
    if (told->reply && !cut_off(told) &&
        word_in_reply(&found, told->reply, over_.reply_len, &(struct word_of){key, telling->nonce})) {
        word = (struct over_word){found.word, found.payload};
        over_.word = &word;
    }
    ok = over(telling->site, &over_, &done, err);
    word_release(&found);
    return ok;
}

static bool apply_waits(struct telling *telling, struct err *err) {
    const struct told *told = telling->told;
    bool moved;

    return over_waits(telling->site,
                      &(struct over_wait){.runtime = &telling->runtime,
                                          .nonce = telling->nonce,
                                          .text = told->detail ? told->detail : "the agent waits for its person",
                                          .newer = true},
                      &moved, err);
}

/* A turn that this run never had: said once a run, however often it is told. */
static bool say_foreign(struct telling *telling, struct err *err) {
    struct board *board = telling->site->board;
    const struct journal_look look = {
        .ticket_id = telling->run.ticket_id, .run_id = telling->run_id, .kind = "signal_ignored"};
    char *body = xasprintf("a report of %s (moved nothing: it is no turn of this run)", telling->nonce);
    const struct journal_row row = {.ticket_id = look.ticket_id,
                                    .run_id = look.run_id,
                                    .author = "agent",
                                    .kind = "signal_ignored",
                                    .body = body,
                                    .now = telling->told->at};
    bool said = false;
    bool ok = journal_said(board, &look, &said, err) &&
              (said || (board_begin(board, err) && journal_said(board, &look, &said, err) &&
                        (said || journal_add(board, &row, err)) && board_commit(board, err)));

    board_rollback(board);
    free(body);
    return ok;
}

static bool known(const struct telling *telling) {
    return text_same(telling->nonce, telling->turn) || (text_same(telling->runtime.run_id, telling->run_id) &&
                                                        text_same(telling->nonce, telling->runtime.last_turn_marker));
}

int64_t told_until(const struct told *told) {
    struct fault_until until = fault_until_read(told->detail);

    return told->fault == FAULT_LIMIT ? fault_until_ms(&until, told->at, clock_minute(told->at)) : 0;
}

/* The same by the board's clock, where that is another: "resets 3pm" is the next one after the board's moment. Its
 * strings stay the other's. */
static struct told by_board(const struct told *told) {
    int64_t difference = clock_difference();
    struct told same = *told;

    same.at -= difference;
    if (difference)
        same.until = told_until(&same);
    return same;
}

bool told_apply(struct site *site, const char *run_id, const struct told *as_told, struct err *err) {
    const struct told by = by_board(as_told), *told = &by;
    struct telling telling = {.site = site, .told = told, .run_id = run_id};
    bool ok = read_run(&telling, err);

    telling.nonce = ok ? which(&telling) : NULL;
    if (ok && *telling.run.run_id && telling.nonce) {
        if (!known(&telling))
            ok = say_foreign(&telling, err);
        else
            ok = told->kind == TELL_WAITS ? apply_waits(&telling, err) : apply_over(&telling, err);
    }
    run_release(&telling.run);
    runtime_release(&telling.runtime);
    free(telling.turn);
    return ok;
}
