#include "desk/retire.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "run/site.h"
#include "store/board.h"
#include "store/slots.h"

enum { LINK_MAX = 8192 };

/* Or it was moved there with the pool: its row has the old place until a ticket gets it again. */
static bool is_in(const char *folder, const struct slot *slot) {
    char *path = xasprintf("%s/pool-%lld", folder, (long long)slot->number);
    bool is = text_same(path, slot->path) || (files_exists(path) && !files_exists(slot->path));

    free(path);
    return is;
}

char *retire_reason(const struct site *site, const struct slot *slot) {
    const struct workspace *workspace = config_workspace_named(&site->config, slot->workspace);
    char *folder = workspace ? site_pool(site, workspace) : NULL;
    char *reason = NULL;

    if (!workspace)
        reason = xstrdup("its workspace is not configured any more");
    else if (slot->number > workspace->size)
        reason = xasprintf("it is beyond \"size\" (%lld)", (long long)workspace->size);
    else if (!is_in(folder, slot))
        reason = xasprintf("it is not in the pool, which is %s now", folder);
    free(folder);
    return reason;
}

/* By the worktree's own .git, "gitdir: REPO/.git/worktrees/NAME": its repository may be configured no more. */
static char *repository_of(const struct slot *slot) {
    static const char start[] = "gitdir: ", part[] = "/worktrees/", common[] = "/.git";
    char *file = xasprintf("%s/.git", slot->path), *end = NULL, *found = NULL;
    struct text text = {0};
    struct err err = {0};

    if (files_read(&text, file, LINK_MAX, &err) && text_starts(text_str(&text), start)) {
        found = xstrdup(text_str(&text) + strlen(start));
        for (char *next = strstr(found, part); next; next = strstr(next + 1, part))
            end = next;
        if (end)
            *end = '\0';
        else
            xreplace(&found, NULL);
    }
    if (found && strlen(found) > strlen(common) && strcmp(found + strlen(found) - strlen(common), common) == 0)
        found[strlen(found) - strlen(common)] = '\0';
    err_release(&err);
    text_release(&text);
    free(file);
    return found;
}

static void say(struct text *line, const struct slot *slot, const char *reason) {
    char *repo = repository_of(slot);

    text_addf(line, "is off the list, because %s", reason);
    if (repo) {
        text_add(line, "; its worktree is left where it is: git -C ");
        text_quote(line, repo);
        text_add(line, " worktree remove ");
        text_quote(line, slot->path);
        text_add(line, " removes it");
    } else if (files_exists(slot->path)) {
        text_add(line, "; its folder is left where it is: ");
        text_quote(line, slot->path);
    }
    free(repo);
}

bool retire_slot(struct site *site, const struct slot *slot, struct retired *retired, struct err *err) {
    char *reason = slot->state == SLOT_FREE ? retire_reason(site, slot) : NULL;
    bool ok = true;

    if (reason)
        ok = slots_drop(site->board, slot, &retired->yes, err);
    if (ok && retired->yes)
        say(&retired->line, slot, reason);
    free(reason);
    return ok;
}
