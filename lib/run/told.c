#include "run/told.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/text.h"
#include "rules/fault_until.h"
#include "rules/word.h"
#include "run/site.h"

static const char *const kinds[] = {[TELL_OVER] = "over", [TELL_WAITS] = "waits", [TELL_SIGNAL] = "signal"};
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
    json_put_string(json, "run", told->run);
    json_put_int(json, "tick", told->tick);
    json_put_string(json, "boot", told->boot);
    if (told->kind == TELL_SIGNAL) {
        json_put_int(json, "ticket", told->ticket);
        json_put_string(json, "word", signal_word_name(told->word));
    }
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
        for (n = WORD_LINE_MAX; ((unsigned char)reply[n] & 0xC0) == 0x80;)
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

/* Of an older program: it did not say. */
static bool read_name(char *name, size_t size, const struct json *json) {
    const char *value = json_string(json);

    return !json || (value && text_copy(name, size, value));
}

/* A nonce or none, as it was given. */
static bool read_signal(struct told *told, const struct json *json) {
    int found = signal_word_from(json_string(json_get(json, "word")));

    told->word = (enum signal_word)found;
    return found >= 0 && told->nonces.count <= 1 && json_int(json_get(json, "ticket"), &told->ticket) &&
           json_string(json_get(json, "detail"));
}

bool told_parse(struct told *told, const char *bytes, size_t n) {
    struct json *json = json_parse(bytes, n);
    int kind = names_find(kinds, TELL_KIND_COUNT, json_string(json_get(json, "kind")));
    int fault = turn_fault_from(json_string(json_get(json, "fault")));
    bool ok;

    *told = (struct told){0};
    ok = clean_is_utf8(bytes, n) && kind >= 0 && fault >= 0 && read_nonces(&told->nonces, json_get(json, "nonce")) &&
         read_nonces(&told->last, json_get(json, "last")) && json_int(json_get(json, "at"), &told->at) &&
         json_int(json_get(json, "until"), &told->until) &&
         read_name(told->run, sizeof told->run, json_get(json, "run")) &&
         read_name(told->boot, sizeof told->boot, json_get(json, "boot")) &&
         (!json_get(json, "tick") || json_int(json_get(json, "tick"), &told->tick)) &&
         (kind != TELL_SIGNAL || read_signal(told, json));
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

int64_t told_until(const struct told *told) {
    struct fault_until until = fault_until_read(told->detail);

    return told->fault == FAULT_LIMIT ? fault_until_ms(&until, told->at, clock_minute(told->at)) : 0;
}

void told_stamp(struct told *told, struct site *site, const char *run_id) {
    struct err ignored = {0};

    text_copy(told->run, sizeof told->run, run_id);
    if (site_know_self(site, &ignored))
        text_copy(told->boot, sizeof told->boot, site->self.boot);
    err_release(&ignored);
}

const char *told_strange(const struct told *told, const char *run_id, const struct tick *now) {
    if (*told->run && strcmp(told->run, run_id) != 0)
        return "it is of another run";
    if (told->tick < 0 || (text_same(told->boot, now->boot) && told->tick > now->ms))
        return "it is of a time to come";
    return NULL;
}
