#include <stdio.h>
#include <stdlib.h>

#include "await.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "keys.h"
#include "pickup/sender.h"
#include "reply.h"
#include "run/here.h"

enum { SECONDS_MOST = 30 * 24 * 3600, SECOND = 1000 };

/* What was asked for, and what it has come to. */
struct sending_call {
    struct call *call;
    struct desk desk;
    int64_t ticket;
    const char *text;
    bool wait;
    struct await await;
    struct json *object; /* with --json */
};

static bool read_wait(struct sending_call *sending, struct err *err) {
    const char *value = option_value(&sending->call->options, OPTION_WAIT);
    long long seconds = 0;

    sending->wait = value != NULL;
    if (value != NULL && value[0] != '\0' && !text_to_int(value, 1, SECONDS_MOST, &seconds))
        return err_set(err, MC_USAGE, "--wait takes whole seconds from 1 to %d, or none", SECONDS_MOST);
    sending->await = (struct await){.call = sending->call, .limit_ms = seconds * SECOND};
    return true;
}

static bool prepare(struct sending_call *sending, struct err *err) {
    struct call *call = sending->call;

    if (option_given(&call->options, OPTION_BODY_FILE) && call_word(call, 1) != NULL)
        return err_set(err, MC_USAGE, "take a TEXT or --body-file, not both");
    sending->text = body_text(call, err);
    return sending->text && read_wait(sending, err) && call_open(call, false, err) &&
           call_key(call, call_word(call, 0), &sending->ticket, err) && call_may_on(call, sending->ticket, err) &&
           call_desk(call, NULL, &sending->desk, err);
}

/* With --wait only the reply is said. */
static void say(struct sending_call *sending, struct json *object, const char *line) {
    if (sending->call->json)
        sending->object = object;
    else
        json_free(object);
    if (sending->call->json || sending->wait)
        return;
    print_line(line, 0);
    putchar('\n');
}

static bool queue(struct sending_call *sending, struct err *err) {
    struct desk_result result = {0};
    const struct desk_telling telling = {
        .ticket = sending->ticket, .text = sending->text, .turn = true, .alone = sending->wait};
    bool ok = desk_tell(&sending->desk, &telling, &result, err);

    if (ok)
        say(sending, desk_result_json(&sending->desk, &result), result.say);
    sending->await.message = result.message;
    desk_result_release(&result);
    return ok;
}

static bool send_now(struct sending_call *sending, struct err *err) {
    const struct sender sender = {.site = &sending->call->site,
                                  .ticket = sending->ticket,
                                  .text = sending->text,
                                  .by = sending->desk.by,
                                  .own = sending->call->agent_ticket == sending->ticket,
                                  .request = sending->desk.request};
    struct sender_done done = {0};
    bool ok;

    if (!here_agent(sender.site, sending->ticket, "send", err))
        return err->code == MC_UNAVAILABLE &&
               err_advise(err, "or leave it for that host's next mc-pickup with --queue");
    ok = sender_send(&sender, &done, err);
    if (ok)
        say(sending, sender_done_json(sender.site, &done), done.say);
    text_copy(sending->await.run_id, sizeof sending->await.run_id, done.run_id);
    text_copy(sending->await.nonce, sizeof sending->await.nonce, done.nonce);
    sender_done_release(&done);
    return ok;
}

static bool hear(struct sending_call *sending, struct err *err) {
    struct turn_reply reply = {0};
    bool ok;

    if (!sending->wait)
        return true;
    sending->await.ticket = sending->ticket;
    ok = await_reply(&sending->await, &reply, err);
    if (ok && sending->call->json)
        json_put_string(sending->object, "reply", text_str(&reply.text));
    else if (ok)
        reply_print(&reply);
    turn_reply_release(&reply);
    return ok;
}

bool command_send(struct call *call, struct err *err) {
    struct sending_call sending = {.call = call};
    bool queued = option_given(&call->options, OPTION_QUEUE);
    bool ok;

    if (!prepare(&sending, err))
        return false;
    await_interrupts();
    ok = (queued ? queue(&sending, err) : send_now(&sending, err)) && hear(&sending, err);
    if (ok && call->json)
        call_print(sending.object);
    else
        json_free(sending.object);
    return ok;
}

static bool note_one(struct keys_work *work, int64_t ticket, struct desk_result *result, struct err *err) {
    return desk_tell(&work->desk, &(struct desk_telling){.ticket = ticket, .text = work->text}, result, err);
}

bool command_note(struct call *call, struct err *err) {
    return keys_run(call, &(struct keys_job){.text = KEYS_TEXT, .act = note_one}, err);
}
