#include "rules/workspace.h"

#include <assert.h>
#include <stdlib.h>

static const char *const hooks[] = {
    [HOOK_AFTER_CREATE] = "after_create",
    [HOOK_BEFORE_RUN] = "before_run",
    [HOOK_AFTER_RUN] = "after_run",
    [HOOK_BEFORE_REMOVE] = "before_remove",
};
static_assert(sizeof hooks / sizeof hooks[0] == HOOK_COUNT, "a name for every hook");

const char *hook_name(enum hook hook) {
    return hooks[hook];
}

void workspace_release(struct workspace *workspace) {
    free(workspace->name);
    free(workspace->repo);
    free(workspace->pool);
    free(workspace->base);
    free(workspace->branch_prefix);
    free(workspace->push);
    free(workspace->push_url);
    for (int i = 0; i < HOOK_COUNT; i++)
        argv_release(&workspace->hooks[i]);
    *workspace = (struct workspace){0};
}
