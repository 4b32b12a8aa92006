#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/waits.h"
#include "keys.h"
#include "store/breakers.h"
#include "store/listing.h"
#include "store/tickets.h"

static bool retry_one(struct keys_work *work, int64_t ticket, struct desk_result *result, struct err *err) {
    return desk_retry(&work->desk, ticket, result, err);
}

/* "waits for …", or what else holds it, and the command that helps. */
static void say(const char *key, const char *what, const char *command) {
    static const char verb[] = "waits ";
    bool waits = text_starts(what, verb);
    struct err line = {0};

    err_set(&line, MC_OK, "%s still waits%s %s%s", key, waits ? "" : ":", what + (waits ? strlen(verb) : 0), command);
    call_complain(&line);
    err_release(&line);
}

static bool say_breaker(struct call *call, const char *key, const struct ticket *ticket, struct err *err) {
    struct breaker_list breakers = {0};
    bool ok = breakers_list(call->site.board, &breakers, err);
    const struct breaker_row *row = ok ? waits_for(&call->site, ticket, &breakers) : NULL;
    char *words = waits_words(row);

    if (words != NULL)
        say(key, words, "; mc-ticket breaker close lets it try");
    free(words);
    breaker_list_release(&breakers);
    return ok;
}

static bool say_need(struct call *call, const char *key, int64_t ticket, struct err *err) {
    struct listing_need need = {0};
    bool ok = listing_need(call->site.board, ticket, &need, err);
    char *words = ok ? waits_need(&call->site, &need) : NULL;

    if (words)
        say(key, words, "");
    free(words);
    return ok;
}

static bool say_pause(struct call *call, const char *key, struct err *err) {
    char *words = NULL, *line;
    bool ok = waits_pause(call->site.board, &words, err);

    if (words) {
        line = xasprintf("the board is %s", words);
        say(key, line, "; mc-ticket resume ends that");
        free(line);
    }
    free(words);
    return ok;
}

/* Due it is, and yet something else may hold it: whoever is in a hurry is told. */
static void say_more(struct keys_work *work, const struct desk_result *result) {
    struct call *call = work->call;
    struct ticket ticket = {0};
    struct err err = {0};
    char key[KEY_SIZE];

    site_key(&call->site, result->ticket, key);
    (void)(tickets_get(call->site.board, result->ticket, &ticket, &err) && say_breaker(call, key, &ticket, &err) &&
           ticket.status == TICKET_TODO && say_need(call, key, ticket.id, &err) && say_pause(call, key, &err));
    call_afterthought(&err);
    ticket_release(&ticket);
}

bool command_retry(struct call *call, struct err *err) {
    return keys_run(call, &(struct keys_job){.text = KEYS_ALONE, .act = retry_one, .after = say_more}, err);
}
