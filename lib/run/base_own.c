#include "run/base_own.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git.h"
#include "rules/branch.h"
#include "rules/workspace.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"

static bool refuse(const struct base_asked *asked, const char *head, struct err *err) {
    return err_set(err, MC_CONFIG, "workspace %s: HEAD of %s is on %s, a ticket's own branch", asked->workspace->name,
                   asked->git->repo, head) ||
           err_advise(err, "set \"base\" to the branch that tickets are to start from");
}

static bool remember(struct board *board, const char *key, const char *head, struct err *err) {
    bool ok = board_begin(board, err) && settings_put(board, key, head, err) && board_commit(board, err);

    if (!ok)
        board_rollback(board);
    return ok;
}

/* Where none is configured. */
static bool find_by_head(const struct base_asked *asked, const char *head, struct base *base, struct err *err) {
    struct board *board = asked->site->board;
    bool own = head && branch_is_ours(head, asked->workspace->branch_prefix, asked->site->config.ticket_prefix);
    char *key = xasprintf("base:%s", asked->workspace->name), *before = NULL;
    bool ok = settings_get(board, key, &before, err) && (!own || before || refuse(asked, head, err));
    const struct base_wanted wanted = {
        .git = asked->git, .workspace = asked->workspace, .name = own ? before : head, .by_head = !own};

    ok = ok && base_resolve(&wanted, base, err) &&
         (own || !head || text_same(head, before) || remember(board, key, head, err));
    free(before);
    free(key);
    return ok;
}

bool base_find(const struct base_asked *asked, struct base *base, struct err *err) {
    const struct workspace *workspace = asked->workspace;
    char *head = NULL;
    bool ok;

    *base = (struct base){0};
    if (workspace->base)
        return base_resolve(&(struct base_wanted){asked->git, workspace, workspace->base, false}, base, err);
    ok = git_head_branch(asked->git, &head, err) && find_by_head(asked, head, base, err);
    free(head);
    return ok;
}
