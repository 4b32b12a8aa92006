#include "release.h"

#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "desk/retire.h"
#include "rules/request.h"
#include "run/hosts.h"
#include "run/pool.h"
#include "store/slots.h"

/* What became of a slot that a person has released. exit 0: it is free. */
static const struct ending {
    const char *word, *say;
    int exit;
} endings[] = {
    [POOL_FREED] = {"freed", "is free", MC_OK},
    [POOL_QUARANTINED] = {"quarantined", "is still not in order", MC_DATAERR},
    [POOL_WAITS] = {"waits", "is left as it is", MC_TEMPFAIL},
    [POOL_BUSY] = {"busy", "is being prepared or given back by another program at this moment; try again", MC_TEMPFAIL},
    [POOL_HELD] = {"held", "is held by a run that is not over", MC_DATAERR},
    [POOL_FREE_ALREADY] = {"free", "was free already", MC_OK},
    [POOL_TAKEN] = {"taken", "was given back by another program meanwhile", MC_OK},
};

static void say_kept(const struct call *call, int64_t ticket_id, const struct pool_done *done) {
    char key[KEY_SIZE];

    if (!done->kept || !ticket_id)
        return;
    site_key(&call->site, ticket_id, key);
    if (done->late)
        printf("; what was not committed in it is kept, and a later run of %s has begun without it: mc-ticket show %s",
               key, key);
    else
        printf("; what was not committed in it is kept for the next run of %s: mc-ticket diff %s", key, key);
}

static void print_end(const struct slot *slot, const char *end, bool kept, const char *text) {
    struct json *object = json_object();

    json_put_int(object, "schema", 1);
    json_put_string(object, "slot", slot->name);
    json_put_string(object, "end", end);
    json_put_bool(object, "kept", kept);
    json_put_string(object, "text", text);
    call_print(object);
}

static void say_done(const struct call *call, const struct slot *slot, const struct pool_done *done) {
    const struct ending *ending = &endings[done->end];

    if (call->json) {
        print_end(slot, ending->word, done->kept, done->line.len ? text_str(&done->line) : NULL);
        return;
    }
    print_line(slot->name, 0);
    printf(" %s", ending->say);
    say_kept(call, slot->ticket_id, done);
    if (done->line.len) {
        fputs(": ", stdout);
        print_line(text_str(&done->line), 0);
    }
    putchar('\n');
}

static void say_retired(const struct call *call, const struct slot *slot, const struct retired *retired) {
    if (call->json) {
        print_end(slot, "retired", false, text_str(&retired->line));
        return;
    }
    print_line(slot->name, 0);
    putchar(' ');
    print_line(text_str(&retired->line), 0);
    putchar('\n');
}

/* It is not a slot's to say when a run is over. */
static bool refuse_held(const struct call *call, const struct slot *slot, struct err *err) {
    char key[KEY_SIZE];

    err_set(err, MC_DATAERR, "%s %s", slot->name, endings[POOL_HELD].say);
    if (!slot->ticket_id)
        return false;
    site_key(&call->site, slot->ticket_id, key);
    return err_advise(
        err, "the pickup gives it back when %s is done, blocked or cancelled: mc-ticket show %s says what is next", key,
        key);
}

static bool give_back(struct call *call, const struct slot *slot, struct err *err) {
    struct pool_done done = {0};
    bool ok = pool_release(&call->site, slot->name, &done, err);

    if (ok && done.end == POOL_HELD)
        ok = refuse_held(call, slot, err);
    else if (ok && endings[done.end].exit != MC_OK)
        ok = err_set(err, (enum mc_exit)endings[done.end].exit, "%s %s%s%s", slot->name, endings[done.end].say,
                     done.line.len ? ": " : "", text_str(&done.line));
    else if (ok)
        say_done(call, slot, &done);
    pool_done_release(&done);
    return ok;
}

bool release_slot(struct call *call, const char *name, struct err *err) {
    struct slot slot = {0};
    struct retired retired = {0};
    const char *const texts[] = {name, NULL};
    const struct request_for what = {"pool release", 0, texts};
    struct desk desk;
    bool ok = call_open(call, false, err) && site_know_self(&call->site, err) && hosts_check(&call->site, err) &&
              call_desk(call, NULL, &desk, err) && desk_request_ask(&desk, &what, err) &&
              slots_get(call->site.board, name, &slot, err);

    if (ok && !slot.name)
        ok = err_set(err, MC_NOINPUT, "no slot %s", name) || err_advise(err, "see mc-ticket pool");
    ok = ok && retire_slot(&call->site, &slot, &retired, err);
    if (ok && retired.yes)
        say_retired(call, &slot, &retired);
    else if (ok)
        ok = give_back(call, &slot, err);
    ok = ok && desk_request_note(&desk, &what, err);
    text_release(&retired.line);
    slot_release(&slot);
    return ok;
}
