#include "run/pool_glance.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "host/git.h"
#include "host/git_tree.h"
#include "rules/branch.h"
#include "rules/config.h"
#include "rules/slot.h"
#include "run/site.h"
#include "store/runtimes.h"

bool pool_own_branch(const struct site *site, const struct pool_owner *owner, const char *branch) {
    char key[KEY_SIZE];

    site_key(site, owner->run->ticket_id, key);
    return text_same(branch, owner->slot->branch) || text_same(branch, owner->run->branch) ||
           (branch && branch_is_of(branch, &(struct branch_of){.prefix = owner->workspace->branch_prefix, .key = key}));
}

/* What it would be given back as, with nobody in it: that nobody but the agent is, is another look. False: git cannot
 * say. */
static bool foresee(const struct site *site, const struct git *git, const struct pool_owner *owner,
                    struct slot_facts *facts) {
    char *pool = site_pool(site, owner->workspace);
    struct git_changes changes = {0};
    struct git_tree tree = {0};
    struct err err = {0};
    bool ok = true;

    facts->place = git_tree_find(&tree, git, &(struct git_folder){.pool = pool, .path = owner->slot->path});
    if (facts->place == SLOT_AT_TREE)
        ok = git_tree_glance(&tree, facts, &changes, &err);
    facts->process = 0;
    git_changes_release(&changes);
    git_tree_release(&tree);
    err_release(&err);
    free(pool);
    return ok;
}

static bool is_free_then(const struct site *site, const struct pool_owner *owner) {
    struct slot_facts facts = {0};
    struct git git;
    struct err err = {0};
    bool comes = false;

    if (git_open(&git, owner->workspace->repo, &err)) {
        if (foresee(site, &git, owner, &facts)) {
            const struct slot_asked asked = {.facts = &facts, .own_branch = pool_own_branch(site, owner, facts.branch)};
            enum slot_end end = slot_rule(&asked).end;

            comes = end == SLOT_READY || end == SLOT_MISSING || end == SLOT_KEEP;
        }
        git_release(&git);
    }
    slot_facts_release(&facts);
    err_release(&err);
    return comes;
}

bool pool_would_come(struct site *site, const struct slot *slot) {
    const struct workspace *workspace = config_workspace_named(&site->config, slot->workspace);
    struct run run = {0};
    struct err err = {0};
    bool comes = workspace && slot->number <= workspace->size && runs_get(site->board, slot->run_id, &run, &err) &&
                 is_free_then(site, &(struct pool_owner){workspace, slot, &run});

    run_release(&run);
    err_release(&err);
    return comes;
}
