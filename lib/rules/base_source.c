#include "rules/base_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/mem.h"
#include "base/text.h"

static const char *behind(const char *name, const char *prefix) {
    return text_starts(name, prefix) ? name + strlen(prefix) : name;
}

/* The longest remote whose name and a slash begin it, for a remote's name may have slashes too; NULL: none does. */
static const char *remote_in(const char *name, const struct argv *remotes) {
    const char *found = NULL;

    for (size_t i = 0; i < remotes->count; i++) {
        const char *remote = remotes->items[i];
        size_t n = strlen(remote);

        if (text_starts(name, remote) && name[n] == '/' && name[n + 1] && (!found || n > strlen(found)))
            found = remote;
    }
    return found;
}

void base_source(struct base_source *source, const struct base_wish *wish) {
    const char *name = behind(wish->base, "refs/remotes/");
    const char *remote = text_starts(wish->base, "refs/heads/") ? NULL : remote_in(name, wish->remotes);

    *source = (struct base_source){.local = !remote};
    source->remote = xstrdup(remote ? remote : wish->push ? wish->push : "origin");
    source->branch = xstrdup(remote ? name + strlen(remote) + 1 : behind(wish->base, "refs/heads/"));
}

void base_source_release(struct base_source *source) {
    free(source->remote);
    free(source->branch);
    *source = (struct base_source){0};
}
