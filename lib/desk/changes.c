#include "desk/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/site.h"
#include "run/travel.h"
#include "store/runtimes.h"

static bool is_its(const struct slot *slot, const struct run_list *runs) {
    for (size_t i = 0; i < runs->count && slot->state != SLOT_FREE; i++)
        if (text_same(slot->run_id, runs->items[i].run_id))
            return true;
    return false;
}

/* Only those stay that hold something of these runs. */
static void sift(struct slot_list *slots, const struct run_list *runs) {
    size_t kept = 0;

    for (size_t i = 0; i < slots->count; i++) {
        if (is_its(&slots->items[i], runs))
            slots->items[kept++] = slots->items[i];
        else
            slot_release(&slots->items[i]);
    }
    slots->count = kept;
}

bool changes_find(struct site *site, const struct run_list *runs, struct changes *changes, struct err *err) {
    *changes = (struct changes){.site = site};
    for (size_t i = 0; i < runs->count; i++)
        if (runs->items[i].branch)
            changes->run = &runs->items[i];
    if (changes->run && changes->run->workspace)
        changes->workspace = config_workspace_named(&site->config, changes->run->workspace);
    if (!slots_list(site->board, site->config.host, &changes->slots, err) ||
        (changes_host(changes) && !slots_list(site->board, changes->run->host, &changes->away, err)))
        return false;
    sift(&changes->slots, runs);
    sift(&changes->away, runs);
    return true;
}

const char *changes_host(const struct changes *changes) {
    const struct run *run = changes->run;

    return run && run->host && board_is_shared(changes->site->board) &&
                   !text_same(run->host, changes->site->config.host)
               ? run->host
               : NULL;
}

static struct travel_asked travel_of(const struct changes *changes, int64_t timeout_ms) {
    return (struct travel_asked){.site = changes->site,
                                 .git = &changes->git,
                                 .workspace = changes->workspace,
                                 .run = changes->run,
                                 .timeout_ms = timeout_ms};
}

static bool no_branch(const struct changes *changes, struct err *err) {
    const char *host = changes_host(changes);

    if (!host)
        return err_set(err, MC_NOINPUT, "branch %s is not in %s any more", changes->run->branch,
                       changes->workspace->repo);
    return err_set(err, MC_NOINPUT, "it is on host %s%s", host,
                   changes->missing           ? " alone"
                   : changes->workspace->push ? ", and was not fetched: mc-ticket diff does that"
                                              : " alone: the workspace has no \"push\"");
}

static bool find_tip(struct changes *changes, struct err *err) {
    const struct travel_asked asked = travel_of(changes, 0);
    struct travel travel;
    bool ok = travel_look(&asked, &travel, err);

    text_copy(changes->to, OID_SIZE, travel.tip);
    travel_release(&travel);
    return ok && (*changes->to || no_branch(changes, err));
}

/* A branch that goes on from an earlier run's begins before the newest base does. */
static bool find_ends(struct changes *changes, int64_t timeout_ms, struct err *err) {
    const struct run *run = changes->run;
    const char *base = run->base_commit ? run->base_commit : "";
    bool ok = find_tip(changes, err) &&
              git_fork(&changes->git, &(struct git_span){base, changes->to, timeout_ms}, changes->from, err);

    if (ok && !*changes->from)
        ok = err_set(err, MC_NOINPUT, "the history of branch %s has nothing in common with its base %.12s any more",
                     run->branch, base);
    return ok;
}

static bool open_git(struct changes *changes, struct err *err) {
    if (!changes->workspace)
        return err_set(err, MC_CONFIG, "workspace %s is not configured any more",
                       changes->run->workspace ? changes->run->workspace : "-");
    return changes->opened || (changes->opened = git_open(&changes->git, changes->workspace->repo, err));
}

bool changes_fetch(struct changes *changes, int64_t timeout_ms, struct err *err) {
    const struct travel_asked asked = travel_of(changes, timeout_ms);
    struct travel travel = {0};
    struct text line = {0};
    struct err own = {0};
    char key[KEY_SIZE];
    bool ok = true;

    if (changes_host(changes) && open_git(changes, &own)) {
        ok = travel_fetch(&asked, &travel, &own, err);
        site_key(changes->site, changes->run->ticket_id, key);
        travel.seen.key = key;
        if (ok && travel.elsewhere)
            travel_say(&line, &travel.seen);
    }
    changes->missing = line.len ? text_take(&line) : NULL;
    travel_release(&travel);
    text_release(&line);
    ok = ok || own.text; /* git's own failure is said by changes_look */
    err_release(&own);
    return ok;
}

/* A tree that is none is said by whoever shows it. */
static void look_at_slots(struct changes *changes, int64_t timeout_ms) {
    changes->strays = xcalloc(changes->slots.count, sizeof *changes->strays);
    for (size_t i = 0; i < changes->slots.count; i++) {
        const struct slot *slot = &changes->slots.items[i];
        struct git_tree tree = {0};
        struct err err = {0};

        if (changes_tree(changes, slot, &tree, &err))
            stray_look(&changes->strays[i],
                       &(struct stray_asked){&tree, slot->branch, changes->run->base_commit, timeout_ms});
        git_tree_release(&tree);
        err_release(&err);
    }
}

void changes_look(struct changes *changes, int64_t timeout_ms) {
    struct err err = {0};
    bool ok = open_git(changes, &err) && find_ends(changes, timeout_ms, &err);
    const struct git_span span = {changes->from, changes->to, timeout_ms};

    ok = ok && git_beyond(&changes->git, &span, &changes->commits, &err) &&
         git_diffstat(&changes->git, &span, &changes->stat, &err);
    if (!ok)
        changes->why = xstrdup(err.text);
    if (changes->opened)
        look_at_slots(changes, timeout_ms);
    err_release(&err);
}

bool changes_tree(const struct changes *changes, const struct slot *slot, struct git_tree *tree, struct err *err) {
    char *folder = site_pool(changes->site, changes->workspace);
    enum slot_place place =
        git_tree_find(tree, &changes->git, &(struct git_folder){.pool = folder, .path = slot->path});

    free(folder);
    return place == SLOT_AT_TREE ||
           err_set(err, MC_NOINPUT, "%s: there is no worktree of %s there now", slot->path, changes->workspace->repo);
}

bool changes_glance(struct changes *changes, int64_t timeout_ms, size_t *files) {
    const struct slot *own = NULL;
    struct git_tree tree = {0};
    struct err err = {0};
    bool ok;

    *files = 0;
    for (size_t i = 0; i < changes->slots.count; i++)
        if (changes->slots.items[i].state == SLOT_CLAIMED)
            own = &changes->slots.items[i];
    ok = !own || (open_git(changes, &err) && changes_tree(changes, own, &tree, &err) &&
                  git_tree_count(&tree, timeout_ms, files, &err));
    if (ok && own)
        look_at_slots(changes, timeout_ms);
    git_tree_release(&tree);
    err_release(&err);
    return ok;
}

void changes_kept(const struct changes *changes, char from[OID_SIZE]) {
    char *parent = xasprintf("%s^1", changes->run->preserved);
    struct err err = {0};

    (void)git_commit_of(&changes->git, parent, from, &err);
    err_release(&err);
    free(parent);
}

void changes_say(struct text *out, const struct changes *changes) {
    const struct git_stat *stat = &changes->stat;

    text_addf(out, "%lld commit%s, %lld file%s, +%lld -%lld", (long long)changes->commits,
              changes->commits == 1 ? "" : "s", (long long)stat->files, stat->files == 1 ? "" : "s",
              (long long)stat->added, (long long)stat->removed);
}

void changes_put(struct json *object, const struct changes *changes) {
    json_put_string(object, "from", changes->from);
    json_put_string(object, "to", changes->to);
    json_put_int(object, "commits", changes->commits);
    json_put_int(object, "files", changes->stat.files);
    json_put_int(object, "added", changes->stat.added);
    json_put_int(object, "removed", changes->stat.removed);
}

void changes_release(struct changes *changes) {
    for (size_t i = 0; changes->strays && i < changes->slots.count; i++)
        stray_release(&changes->strays[i]);
    free(changes->strays);
    slot_list_release(&changes->slots);
    git_release(&changes->git);
    slot_list_release(&changes->away);
    free(changes->why);
    free(changes->missing);
    *changes = (struct changes){0};
}
