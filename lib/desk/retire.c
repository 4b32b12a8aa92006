#include "desk/retire.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/folder.h"
#include "run/site.h"
#include "store/board.h"
#include "store/slots.h"

enum { LINK_MAX = 8192 };

/* Where the pool is now; NULL: the workspace is not configured. */
static char *folder_of(const struct site *site, const struct slot *slot) {
    const struct workspace *workspace = config_workspace_named(&site->config, slot->workspace);

    return workspace ? site_pool(site, workspace) : NULL;
}

static char *place_in(const char *folder, const struct slot *slot) {
    return xasprintf("%s/pool-%lld", folder, (long long)slot->number);
}

/* Or it was moved there with the pool: its row has the old place until a ticket gets it again. */
static bool is_in(const char *folder, const struct slot *slot) {
    char *path = place_in(folder, slot);
    bool is = folder_same(path, slot->path) || (files_exists(path) && !files_exists(slot->path));

    free(path);
    return is;
}

static char *place_of(const struct site *site, const struct slot *slot) {
    char *folder = folder_of(site, slot);
    char *place = folder && is_in(folder, slot) ? place_in(folder, slot) : xstrdup(slot->path);

    free(folder);
    return place;
}

char *retire_reason(const struct site *site, const struct slot *slot) {
    const struct workspace *workspace = config_workspace_named(&site->config, slot->workspace);
    char *folder = folder_of(site, slot), *reason = NULL;

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
static char *repository_of(const char *place) {
    static const char start[] = "gitdir: ", part[] = "/worktrees/", common[] = "/.git";
    char *file = xasprintf("%s/.git", place), *end = NULL, *found = NULL;
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

static void say(struct text *line, const struct site *site, const struct slot *slot, const char *reason) {
    char *place = place_of(site, slot), *repo = repository_of(place);

    text_addf(line, "is off the list, because %s", reason);
    if (repo) {
        text_add(line, "; its worktree is left where it is: git -C ");
        text_quote(line, repo);
        text_add(line, " worktree remove ");
        text_quote(line, place);
        text_add(line, " removes it");
    } else if (files_exists(place)) {
        text_add(line, "; its folder is left where it is: ");
        text_quote(line, place);
    }
    free(repo);
    free(place);
}

bool retire_slot(struct site *site, const struct slot *slot, struct retired *retired, struct err *err) {
    char *reason = slot->state == SLOT_FREE ? retire_reason(site, slot) : NULL;
    bool ok = true;

    if (reason)
        ok = slots_drop(site->board, slot, &retired->yes, err);
    if (ok && retired->yes)
        say(&retired->line, site, slot, reason);
    free(reason);
    return ok;
}
