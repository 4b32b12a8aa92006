#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "results.h"
#include "rules/request.h"
#include "rules/ticket_text.h"

struct keys {
    int64_t *ids;
    size_t count;
};

static bool is_key(const struct call *call, const char *word) {
    int64_t id;

    return key_parse(word, call->site.config.ticket_prefix, &id);
}

static bool has_file(const struct call *call) {
    return option_given(&call->options, OPTION_BODY_FILE);
}

/* How many of the words are keys, and the text behind them. Before the board is opened: what is missing changes
 * nothing. */
static bool read_text(const struct call *call, enum keys_text how, struct keys_work *work, struct err *err) {
    size_t words = call->options.words.count - 1;

    if (how == KEYS_TEXT)
        return (work->text = body_text(call, err)) != NULL;
    if (how == KEYS_REASON && words > 1)
        work->text = call_word(call, words - 1);
    return work->text == NULL ||
           (ticket_text_seen(work->text) ? ticket_body(work->text, strlen(work->text), err)
                                         : err_set(err, MC_USAGE, "the text is empty; say why, or leave it away"));
}

static bool refuse_key(const struct call *call, size_t index, struct err *err) {
    const char *word = call_word(call, index);
    const char *prefix = call->site.config.ticket_prefix;

    if (has_file(call) && index > 0)
        return err_set(err, MC_USAGE, "take a TEXT or --body-file, not both: %s is no ticket key", word);
    if (index > 0)
        return err_set(err, MC_USAGE, "%s is no ticket key; give keys like %s-4629, and quote a text of several words",
                       word, prefix);
    return err_set(err, MC_USAGE, "%s is no ticket key; give one like %s-4629", word, prefix);
}

/* A text that could be a key is taken for neither: somebody may have forgotten it. */
static bool check_last(const struct call *call, enum keys_text how, const struct keys_work *work, struct err *err) {
    if (work->text == NULL || has_file(call) || !is_key(call, work->text))
        return true;
    if (how == KEYS_REASON)
        return err_set(err, MC_USAGE,
                       "is %s a ticket, or the reason? To %s several, give the reason as the last word; nothing is "
                       "done",
                       work->text, call->command->name);
    return err_set(err, MC_USAGE,
                   "is %s a ticket, or the text? The text is the last word; nothing is done; where it is the text, "
                   "give it by --body-file",
                   work->text);
}

static bool read_keys(const struct call *call, const struct keys_work *work, struct keys *keys, struct err *err) {
    size_t words = call->options.words.count - 1 - (work->text != NULL && !has_file(call));

    keys->ids = xcalloc(words + 1, sizeof *keys->ids);
    for (size_t i = 0; i < words; i++) {
        int64_t id;
        bool known = false;

        if (!key_parse(call_word(call, i), call->site.config.ticket_prefix, &id))
            return refuse_key(call, i, err);
        for (size_t k = 0; k < keys->count; k++)
            known = known || keys->ids[k] == id;
        if (!known)
            keys->ids[keys->count++] = id;
    }
    return true;
}

static bool act_on_one(struct keys_work *work, const struct keys_job *job, int64_t id, struct err *err) {
    struct desk_result result = {0};
    bool ok = job->act(work, id, &result, err);

    if (ok)
        call_say(work->call, &work->desk, &result);
    if (ok && job->after != NULL)
        job->after(work, &result);
    desk_result_release(&result);
    return ok;
}

/* A request id of several tickets is bound to all of them, and acts on each once. */
static char *name_requests(struct keys_work *work, const struct keys *keys) {
    struct text all = {0};
    char act[REQUEST_ACT_SIZE];
    const char *texts[] = {NULL, work->text ? work->text : "", NULL};

    for (size_t i = 0; i < keys->count; i++)
        text_addf(&all, " %lld", (long long)keys->ids[i]);
    texts[0] = text_str(&all);
    request_act(act, &(struct request_for){work->call->command->name, 0, texts});
    text_release(&all);
    return xstrdup(act);
}

/* One of several: said at once, so that a call which is interrupted has told what it did. */
static void act_on(struct keys_work *work, const struct keys_job *job, int64_t id, struct json *results) {
    struct call *call = work->call;
    struct desk_result result = {0};
    struct err err = {0};
    bool ok = job->act(work, id, &result, &err);

    if (ok && call->json)
        json_push(results, desk_result_json(&work->desk, &result));
    else if (ok)
        call_say(call, &work->desk, &result);
    if (ok && job->after != NULL)
        job->after(work, &result);
    if (!ok) {
        char key[KEY_SIZE];

        site_key(&call->site, id, key);
        results_fail(call, results, key, &err);
    }
    desk_result_release(&result);
    err_release(&err);
}

static void act_on_all(struct keys_work *work, const struct keys_job *job, const struct keys *keys) {
    struct json *results = json_array();
    struct desk *desk = &work->desk;
    char *group = desk->request ? name_requests(work, keys) : NULL;

    desk->group = group;
    for (size_t i = 0; i < keys->count; i++) {
        /* No id that is given has a control character. */
        char *request = desk->request_id ? xasprintf("%s\x1f%lld", desk->request_id, (long long)keys->ids[i]) : NULL;

        desk->request = request;
        act_on(work, job, keys->ids[i], results);
        free(request);
    }
    results_print(work->call, results);
    free(group);
}

bool keys_run(struct call *call, const struct keys_job *job, struct err *err) {
    struct keys_work work = {.call = call, .which = job->which};
    struct keys keys = {0};
    bool ok = read_text(call, job->text, &work, err) && call_open(call, false, err) &&
              check_last(call, job->text, &work, err) && read_keys(call, &work, &keys, err) &&
              call_desk(call, NULL, &work.desk, err);

    if (ok && keys.count == 1)
        ok = act_on_one(&work, job, keys.ids[0], err);
    else if (ok)
        act_on_all(&work, job, &keys);
    free(keys.ids);
    return ok;
}
