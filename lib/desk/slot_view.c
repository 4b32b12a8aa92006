#include "desk/slot_view.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/retire.h"
#include "host/disk.h"
#include "host/git_show.h"
#include "run/pool_folder.h"
#include "run/site.h"
#include "store/runtimes.h"
#include "store/slots.h"

enum { ALL_MS = 15000, SIZE_MS = 2000, GIT_MS = 5000 };

/* The workspace whose slots are being looked at, until when. */
struct view_pool {
    int64_t until;
    const struct workspace *workspace;
    char *folder, *why; /* why: its repository cannot be read, or it is out of reach */
    struct git git;
};

static void pool_close(struct view_pool *pool) {
    free(pool->folder);
    free(pool->why);
    git_release(&pool->git);
    *pool = (struct view_pool){.until = pool->until};
}

static void pool_open(struct site *site, const struct workspace *workspace, struct view_pool *pool) {
    struct err err = {0};

    if (pool->workspace == workspace)
        return;
    pool_close(pool);
    pool->workspace = workspace;
    pool->folder = site_pool(site, workspace);
    if (!git_open(&pool->git, workspace->repo, &err) ||
        pool_folder_lost(site, &(struct pool_folder){workspace, pool->folder, &pool->git, false}, &err))
        pool->why = xstrdup(err.text);
    err_release(&err);
}

/* The branch may be gone, and the board may be older than it: no number is told then. */
static void count_commits(const struct view_pool *pool, const struct run *run, struct slot_view *view) {
    char *branch = xasprintf("refs/heads/%s", run->branch ? run->branch : "");
    struct err why = {0};

    if (run->branch && run->base_commit &&
        !git_beyond(&pool->git, &(struct git_span){run->base_commit, branch, .timeout_ms = GIT_MS}, &view->commits,
                    &why))
        view->commits = -1;
    err_release(&why);
    free(branch);
}

static void look(const struct view_pool *pool, const struct run *run, struct slot_view *view) {
    const struct git_folder folder = {.pool = pool->folder, .path = view->slot.path};
    struct git_changes changes = {0};
    struct git_tree tree = {0};
    struct err err = {0};

    view->facts.place = git_tree_find(&tree, &pool->git, &folder);
    git_tree_strange(&pool->git, &folder, &view->facts);
    if (!view->slot.branch && view->slot.head)
        text_copy(view->facts.given, sizeof view->facts.given, view->slot.head);
    if (view->facts.place == SLOT_AT_TREE && !git_tree_glance(&tree, &view->facts, &changes, &err))
        view->why = xstrdup(err.text);
    if (view->facts.place == SLOT_AT_TREE && view->slot.state != SLOT_FREE)
        stray_look(&view->stray, &(struct stray_asked){&tree, view->slot.branch, run->base_commit, GIT_MS});
    git_changes_release(&changes);
    git_tree_release(&tree);
    err_release(&err);
}

/* Its agent, and what that has started, has the right to be there. */
static bool find_stranger(struct site *site, struct slot_view *view, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];
    bool ok;

    if (view->facts.process <= 0 || !view->slot.ticket_id) {
        view->stranger = view->facts.process;
        return true;
    }
    key_session_key(session_key, view->slot.ticket_id);
    ok = runtimes_get(site->board, session_key, &runtime, err);
    if (ok && !(runtime_active(&runtime) && text_same(runtime.run_id, view->slot.run_id) && runtime.agent.pid &&
                getsid((pid_t)view->facts.process) == runtime.agent.pid))
        view->stranger = view->facts.process;
    runtime_release(&runtime);
    return ok;
}

static bool see(struct site *site, const struct view_pool *pool, struct slot_view *view, struct err *err) {
    struct run run = {0};
    bool ok = !view->slot.run_id || runs_get(site->board, view->slot.run_id, &run, err);

    if (ok) {
        look(pool, &run, view);
        count_commits(pool, &run, view);
        view->base = run.base ? xstrdup(run.base) : NULL;
    }
    run_release(&run);
    return ok && find_stranger(site, view, err);
}

static bool view_fill(struct site *site, struct view_pool *pool, struct slot_view *view, struct err *err) {
    int64_t now = clock_monotonic();
    int64_t size_until = now + SIZE_MS < pool->until ? now + SIZE_MS : pool->until;

    view->workspace = config_workspace_named(&site->config, view->slot.workspace);
    view->surplus = retire_reason(site, &view->slot);
    if (!disk_used(&(struct disk_asked){view->slot.path, size_until}, &view->bytes))
        view->bytes = -1;
    if (!view->workspace) {
        view->why = xstrdup(view->surplus);
        return true;
    }
    if (clock_monotonic() > pool->until) {
        view->why = xstrdup("not looked at, because the others took so long");
        return true;
    }
    pool_open(site, view->workspace, pool);
    if (pool->why) {
        view->why = xstrdup(pool->why);
        return true;
    }
    return see(site, pool, view, err);
}

bool slot_views_read(struct site *site, struct slot_views *views, struct err *err) {
    struct slot_list list = {0};
    struct view_pool pool = {.until = clock_monotonic() + ALL_MS};
    bool ok = slots_list(site->board, site->config.host, &list, err);

    for (size_t i = 0; ok && i < list.count; i++) {
        views->items = xgrow(views->items, views->count, &views->cap, sizeof *views->items);
        views->items[views->count] = (struct slot_view){.slot = list.items[i], .commits = -1, .bytes = -1};
        list.items[i] = (struct slot){0};
        ok = view_fill(site, &pool, &views->items[views->count++], err);
    }
    pool_close(&pool);
    slot_list_release(&list);
    return ok;
}

void slot_views_release(struct slot_views *views) {
    for (size_t i = 0; i < views->count; i++) {
        slot_release(&views->items[i].slot);
        slot_facts_release(&views->items[i].facts);
        stray_release(&views->items[i].stray);
        free(views->items[i].why);
        free(views->items[i].surplus);
        free(views->items[i].base);
    }
    free(views->items);
    *views = (struct slot_views){0};
}

bool slot_view_clean(const struct slot_view *view) {
    const struct slot_facts *facts = &view->facts;

    return !view->why && facts->place == SLOT_AT_TREE && !facts->held_up && !facts->changed && !facts->untracked &&
           !facts->unmerged && !facts->nested && !facts->submodules && facts->underway == UNDERWAY_NOTHING;
}
