#include "host/git_commit.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/git_oid.h"
#include "host/git_part.h"

#define AUTHOR "mc-pickup <mc-pickup@localhost>"

/* The last line, with an index or without, with an earlier one or without. */
static const char *const endings[2][2] = {{"\nKept: tree\n", "\nKept: tree earlier\n"},
                                          {"\nKept: tree index\n", "\nKept: tree index earlier\n"}};

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
    text_addf(&text, "\n%s", endings[commit->index[0] != '\0'][commit->earlier[0] != '\0']);
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
    *at += n + 1;
    return true;
}

bool git_commit_parse(const char *text, struct git_kept_commit *commit) {
    const char *at = text;
    for (int index = 0; index < 2; index++)
        for (int earlier = 0; earlier < 2; earlier++)
            if (text_ends(text, endings[index][earlier]))
                return field(&at, "tree ", commit->tree) && field(&at, "parent ", commit->head) &&
                       (!index || field(&at, "parent ", commit->index)) &&
                       (!earlier || field(&at, "parent ", commit->earlier)) && !text_starts(at, "parent ");
    return false;
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
