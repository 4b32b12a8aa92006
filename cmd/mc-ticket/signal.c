#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "run/signalled.h"

static bool from_environment(const char *name, const char **value, struct err *err) {
    *value = getenv(name);
    return (*value != NULL && (*value)[0] != '\0') ||
           err_set(err, MC_USAGE,
                   "%s is not set: signal is for an agent that mc-pickup started; a person moves a "
                   "ticket with approve, reject, answer, block, reopen or cancel",
                   name);
}

/* Before the board is opened: a slip of the tongue changes nothing. */
static bool read_word(const struct call *call, struct desk_word *word, struct err *err) {
    int found = signal_word_from(call_word(call, 0));

    if (found < 0)
        return err_set(err, MC_USAGE, "signal %s: say DONE, REVIEW or QUESTION", call_word(call, 0));
    word->word = (enum signal_word)found;
    if (!from_environment("MC_RUN", &word->run_id, err))
        return false;
    if (!key_run_ok(word->run_id))
        return err_set(err, MC_USAGE, "MC_RUN is no run id; leave it as mc-pickup set it");
    word->nonce = option_value(&call->options, OPTION_NONCE);
    if (word->nonce != NULL && !key_nonce_ok(word->nonce))
        return err_set(err, MC_USAGE, "--nonce %s: give it as it stands in the prompt, MC_TICKET_TURN:…", word->nonce);
    return true;
}

/* Of a board on a server, which may be away for a while: an agent says its word once. */
static bool is_away(const struct call *call, const struct err *err) {
    return call->site.board_kind == DATABASE_SERVER && (err->code == MC_UNAVAILABLE || err->code == MC_TEMPFAIL);
}

/* Whatever has become of the configuration meanwhile: an agent's word must not depend on it. *away: why its board
 * cannot be had, whose word may be left. */
static bool open_board(struct call *call, const char *run_id, struct err *away, struct err *err) {
    struct site_options options = {.config = option_value(&call->options, OPTION_CONFIG),
                                   .db = option_value(&call->options, OPTION_DB),
                                   .spool = true,
                                   .run_id = run_id};

    if (site_open(&call->site, &options, err))
        return true;
    if (!is_away(call, err))
        return false;
    *away = *err;
    *err = (struct err){0};
    return true;
}

/* A board on a server, to which agents have no door. */
static bool leave_word(struct call *call, const struct desk *desk, const struct desk_word *word, struct err *err) {
    const char *said = "noted: the next pickup takes it";
    char key[KEY_SIZE];

    if (!desk_signal_leave(desk, word, err))
        return false;
    site_key(desk->site, word->ticket, key);
    if (call->json) {
        struct json *object = json_object();

        json_put_int(object, "schema", 1);
        json_put_string(object, "ticket", key);
        json_put_bool(object, "noted", true);
        json_put_string(object, "message", said);
        call_print(object);
    } else
        printf("%s: %s\n", key, said);
    return true;
}

static bool say_word(struct call *call, struct desk *desk, const struct desk_word *word, struct err *err) {
    struct desk_result result = {0};
    bool ok = desk_signal(desk, word, &result, err);

    if (ok)
        call_say(call, desk, &result);
    desk_result_release(&result);
    return ok;
}

/* Where it cannot be left either, its board is what the agent hears of. */
static bool say_or_leave(struct call *call, struct desk *desk, const struct desk_word *word, struct err *err) {
    struct err why = {0};
    bool left;

    if (!err->text && call->site.board == NULL)
        return leave_word(call, desk, word, err);
    if (!err->text && say_word(call, desk, word, err))
        return true;
    left = is_away(call, err) && leave_word(call, desk, word, &why);
    if (left)
        err_release(err);
    err_release(&why);
    return left;
}

bool command_signal(struct call *call, struct err *err) {
    const char *line = call_word(call, 1), *key = NULL;
    struct desk_word word = {0};
    struct text payload = {0};
    struct err away = {0};
    struct desk desk;
    bool ok;

    if (!read_word(call, &word, err) || !from_environment("MC_TICKET", &key, err))
        return false;
    if (line != NULL)
        clean_line(&payload, line, strlen(line), SIGNAL_LINE_MAX);
    word.payload = text_str(&payload);
    if (text_ends(key, "-0"))
        err_set(err, MC_USAGE, "MC_TICKET is %s: this agent is only tried by mc-ticket doctor, and works on no ticket",
                key);
    ok = !err->text && open_board(call, word.run_id, &away, err) && call_key(call, key, &word.ticket, err);
    if (ok)
        call->agent = xasprintf("agent %s", key);
    ok = ok && call_desk(call, "agent", &desk, err);
    if (ok && away.text) {
        *err = away;
        away = (struct err){0};
    }
    ok = ok && say_or_leave(call, &desk, &word, err);
    err_release(&away);
    text_release(&payload);
    return ok;
}
