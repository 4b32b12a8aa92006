#include "reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "run/here.h"
#include "run/turn_look.h"
#include "store/runtimes.h"

void reply_print(const struct turn_reply *reply) {
    if (isatty(STDOUT_FILENO)) {
        print_block(text_str(&reply->text), "");
        return;
    }
    fwrite(text_str(&reply->text), 1, reply->text.len, stdout);
    if (reply->left == LEFT_LINE)
        putchar('\n');
}

/* A turn that is over. */
struct last {
    char *run_id, *nonce; /* NULL: none */
    bool agent;           /* it has had one */
};

/* Of an agent that has had none yet: the last of the runs before. */
static bool find_sent(struct call *call, int64_t ticket, struct last *last, struct err *err) {
    struct message_list list = {0};
    const struct message *newest = NULL;
    bool ok = messages_of_ticket(call->site.board, ticket, &list, err);

    for (size_t i = 0; i < list.count; i++) {
        const struct message *one = &list.items[i];

        if (one->status == MESSAGE_SENT && one->run_id && one->nonce && (!newest || one->sent_at >= newest->sent_at) &&
            !text_same(one->nonce, last->nonce))
            newest = one;
    }
    free(last->nonce);
    last->nonce = newest ? xstrdup(newest->nonce) : NULL;
    last->run_id = newest ? xstrdup(newest->run_id) : NULL;
    message_list_release(&list);
    return ok;
}

static bool find_last(struct call *call, int64_t ticket, struct last *last, struct err *err) {
    char session_key[SESSION_KEY_SIZE];
    struct runtime runtime = {0};
    bool known;

    key_session_key(session_key, ticket);
    if (!runtimes_get(call->site.board, session_key, &runtime, err))
        return false;
    known = runtime.last_turn_marker != NULL;
    last->agent = runtime.session_key != NULL;
    last->run_id = known ? xstrdup(runtime.run_id) : NULL;
    last->nonce = xstrdup(known ? runtime.last_turn_marker : runtime.turn_nonce); /* the one under way is not over */
    runtime_release(&runtime);
    return known || find_sent(call, ticket, last, err);
}

static void say(const struct call *call, const struct last *last, const struct turn_reply *reply) {
    struct json *object;

    if (!call->json) {
        reply_print(reply);
        return;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put_string(object, "ticket", call_word(call, 0));
    json_put_string(object, "run", last->run_id);
    json_put_string(object, "nonce", last->nonce);
    json_put_bool(object, "whole", reply->left == LEFT_REPLY);
    json_put_string(object, "reply", text_str(&reply->text));
    call_print(object);
}

/* The word's line is what the board has of a turn on another machine. */
static bool say_where(struct call *call, const char *key, const struct last *last, struct err *err) {
    struct run run = {0};
    bool ok = runs_get(call->site.board, last->run_id, &run, err);

    if (ok && run.host && !site_here(&call->site, run.host))
        fprintf(stderr, "mc-ticket: %s: this is its word's line; the whole reply is on host %s\n", key, run.host);
    run_release(&run);
    return ok;
}

static bool fail_without(const char *key, const struct last *last, struct err *err) {
    if (!last->nonce && !last->agent)
        return err_set(err, MC_NOINPUT, "%s has had no agent yet, so there is no reply; mc-ticket show %s tells why",
                       key, key);
    return err_set(err, MC_NOINPUT, "%s: %s; mc-ticket log %s shows what its agent wrote", key,
                   last->nonce ? "its last turn left no reply" : "no turn of it is over yet", key);
}

bool command_reply(struct call *call, struct err *err) {
    const char *key = call_word(call, 0);
    struct last last = {0};
    struct turn_reply reply = {0};
    int64_t id;
    bool ok = call_open(call, true, err) && call_ticket(call, key, &id, err) && find_last(call, id, &last, err);

    if (ok && last.nonce)
        ok = turn_reply(&call->site, &(struct turn_name){.ticket_id = id, .run_id = last.run_id, .nonce = last.nonce},
                        &reply, err);
    if (ok && reply.left == LEFT_NOTHING)
        ok = fail_without(key, &last, err);
    if (ok)
        say(call, &last, &reply);
    if (ok && !call->json && reply.left == LEFT_LINE)
        ok = say_where(call, key, &last, err);
    turn_reply_release(&reply);
    free(last.run_id);
    free(last.nonce);
    return ok;
}
