#include "host/git_index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/git_listing.h"
#include "host/git_part.h"
#include "host/output.h"
#include "host/whole.h"

enum { CHUNK = 65536 };

#define INTENT "Intent-to-add: "

static void discard(char *index) {
    char *lock = xasprintf("%s.lock", index);
    (void)unlink(index);
    (void)unlink(lock);
    free(lock);
}

/* Where the working copy is; what an earlier one, cut short, has left there is gone. */
static char *working(const struct git_tree *tree) {
    char *index = xasprintf("%s/mc-index", tree->admin);
    discard(index);
    return index;
}

static void end(char *index) {
    discard(index);
    free(index);
}

static bool pour(int from, int to) {
    char bytes[CHUNK];
    int error;
    for (size_t n; (n = whole_take(from, bytes, sizeof bytes, &error)) > 0;)
        if (!output_write(to, bytes, n))
            return false;
    errno = error;
    return error == 0;
}

/* No index is an empty one, for git too. */
static bool copy(const struct git_tree *tree, const char *index, struct err *err) {
    char *own = xasprintf("%s/index", tree->admin);
    int from = open(own, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), to = -1;
    bool done = from < 0 ? errno == ENOENT
                         : (to = open(index, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) >= 0 && pour(from, to);
    if (!done)
        err_errno(err, MC_CANTCREAT, errno, "%s cannot be copied", own);
    descriptor_close(&from);
    descriptor_close(&to);
    free(own);
    return done;
}

/* Printable, whatever bytes the name is made of. */
static bool add_intent(void *context, const struct git_record *record, struct err *err) {
    struct text *intents = context;
    text_add(intents, INTENT);
    for (const unsigned char *c = (const unsigned char *)record->path; *c != '\0'; c++)
        if (*c > ' ' && *c < 0x7f && *c != '\\')
            text_addc(intents, (char)*c);
        else
            text_addf(intents, "\\%03o", (unsigned)*c);
    text_addc(intents, '\n');
    return !intents->over || err_set(err, MC_DATAERR, "too many files are marked as to be added");
}

void git_index_intents(const char *message, struct text *paths) {
    for (const char *line = message; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        if (!text_starts(line, INTENT))
            continue;
        for (const char *c = line + strlen(INTENT); *c != '\n' && *c != '\0'; c++)
            if (*c == '\\' && strspn(c + 1, "01234567") >= 3) {
                text_addc(paths, (char)(((c[1] - '0') << 6) + ((c[2] - '0') << 3) + (c[3] - '0')));
                c += 3;
            } else {
                text_addc(paths, *c);
            }
        text_addc(paths, '\0');
    }
}

/* Against the tree that was written of it, an index has only these more. */
static bool find_intents(const struct git_tree *tree, const char *index, struct git_index_state *state,
                         struct err *err) {
    const char *const args[] = {"diff-index", "--cached", "-z", "--no-renames", "--ita-visible-in-index",
                                state->tree,  NULL};
    return git_listing_read(tree, &(struct git_part){.args = args, .index = index},
                            (struct git_listing){.differences = true, .record = add_intent, .context = &state->body},
                            err);
}

static const char *const WRITE_TREE[] = {"write-tree", NULL};

static bool index_tree(const struct git_tree *tree, struct git_index_state *state, struct err *err) {
    char *index = working(tree);
    bool done = copy(tree, index, err) &&
                git_part_oid(tree, &(struct git_part){.args = WRITE_TREE, .index = index}, state->tree, err) &&
                find_intents(tree, index, state, err);
    end(index);
    return done;
}

/* Whether it is worth looking: what is in the index and not in HEAD, or differs from it. */
static bool may_differ(const struct git_changes *changes) {
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].staged || (changes->items[i].kind == CHANGE_TRACKED && !changes->items[i].in_head))
            return true;
    return false;
}

bool git_index_state(const struct git_tree *tree, const struct git_changes *changes, struct git_index_state *state,
                     struct err *err) {
    static const char *const HEAD_TREE[] = {"rev-parse", "--verify", "--quiet", "HEAD^{tree}", NULL};
    char head[OID_SIZE];
    size_t none;
    if (!may_differ(changes))
        return true;
    text_add(&state->body, "index\n\n");
    none = state->body.len;
    if (!git_part_oid(tree, &(struct git_part){.args = HEAD_TREE}, head, err) || !index_tree(tree, state, err))
        return false;
    state->differs = strcmp(state->tree, head) != 0 || state->body.len != none;
    return true;
}

bool git_index_edited(const struct git_tree *tree, const struct git_index_edit *edit, char oid[OID_SIZE],
                      struct err *err) {
    /* What is not there was not there before either (a partial clone); what is new is read back later. */
    static const char *const WRITE_ANY[] = {"write-tree", "--missing-ok", NULL};
    static const char *const EDIT[] = {"update-index", "-z", "--index-info", NULL};
    const char *const fill[] = {"read-tree", edit->base, NULL};
    char *index = working(tree);
    bool done =
        git_part(tree, &(struct git_part){.args = fill, .index = index}, err) &&
        git_part(tree,
                 &(struct git_part){
                     .args = EDIT, .index = index, .input = text_str(edit->entries), .input_len = edit->entries->len},
                 err) &&
        git_part_oid(tree, &(struct git_part){.args = WRITE_ANY, .index = index}, oid, err);
    end(index);
    return done;
}
