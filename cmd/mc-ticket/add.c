#include <stdlib.h>

#include "base/err.h"
#include "base/text.h"
#include "call.h"
#include "placing.h"
#include "rules/ticket_text.h"
#include "store/tickets.h"

/* The texts of a new ticket, cleaned. */
struct adding {
    struct text title, labels, dedupe_key;
};

static void adding_release(struct adding *adding) {
    text_release(&adding->title);
    text_release(&adding->labels);
    text_release(&adding->dedupe_key);
}

static bool read_texts(const struct call *call, struct adding *adding, struct ticket_new *ticket, struct err *err) {
    const char *dedupe_key = option_value(&call->options, OPTION_DEDUPE_KEY);

    if (!ticket_line(&adding->title, TICKET_TITLE, call_word(call, 0), err) ||
        !ticket_labels(&adding->labels, &call->options.values[OPTION_LABEL], err) ||
        (dedupe_key != NULL && !ticket_line(&adding->dedupe_key, TICKET_DEDUPE_KEY, dedupe_key, err)))
        return false;
    ticket->title = text_str(&adding->title);
    ticket->labels = adding->labels.len > 0 ? text_str(&adding->labels) : NULL;
    ticket->dedupe_key = dedupe_key != NULL ? text_str(&adding->dedupe_key) : NULL;
    ticket->body = text_str(&call->body);
    return true;
}

static bool read_words(const struct call *call, struct ticket_new *ticket, struct err *err) {
    const struct options *options = &call->options;
    const char *priority = option_value(options, OPTION_PRIORITY);
    int found = PRIORITY_MEDIUM;

    ticket->profile = option_value(options, OPTION_PROFILE);
    ticket->workspace = option_value(options, OPTION_WORKSPACE);
    ticket->status = option_given(options, OPTION_INBOX) ? TICKET_INBOX : TICKET_TODO;
    if (option_given(options, OPTION_INBOX) && option_given(options, OPTION_TODO))
        return err_set(err, MC_USAGE, "add takes --inbox or --todo, not both");
    if (priority != NULL && !placing_priority(priority, &found, err))
        return false;
    ticket->priority = (enum priority)found;
    return placing_profile(call, ticket->profile, err) && placing_workspace(call, ticket->workspace, err);
}

bool command_add(struct call *call, struct err *err) {
    struct ticket_new ticket = {0};
    struct desk_result result = {0};
    struct desk desk;
    struct adding adding = {0};
    int64_t *after = NULL;
    bool ok = false;

    if (!read_texts(call, &adding, &ticket, err) || !call_open(call, false, err) || !read_words(call, &ticket, err) ||
        !placing_after(call, OPTION_AFTER, &after, err))
        goto out;
    ticket.after = after;
    ticket.after_count = call->options.values[OPTION_AFTER].count;
    ok = call_desk(call, NULL, &desk, err) && desk_add(&desk, &ticket, &result, err);
    if (ok)
        call_say(call, &desk, &result);
    if (ok && ticket.after_count)
        placing_warn(call, result.ticket);
out:
    desk_result_release(&result);
    adding_release(&adding);
    free(after);
    return ok;
}
