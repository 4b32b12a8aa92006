#include "rules/answer.h"

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/answer_foreign.h"
#include "rules/answer_pause.h"
#include "rules/answer_words.h"
#include "rules/dialect.h"
#include "rules/secret.h"
#include "rules/words.h"

/* In order: how the exchange ended, the dialect's own rules, success, then the general table of SPEC section 9. */

enum { MATCH_MAX = 64 * 1024 };

static const struct {
    const char *name;
    const char *words;
    enum send_class class;
} transfers[] = {
    [TRANSFER_DONE] = {"done", "a whole answer", CLASS_GARBLED},
    [TRANSFER_UNREACHABLE] = {"unreachable", "no connection, nothing was sent", CLASS_UNREACHABLE},
    [TRANSFER_TIMEOUT] = {"timeout", "no answer in time; the request may have arrived", CLASS_TIMEOUT},
    [TRANSFER_DROPPED] = {"dropped", "the connection broke before the answer was whole", CLASS_DROPPED},
    [TRANSFER_TOO_BIG] = {"too_big", "an answer over the limit", CLASS_GARBLED},
    [TRANSFER_GARBAGE] = {"garbage", "an answer that is not HTTP", CLASS_GARBLED},
};
_Static_assert(sizeof transfers / sizeof *transfers == TRANSFER_COUNT, "one row a transfer");

const char *transfer_name(enum transfer transfer) {
    return transfers[transfer].name;
}

int transfer_from(const char *name) {
    for (int i = 0; name && i < TRANSFER_COUNT; i++)
        if (strcmp(transfers[i].name, name) == 0)
            return i;
    return -1;
}

/* What is worked with while one reply is read. */
struct reading {
    const struct dialect *dialect;
    const struct reply *reply;
    struct json *json; /* NULL: not JSON, or nothing in it */
    struct saying saying;
};

static bool starts_nocase(const char *s, const char *prefix) {
    for (; *prefix; s++, prefix++) {
        char c = *s >= 'A' && *s <= 'Z' ? (char)(*s | 0x20) : *s;
        char p = *prefix >= 'A' && *prefix <= 'Z' ? (char)(*prefix | 0x20) : *prefix;
        if (c != p)
            return false;
    }
    return true;
}

static const char *content_type(const struct reply *reply) {
    return reply->content_type ? reply->content_type : "";
}

static bool is_html(const struct reply *reply) {
    size_t i = 0;
    while (i < reply->body_len && strchr(" \t\r\n", reply->body[i]) && reply->body[i])
        i++;
    return starts_nocase(content_type(reply), "text/html") || starts_nocase(content_type(reply), "application/xhtml") ||
           (i < reply->body_len && reply->body[i] == '<');
}

/* For a pattern a NUL is a blank: regexec would stop at it. */
static bool rule_matches(const struct dialect_rule *rule, const struct reply *reply) {
    if (reply->status < rule->status_low || reply->status > rule->status_high)
        return false;
    if (!rule->body || !*rule->body)
        return true;
    size_t n = reply->body_len < MATCH_MAX ? reply->body_len : MATCH_MAX;
    char *subject = xmalloc(n + 1);
    for (size_t i = 0; i < n; i++)
        subject[i] = reply->body[i] ? reply->body[i] : ' ';
    subject[n] = '\0';
    bool found = dialect_match(rule->body, subject);
    free(subject);
    return found;
}

static int class_by_dialect(const struct reading *r) {
    for (size_t i = 0; i < r->dialect->rule_count; i++)
        if (rule_matches(&r->dialect->rules[i], r->reply))
            return (int)r->dialect->rules[i].class;
    return -1;
}

static bool is_success(const struct dialect *dialect, int status) {
    for (size_t i = 0; i < dialect->success_count; i++)
        if (dialect->success[i] == status)
            return true;
    return false;
}

static bool says_false(const struct json *json, const char *key) {
    const struct json *value = json_get(json, key);
    return json_type(value) == JSON_BOOL && !json_is_true(value);
}

static bool echoes_other(const struct json *json, const char *key, const char *ours) {
    const char *theirs = json_string(json_get(json, key));
    return theirs && ours && strcmp(theirs, ours) != 0;
}

/* An accepted turn, said in JSON: for our nonce and run, without an error in it. */
static enum send_class class_of_accepted(const struct reading *r) {
    static const char *const again[] = {"already_sent", "duplicate", "replayed", "idempotent_replay"};
    const struct json *error = json_get(r->json, "error");
    bool failed = says_false(r->json, "ok") || says_false(r->json, "success") ||
                  (json_type(error) != JSON_NULL && !(json_string(error) && !*json_string(error)) &&
                   !(json_type(error) == JSON_BOOL && !json_is_true(error)));
    if (failed || echoes_other(r->json, "nonce", r->reply->nonce) || echoes_other(r->json, "run_id", r->reply->run_id))
        return CLASS_GARBLED;
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
        if (json_is_true(json_get(r->json, again[i])))
            return CLASS_ALREADY_SENT;
    }
    return saying_class(&r->saying) == CLASS_ALREADY_SENT ? CLASS_ALREADY_SENT : CLASS_SENT;
}

static enum send_class class_of_success(const struct reading *r) {
    const struct reply *reply = r->reply;
    const char *wanted = r->dialect->success_content;
    if (reply->body_len == 0)
        return starts_nocase(content_type(reply), "text/html") ? CLASS_GARBLED : CLASS_SENT;
    if (is_html(reply))
        return CLASS_GARBLED;
    bool json_wanted = wanted && starts_nocase(wanted, "application/json");
    if (wanted && *wanted && !starts_nocase(content_type(reply), wanted) && !(json_wanted && !*content_type(reply)))
        return CLASS_GARBLED;
    if (json_wanted && json_type(r->json) != JSON_OBJECT)
        return CLASS_GARBLED;
    return json_type(r->json) == JSON_OBJECT ? class_of_accepted(r) : CLASS_SENT;
}

/* 409 has many meanings. Another's run or ticket outweighs every word; a 409 without a reason is busy, unless it says
 * when to come again; a reason that is not known is a conflict. */
static enum send_class class_of_conflict(const struct reading *r) {
    const struct reply *reply = r->reply;
    if (r->json ? answer_names_other(r->json, reply->ticket, reply->run_id)
                : answer_words_name_other(text_str(&r->saying.plain), reply->ticket))
        return CLASS_FOREIGN;
    int class = saying_class(&r->saying);
    if (class >= 0)
        return (enum send_class) class;
    if (answer_retry_after(reply->retry_after, reply->now) > 0)
        return CLASS_PAUSED;
    return r->saying.any ? CLASS_CONFLICT : CLASS_BUSY;
}

static enum send_class class_of_status(const struct reading *r) {
    int status = r->reply->status;
    if (is_success(r->dialect, status))
        return class_of_success(r);
    if (status == 409)
        return class_of_conflict(r);
    if (status == 401 || status == 403 || status == 407)
        return CLASS_DENIED;
    if (status == 429)
        return CLASS_PAUSED;
    if (status == 503 && saying_class(&r->saying) == CLASS_STARTING)
        return CLASS_STARTING;
    if (status >= 300 && status <= 499)
        return CLASS_REJECTED;
    if (status >= 500 && status <= 599)
        return CLASS_SERVER_ERROR;
    return CLASS_GARBLED;
}

static int64_t pause_of(const struct reading *r) {
    int64_t pause = answer_retry_after(r->reply->retry_after, r->reply->now), seconds = 0;
    if (pause == 0 && json_int(json_get(r->json, "retry_after"), &seconds) && seconds > 0) {
        char *printed = xasprintf("%lld", (long long)seconds);
        pause = answer_retry_after(printed, r->reply->now);
        free(printed);
    }
    return pause;
}

/* All that is ever told of an answer goes through here: the token is looked for when the words were decoded and
 * cleaned, and before they are cut. */
static void set_detail(struct answer *answer, const struct reply *reply, const char *words) {
    struct text line = {0}, starred = {0}, cut = {0};
    clean_line(&line, words, strlen(words), 0);
    secret_star(&starred, text_str(&line), reply->token);
    clean_line(&cut, text_str(&starred), starred.len, sizeof answer->detail - 1);
    text_copy(answer->detail, sizeof answer->detail, text_str(&cut));
    text_release(&line);
    text_release(&starred);
    text_release(&cut);
}

static void read_content(struct answer *answer, struct reading *r) {
    const struct reply *reply = r->reply;
    r->json = reply->body_len ? json_parse(reply->body, reply->body_len) : NULL;
    if (json_type(r->json) == JSON_OBJECT || json_type(r->json) == JSON_ARRAY)
        saying_from_json(&r->saying, r->json);
    else if (r->json || (reply->body_len && memchr(reply->body, '\0', reply->body_len)))
        r->saying.any = false;
    else if (is_html(reply) && reply->status == 409) /* elsewhere a page is nobody's answer to us */
        saying_from_html(&r->saying, reply->body, reply->body_len);
    else if (!is_html(reply))
        saying_from_text(&r->saying, reply->body, reply->body_len);
    int class = class_by_dialect(r);
    answer->class = class >= 0 ? (enum send_class) class : class_of_status(r);
    if (answer->class == CLASS_PAUSED)
        answer->pause_ms = pause_of(r);
    const char *otherwise = reply->body_len == 0 ? "an empty answer" : is_html(reply) ? "a page of HTML" : "no reason";
    set_detail(answer, reply, r->saying.plain.len ? text_str(&r->saying.plain) : otherwise);
    saying_release(&r->saying);
    json_free(r->json);
}

void answer_read(struct answer *answer, const struct dialect *dialect, const struct reply *reply) {
    *answer = (struct answer){.class = CLASS_GARBLED};
    if (reply->transfer == TRANSFER_DONE) {
        read_content(answer, &(struct reading){.dialect = dialect, .reply = reply});
        return;
    }
    answer->class = transfers[reply->transfer].class;
    struct text words = {0};
    text_add(&words, transfers[reply->transfer].words);
    if (reply->detail && *reply->detail)
        text_addf(&words, ": %s", reply->detail);
    set_detail(answer, reply, text_str(&words));
    text_release(&words);
}

static enum seen busy_says(const struct dialect *dialect, const struct json *json) {
    struct text printed = {0};
    json_print(json, &printed);
    enum seen busy = dialect_match(dialect->status_busy, text_str(&printed)) ? SEEN_YES : SEEN_NO;
    text_release(&printed);
    return busy;
}

static bool is_asked(const struct dialect *dialect, const char *session, const char *key) {
    return key && *key && ((session && strcmp(session, key) == 0) || strstr(dialect->path, key));
}

int answer_status_busy(const struct dialect *dialect, const char *session, const char *body, size_t n) {
    struct json *json = n ? json_parse(body, n) : NULL;
    enum seen busy = SEEN_UNKNOWN;
    if (json_type(json) != JSON_OBJECT || !dialect->status_busy)
        goto out;
    bool by_session = json_first(json) != NULL;
    for (const struct json *member = json_first(json); member; member = json_next(member)) {
        by_session = by_session && json_type(member) == JSON_OBJECT;
        if (by_session && is_asked(dialect, session, json_key(member)) && busy != SEEN_YES)
            busy = busy_says(dialect, member);
    }
    if (busy == SEEN_UNKNOWN)
        busy = by_session && session ? SEEN_NO : busy_says(dialect, json);
out:
    json_free(json);
    return (int)busy;
}
