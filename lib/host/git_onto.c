#include "host/git_onto.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_commit.h"
#include "host/git_index.h"
#include "host/git_listing.h"
#include "host/git_part.h"

/* What differs between two commits: each as git_index_edited reads it, "MODE OID\tPATH" without its NUL, sorted. */
struct span {
    struct argv lines;
    struct text entries; /* the same, each with its NUL */
};

static void span_release(struct span *span) {
    argv_release(&span->lines);
    text_release(&span->entries);
}

/* The three differences: what was committed since, what was kept, and what stood in the index. */
struct moving {
    const struct git_tree *tree;
    struct git_kept_commit from, to, index;
    struct span since, kept, staged;
    struct text message;
};

static bool note(void *context, const struct git_record *record, struct err *err) {
    struct span *span = context;
    const char *mode = strcmp(record->mode, "000000") == 0 ? "0" : record->mode;
    char *line = xasprintf("%s %s\t%s", mode, record->oid, record->path);
    (void)err;
    argv_add(&span->lines, line);
    text_addn(&span->entries, line, strlen(line) + 1);
    free(line);
    return true;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct argv *lines) {
    if (lines->count > 1)
        qsort(lines->items, lines->count, sizeof *lines->items, by_bytes);
}

static bool compare(const struct moving *moving, const char *to, struct span *span, struct err *err) {
    bool done;
    span->entries.max = SIZE_MAX;
    done = git_differences(moving->tree, &(struct git_differing){moving->from.head, to, note, span}, err);
    sort(&span->lines);
    return done;
}

static bool has(const struct argv *lines, const char *line) {
    return lines->count > 0 && bsearch(&line, lines->items, lines->count, sizeof *lines->items, by_bytes) != NULL;
}

/* The paths of one that the other has not made the same, sorted. */
static void paths_of(const struct span *span, const struct span *other, struct argv *paths) {
    for (size_t i = 0; i < span->lines.count; i++)
        if (!has(&other->lines, span->lines.items[i]))
            argv_add(paths, strchr(span->lines.items[i], '\t') + 1);
    sort(paths);
}

/* Does one name a path of the other, or a folder that one is in? */
static bool covers(const struct argv *paths, const struct argv *others) {
    bool found = false;
    for (size_t i = 0; i < others->count && !found; i++) {
        char *path = xstrdup(others->items[i]), *slash;
        found = has(paths, path);
        while (!found && (slash = strrchr(path, '/')) != NULL) {
            *slash = '\0';
            found = has(paths, path);
        }
        free(path);
    }
    return found;
}

static bool overlap(const struct span *a, const struct span *b) {
    struct argv ours = {0}, theirs = {0};
    bool does;
    paths_of(a, b, &ours);
    paths_of(b, a, &theirs);
    does = covers(&ours, &theirs) || covers(&theirs, &ours);
    argv_release(&ours);
    argv_release(&theirs);
    return does;
}

static bool read(struct moving *moving, struct git_onto *onto, struct err *err) {
    moving->index.message = &moving->message;
    moving->message.max = SIZE_MAX;
    if (!git_commit_read(moving->tree, onto->kept, &moving->from, err) ||
        (moving->from.index[0] != '\0' && !git_commit_read(moving->tree, moving->from.index, &moving->index, err)))
        return false;
    return compare(moving, onto->tip, &moving->since, err) && compare(moving, onto->kept, &moving->kept, err) &&
           (moving->from.index[0] == '\0' || compare(moving, moving->from.index, &moving->staged, err));
}

static bool write_index(struct moving *moving, const char *tip, struct err *err) {
    struct git_kept_commit commit = {.body = text_str(&moving->message)};
    const struct git_index_edit edit = {.base = tip, .entries = &moving->staged.entries};
    if (moving->from.index[0] == '\0')
        return true;
    text_copy(commit.head, sizeof commit.head, tip);
    return git_index_edited(moving->tree, &edit, commit.tree, err) &&
           git_commit_write(moving->tree, &commit, moving->to.index, err);
}

static bool write(struct moving *moving, struct git_onto *onto, struct err *err) {
    const struct git_index_edit edit = {.base = onto->tip, .entries = &moving->kept.entries};
    moving->to.body = "mc-pickup: uncommitted work on a later commit";
    text_copy(moving->to.head, sizeof moving->to.head, onto->tip);
    text_copy(moving->to.earlier, sizeof moving->to.earlier, onto->kept);
    return git_index_edited(moving->tree, &edit, moving->to.tree, err) && write_index(moving, onto->tip, err) &&
           git_commit_write(moving->tree, &moving->to, onto->oid, err);
}

bool git_kept_onto(const struct git_tree *tree, struct git_onto *onto, struct err *err) {
    struct moving moving = {.tree = tree};
    bool done = read(&moving, onto, err);
    onto->oid[0] = '\0';
    if (done && !overlap(&moving.since, &moving.kept) && !overlap(&moving.since, &moving.staged))
        done = write(&moving, onto, err);
    span_release(&moving.since);
    span_release(&moving.kept);
    span_release(&moving.staged);
    text_release(&moving.message);
    return done;
}
