#include <stdlib.h>

#include "base/err.h"
#include "call.h"
#include "keys.h"
#include "rules/paused.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/tickets.h"
#include "stuck.h"

static bool retry_one(struct keys_work *work, int64_t ticket, struct desk_result *result, struct err *err) {
    return desk_retry(&work->desk, ticket, result, err);
}

static void say(const char *key, const char *what, const char *command) {
    struct err line = {0};

    err_set(&line, MC_OK, "%s still waits: %s%s", key, what, command);
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

static bool say_needs(struct call *call, const char *key, int64_t ticket, struct err *err) {
    struct ticket_need_list needs = {0};
    bool ok = tickets_needs(call->site.board, ticket, &needs, err);

    for (size_t i = 0; ok && i < needs.count; i++) {
        char other[KEY_SIZE];

        if (needs.items[i].status == TICKET_DONE)
            continue;
        site_key(&call->site, needs.items[i].id, other);
        say(key, other, " is not done");
        break;
    }
    ticket_need_list_release(&needs);
    return ok;
}

static bool say_pause(struct call *call, const char *key, struct err *err) {
    struct paused paused;
    char *value = NULL;
    bool ok = settings_get(call->site.board, "paused", &value, err);

    if (paused_read(&paused, value))
        say(key, "the board is paused", "; mc-ticket resume ends that");
    paused_release(&paused);
    free(value);
    return ok;
}

/* Due it is, and yet something else may hold it: whoever is in a hurry is told. */
static bool say_more(struct keys_work *work, const struct desk_result *result, struct err *err) {
    struct call *call = work->call;
    struct ticket ticket = {0};
    char key[KEY_SIZE];
    bool ok = tickets_get(call->site.board, result->ticket, &ticket, err);

    site_key(&call->site, result->ticket, key);
    ok =
        ok && say_breaker(call, key, &ticket, err) && say_needs(call, key, ticket.id, err) && say_pause(call, key, err);
    ticket_release(&ticket);
    return ok;
}

bool command_retry(struct call *call, struct err *err) {
    return keys_run(call, &(struct keys_job){.text = KEYS_ALONE, .act = retry_one, .after = say_more}, err);
}
