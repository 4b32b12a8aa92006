#include "host/git_commit.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/git_part.h"

#define AUTHOR "mc-pickup <mc-pickup@localhost>"
#define KEPT "Kept: tree"
#define KEPT_INDEX " index"
#define KEPT_EARLIER " earlier"

static void parent(struct text *text, const char *oid) {
    if (oid[0] != '\0')
        text_addf(text, "parent %s\n", oid);
}

bool git_commit_write(const struct git_tree *tree, const struct git_kept_commit *commit, char oid[OID_SIZE],
                      struct err *err) {
    static const char *const ARGS[] = {"hash-object", "-t", "commit", "-w", "--stdin", NULL};
    int64_t now = clock_here() / 1000; /* as its parents, which the agent made */
    struct text text = {.max = SIZE_MAX};
    bool done;
    text_addf(&text, "tree %s\n", commit->tree);
    parent(&text, commit->head);
    parent(&text, commit->index);
    parent(&text, commit->earlier);
    text_addf(&text, "author " AUTHOR " %" PRId64 " +0000\ncommitter " AUTHOR " %" PRId64 " +0000\n\n", now, now);
    text_add(&text, commit->body);
    text_addf(&text, "\n\n%s%s%s\n", KEPT, commit->index[0] != '\0' ? KEPT_INDEX : "",
              commit->earlier[0] != '\0' ? KEPT_EARLIER : "");
    done = git_part_oid(tree, &(struct git_part){.args = ARGS, .input = text.data, .input_len = text.len}, oid, err);
    text_release(&text);
    return done;
}

/* "NAME OID\n" */
static bool field(const char **at, const char *name, char oid[OID_SIZE]) {
    size_t n;
    if (!text_starts(*at, name))
        return false;
    *at += strlen(name);
    n = strcspn(*at, "\n");
    if (!git_is_oid(*at, n))
        return false;
    memcpy(oid, *at, n);
    oid[n] = '\0';
    *at += n + ((*at)[n] == '\n');
    return true;
}

/* The last line, where it is the one that git_commit_write writes. */
static const char *last_line(const char *text) {
    const char *kept = NULL;
    for (const char *found = text; (found = strstr(found, "\n" KEPT)) != NULL; found++)
        kept = found + 1;
    return kept != NULL && strchr(kept, '\n') != NULL && strchr(kept, '\n')[1] == '\0' ? kept + strlen(KEPT) : NULL;
}

bool git_commit_parse(const char *text, struct git_kept_commit *commit) {
    const char *at = text, *kept = last_line(text);
    commit->tree[0] = commit->head[0] = commit->index[0] = commit->earlier[0] = '\0';
    if (kept == NULL || !field(&at, "tree ", commit->tree) || !field(&at, "parent ", commit->head))
        return false;
    if (text_starts(kept, KEPT_INDEX)) {
        kept += strlen(KEPT_INDEX);
        if (!field(&at, "parent ", commit->index))
            return false;
    }
    if (text_starts(kept, KEPT_EARLIER)) {
        kept += strlen(KEPT_EARLIER);
        if (!field(&at, "parent ", commit->earlier))
            return false;
    }
    return *kept == '\n' && !text_starts(at, "parent ");
}

bool git_commit_read(const struct git_tree *tree, const char *oid, struct git_kept_commit *commit, struct err *err) {
    const char *const args[] = {"cat-file", "commit", oid, NULL};
    struct text text = {.max = SIZE_MAX};
    bool done = git_part(tree, &(struct git_part){.args = args, .out = &text}, err);
    if (done && (strlen(text_str(&text)) != text.len || !git_commit_parse(text_str(&text), commit)))
        done = err_set(err, MC_DATAERR, "%s is no commit that preserved work", oid);
    if (done && commit->message != NULL) {
        const char *body = strstr(text.data, "\n\n");
        text_add(commit->message, body != NULL ? body + 2 : "");
    }
    text_release(&text);
    return done;
}
