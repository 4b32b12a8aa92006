#include "run/pool.h"

#include "base/mem.h"
#include "rules/workspace.h"
#include "run/site.h"

char *pool_folder(const struct site *site, const struct workspace *workspace) {
    char *beside, *folder;

    if (workspace->pool)
        return xstrdup(workspace->pool);
    beside = site_own_file(site, "pool");
    folder = xasprintf("%s/%s", beside, workspace->name);
    free(beside);
    return folder;
}
