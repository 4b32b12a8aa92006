#include "placing.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "run/here.h"
#include "store/queue.h"
#include "stuck.h"

bool placing_profile(const struct call *call, const char *name, struct err *err) {
    return name == NULL || config_profile(&call->site.config, name) != NULL || here_not_alone(&call->site, name) ||
           err_set(err, MC_DATAERR, "--profile %s: no such profile; name a built-in one or add it to the configuration",
                   name);
}

bool placing_workspace(const struct call *call, const char *name, struct err *err) {
    const struct config *config = &call->site.config;
    struct text there = {0};
    char *why = config_misplaced(config, name);

    if (why == NULL || here_not_alone(&call->site, name)) {
        free(why);
        return true;
    }
    config_list_workspaces(config, &there);
    if (name == NULL)
        err_set(err, MC_DATAERR, "%s; give --workspace NAME, of %s", why, text_str(&there));
    else
        err_set(err, MC_DATAERR, "--workspace %s: no such workspace; %s%s%sadd it to %s in the configuration", name,
                there.len ? "give one of " : "", text_str(&there), there.len ? ", or " : "", config_missing_key(name));
    text_release(&there);
    free(why);
    return false;
}

bool placing_priority(const char *word, int *priority, struct err *err) {
    *priority = priority_from(word);
    return *priority >= 0 || err_set(err, MC_USAGE, "--priority %s: give critical, high, medium or low", word);
}

bool placing_after(const struct call *call, enum option_id option, int64_t **ids, struct err *err) {
    const struct argv *keys = &call->options.values[option];

    *ids = xcalloc(keys->count + 1, sizeof **ids);
    for (size_t i = 0; i < keys->count; i++)
        if (!call_ticket(call, keys->items[i], &(*ids)[i], err))
            return err_wrap(err, option == OPTION_AFTER ? "--after" : "--no-after");
    return true;
}

void placing_warn(struct call *call, int64_t ticket) {
    struct stuck_list list = {0};
    struct err err = {0};

    (void)stuck_of(call->site.board, ticket, &list, &err);
    stuck_warn(call, &list, &err);
}
