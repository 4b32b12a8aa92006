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

static bool find_instead(const struct base_asked *asked, const char *before, struct base *base, struct err *err) {
    struct workspace workspace = *asked->workspace;

    workspace.base = xstrdup(before);
    bool ok = base_resolve(asked->git, &workspace, base, err);
    free(workspace.base);
    return ok;
}

static bool remember(struct board *board, const char *key, const char *head, struct err *err) {
    bool ok = board_begin(board, err) && settings_put(board, key, head, err) && board_commit(board, err);

    if (!ok)
        board_rollback(board);
    return ok;
}

bool base_find(const struct base_asked *asked, struct base *base, struct err *err) {
    struct board *board = asked->site->board;
    char *key = xasprintf("base:%s", asked->workspace->name), *head = NULL, *before = NULL;
    bool ok =
        asked->workspace->base || (git_head_branch(asked->git, &head, err) && settings_get(board, key, &before, err));

    *base = (struct base){0};
    if (ok && head && branch_is_ours(head, asked->workspace->branch_prefix, asked->site->config.ticket_prefix)) {
        ok = before ? find_instead(asked, before, base, err) : refuse(asked, head, err);
    } else {
        ok = ok && base_resolve(asked->git, asked->workspace, base, err);
        if (ok && head && !text_same(head, before))
            ok = remember(board, key, head, err);
    }
    free(before);
    free(head);
    free(key);
    return ok;
}
