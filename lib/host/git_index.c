#include "host/git_index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_listing.h"
#include "host/git_part.h"

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
    ssize_t n;
    while ((n = read(from, bytes, sizeof bytes)) > 0)
        for (ssize_t put, done = 0; done < n; done += put)
            if ((put = write(to, bytes + done, (size_t)(n - done))) < 0)
                return false;
    return n == 0;
}

/* No index is an empty one, for git too. */
static bool copy(const struct git_tree *tree, const char *index, struct err *err) {
    char *own = xasprintf("%s/index", tree->admin);
    int from = open(own, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), to = -1;
    bool done = from < 0 && errno == ENOENT;
    if (from >= 0)
        to = open(index, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to >= 0)
        done = pour(from, to);
    if (!done)
        err_errno(err, MC_CANTCREAT, errno, "%s cannot be copied", own);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
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
    return text_addc(intents, '\n') || err_set(err, MC_DATAERR, "too many files are marked as to be added");
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
    struct text held = {.max = SIZE_MAX};
    struct git_listing listing = {.differences = true, .record = add_intent, .context = &state->body, .held = &held};
    struct git_sink sink = {.take = git_listing_take, .context = &listing};
    bool done = git_part(tree, &(struct git_part){.args = args, .index = index, .sink = &sink}, err) &&
                git_listing_end(&listing, err);
    text_release(&held);
    return done;
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
