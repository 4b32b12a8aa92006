#include "run/orphans.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/folder.h"
#include "host/git_tree.h"
#include "rules/world.h"
#include "run/site.h"
#include "run/socket.h"
#include "store/journal.h"
#include "store/slots.h"

#define PREFIX_NOTE "ticket_prefix"
#define ADVICE "set it back, and see mc-ticket pool: first its slots are given back"

static char *repo_note(const char *workspace) {
    return xasprintf("repo:%s", workspace);
}

static const char *file_of(const struct config *config) {
    return config->file ? config->file : "the configuration";
}

bool orphans_note(const struct site *site, const struct workspace *workspace, struct err *err) {
    char *key;
    bool ok = settings_put(site->board, PREFIX_NOTE, site->config.ticket_prefix, err) && socket_note(site, err);

    if (!ok || !workspace)
        return ok;
    key = repo_note(workspace->name);
    ok = settings_put(site->board, key, workspace->repo, err);
    free(key);
    return ok;
}

static bool check_prefix(const struct site *site, struct err *err) {
    const struct config *config = &site->config;
    char *was = NULL;
    bool ok = settings_get(site->board, PREFIX_NOTE, &was, err);

    if (ok && was && strcmp(was, config->ticket_prefix) != 0)
        ok = err_set(
            err, MC_CONFIG,
            "%s: \"ticket_prefix\" is %s, and agents are at work whose sessions, folders and branches are named "
            "%s-…; set it back until they have ended (mc-ticket runtimes, mc-ticket pool)",
            file_of(config), config->ticket_prefix, was);
    free(was);
    return ok;
}

/* In the words of a slot that is in the way. */
static char *name_slot(const struct site *site, const struct slot *slot) {
    char key[KEY_SIZE] = "nobody";

    if (slot->ticket_id)
        site_key(site, slot->ticket_id, key);
    return xasprintf("slot %s (%s, of %s)", slot->name, slot_state_name(slot->state), key);
}

static bool check_place(const struct site *site, const struct slot *slot, const struct workspace *workspace,
                        struct err *err) {
    char *folder = site_pool(site, workspace), *name = name_slot(site, slot);
    char *path = xasprintf("%s/pool-%lld", folder, (long long)slot->number);
    bool ok = folder_same(path, slot->path);

    if (!ok)
        err_set(err, MC_CONFIG, "%s: the pool of workspace %s is %s, and %s is at %s; " ADVICE, file_of(&site->config),
                workspace->name, folder, name, slot->path);
    free(folder);
    free(name);
    free(path);
    return ok;
}

/* By what stands there now: the last note may be of another slot. */
static void find(const struct site *site, const struct slot *slot, const struct workspace *workspace,
                 struct slot_facts *facts) {
    char *pool = site_pool(site, workspace);
    const struct git_folder folder = {.pool = pool, .path = slot->path};
    struct git git = {0};
    struct git_tree tree = {0};
    struct err err = {0};

    *facts = (struct slot_facts){.place = SLOT_AT_OTHER};
    if (git_open(&git, workspace->repo, &err)) {
        facts->place = git_tree_find(&tree, &git, &folder);
        git_tree_strange(&git, &folder, facts);
    }
    git_tree_release(&tree);
    git_release(&git);
    err_release(&err);
    free(pool);
}

static bool check_repo(const struct site *site, const struct slot *slot, const struct workspace *workspace,
                       struct err *err) {
    const char *file = file_of(&site->config), *repo = workspace->repo;
    char *note = repo_note(workspace->name), *name = name_slot(site, slot), *was = NULL;
    struct slot_facts facts = {.place = SLOT_AT_TREE};
    bool ok = settings_get(site->board, note, &was, err);

    if (ok && was && strcmp(was, repo) != 0)
        find(site, slot, workspace, &facts);
    if (ok && facts.repairable)
        ok = err_set(err, MC_CONFIG, "%s: the \"repo\" of workspace %s is %s, and %s still leads to %s", file,
                     workspace->name, repo, name, was) ||
             err_advise_words(err, "run: git -C {} worktree repair {}", ERR_WORDS(repo, slot->path));
    else if (ok && facts.place != SLOT_AT_TREE)
        ok = err_set(err, MC_CONFIG, "%s: the \"repo\" of workspace %s is %s, and %s is a worktree of %s; " ADVICE,
                     file, workspace->name, repo, name, facts.owner ? facts.owner : was);
    slot_facts_release(&facts);
    free(note);
    free(name);
    free(was);
    return ok;
}

static bool check_slot(const struct site *site, const struct slot *slot, struct err *err) {
    const struct workspace *workspace = config_workspace_named(&site->config, slot->workspace);
    char *name;

    if (slot->state == SLOT_FREE)
        return true;
    if (workspace)
        return check_place(site, slot, workspace, err) && check_repo(site, slot, workspace, err);
    name = name_slot(site, slot);
    err_set(err, MC_CONFIG, "%s: workspace %s is not configured any more, and %s is at %s; " ADVICE,
            file_of(&site->config), slot->workspace, name, slot->path);
    free(name);
    return false;
}

bool orphans_check(struct site *site, const struct world *world, struct err *err) {
    struct slot_list list = {0};
    bool ok;

    if (!world->any && !world->slots)
        return true;
    ok = check_prefix(site, err) && (!world->any || socket_check(site, err)) &&
         (!world->slots || slots_list(site->board, site->config.host, &list, err));
    for (size_t i = 0; ok && i < list.count; i++)
        ok = check_slot(site, &list.items[i], err);
    slot_list_release(&list);
    return ok;
}
