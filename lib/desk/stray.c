#include "desk/stray.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_place.h"
#include "host/git_show.h"

/* How far it has gone; what cannot be told is left away. */
static void count(struct stray *stray, const struct stray_asked *asked, const char *name) {
    const struct git *git = asked->tree->git;
    struct err err = {0};
    bool ok = git_commit_of(git, name, stray->commit, &err) && *stray->commit && asked->base &&
              git_fork(git, &(struct git_span){asked->base, stray->commit, asked->timeout_ms}, stray->from, &err) &&
              *stray->from &&
              git_beyond(git, &(struct git_span){stray->from, stray->commit, asked->timeout_ms}, &stray->commits, &err);

    if (!ok)
        stray->commits = -1;
    err_release(&err);
}

void stray_look(struct stray *stray, const struct stray_asked *asked) {
    static const char ref[] = "ref: ", branches[] = "refs/heads/";
    char *head;

    *stray = (struct stray){.commits = -1};
    if (!asked->own || git_tree_on(asked->tree, asked->own) == SEEN_YES)
        return;
    head = git_head_of(asked->tree->admin);
    if (head && text_starts(head, ref)) {
        const char *name = head + strlen(ref);

        stray->branch = xstrdup(text_starts(name, branches) ? name + strlen(branches) : name);
        count(stray, asked, name);
    } else if (head)
        count(stray, asked, head);
    stray->yes = head != NULL;
    free(head);
}

void stray_release(struct stray *stray) {
    free(stray->branch);
    *stray = (struct stray){0};
}

void stray_say(struct text *out, const struct stray *stray, const char *base) {
    if (stray->branch)
        text_addf(out, "its worktree is on branch %s", stray->branch);
    else
        text_addf(out, "its worktree is on no branch, at commit %.12s", *stray->commit ? stray->commit : "?");
    if (stray->commits >= 0)
        text_addf(out, ": %lld commit%s beyond %s", (long long)stray->commits, stray->commits == 1 ? "" : "s",
                  base ? base : "its base");
}

struct json *stray_json(const struct stray *stray) {
    struct json *object;

    if (!stray->yes)
        return NULL;
    object = json_object();
    json_put_string(object, "branch", stray->branch);
    json_put_string(object, "commit", *stray->commit ? stray->commit : NULL);
    if (stray->commits >= 0)
        json_put_int(object, "commits", stray->commits);
    else
        json_put_null(object, "commits");
    return object;
}

void stray_put(struct json *object, struct json *elsewhere) {
    if (elsewhere)
        json_put(object, "elsewhere", elsewhere);
    else
        json_put_null(object, "elsewhere");
}
