#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "rules/ticket_text.h"
#include "store/queue.h"
#include "store/tickets.h"
#include "stuck.h"

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

static bool read_after(const struct call *call, struct ticket_new *ticket, int64_t *after, struct err *err) {
    const struct argv *keys = &call->options.values[OPTION_AFTER];

    for (size_t i = 0; i < keys->count; i++)
        if (!call_ticket(call, keys->items[i], &after[i], err))
            return err_wrap(err, "--after");
    ticket->after = after;
    ticket->after_count = keys->count;
    return true;
}

/* "api, web"; those that there are. */
static void list_workspaces(struct text *out, const struct config *config) {
    for (size_t i = 0; i < config->workspace_count; i++)
        text_addf(out, "%s%s", i > 0 ? ", " : "", config->workspaces[i].name);
}

/* One that no pickup could ever place is not added: nothing changes the workspace of a ticket that is there. */
static bool read_workspace(const struct config *config, const char *name, struct err *err) {
    struct text there = {0};
    char *why = config_misplaced(config, name);

    if (why == NULL)
        return true;
    list_workspaces(&there, config);
    if (name == NULL)
        err_set(err, MC_DATAERR, "%s; give --workspace NAME, of %s", why, text_str(&there));
    else
        err_set(err, MC_DATAERR, "--workspace %s: no such workspace; %s%s%sadd it to %s in the configuration", name,
                there.len ? "give one of " : "", text_str(&there), there.len ? ", or " : "", config_missing_key(name));
    text_release(&there);
    free(why);
    return false;
}

static bool read_words(const struct call *call, struct ticket_new *ticket, struct err *err) {
    const struct options *options = &call->options;
    const char *priority = option_value(options, OPTION_PRIORITY);
    int found = priority != NULL ? priority_from(priority) : PRIORITY_MEDIUM;

    ticket->profile = option_value(options, OPTION_PROFILE);
    ticket->workspace = option_value(options, OPTION_WORKSPACE);
    ticket->status = option_given(options, OPTION_INBOX) ? TICKET_INBOX : TICKET_TODO;
    if (option_given(options, OPTION_INBOX) && option_given(options, OPTION_TODO))
        return err_set(err, MC_USAGE, "add takes --inbox or --todo, not both");
    if (found < 0)
        return err_set(err, MC_USAGE, "--priority %s: give critical, high, medium or low", priority);
    ticket->priority = (enum priority)found;
    if (ticket->profile != NULL && config_profile(&call->site.config, ticket->profile) == NULL)
        return err_set(err, MC_DATAERR,
                       "--profile %s: no such profile; name a built-in one or add it to the configuration",
                       ticket->profile);
    return read_workspace(&call->site.config, ticket->workspace, err);
}

/* Added it is, but it may wait for ever: whoever adds it is told. */
static bool warn_stuck(struct call *call, int64_t id, struct err *err) {
    struct stuck_list list = {0};
    bool ok = stuck_of(call->site.board, id, &list, err);

    ok = ok && stuck_warn(&call->site, &list, err);
    stuck_list_release(&list);
    return ok;
}

bool command_add(struct call *call, struct err *err) {
    struct ticket_new ticket = {0};
    struct desk_result result = {0};
    struct desk desk;
    struct adding adding = {0};
    int64_t *after = xcalloc(call->options.values[OPTION_AFTER].count + 1, sizeof *after);
    bool ok = false;

    if (!read_texts(call, &adding, &ticket, err) || !call_open(call, false, err) || !read_words(call, &ticket, err) ||
        !read_after(call, &ticket, after, err))
        goto out;
    ok = call_desk(call, NULL, &desk, err) && desk_add(&desk, &ticket, &result, err);
    if (ok)
        call_say(call, &desk, &result);
    ok = ok && (ticket.after_count == 0 || warn_stuck(call, result.ticket, err));
out:
    desk_result_release(&result);
    adding_release(&adding);
    free(after);
    return ok;
}
