#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_batch.h"
#include "host/git_commit.h"
#include "host/git_compare.h"
#include "host/git_index.h"
#include "host/git_keep.h"
#include "host/git_listing.h"
#include "host/git_part.h"

/* What was kept, read back on its own: nothing here trusts what git_keep believes to have written. */
struct entry {
    char mode[8]; /* "": the commit has nothing there */
    char oid[OID_SIZE];
};
struct reading {
    const struct git_tree *tree;
    const struct git_kept *kept;
    struct beneath *beneath;
    struct git_paths paths;
    struct entry *entries; /* of each path, in the commit */
    struct git_kept_commit commit;
    bool goes_on; /* from what an earlier try has kept of the same commit */
};

static bool differs(const struct reading *reading, const char *path, const char *how, struct err *err) {
    struct text shown = {0};
    clean_escape(&shown, path, strlen(path));
    err_set(err, MC_DATAERR, "%s/%s %s what was preserved as %s", reading->tree->path, text_str(&shown), how,
            reading->kept->oid);
    text_release(&shown);
    return false;
}

static bool note_entry(void *context, const struct git_record *record, struct err *err) {
    struct reading *reading = context;
    size_t at = git_paths_find(&reading->paths, record->path);
    (void)err;
    if (at < reading->paths.count) {
        text_copy(reading->entries[at].mode, sizeof reading->entries[at].mode, record->mode);
        text_copy(reading->entries[at].oid, OID_SIZE, record->oid);
    }
    return true;
}

static bool read_entries(struct reading *reading, struct err *err) {
    const char *const args[] = {"ls-tree", "-r", "-z", "--full-tree", reading->kept->oid, NULL};
    reading->entries = xcalloc(reading->paths.count, sizeof *reading->entries);
    return git_listing_read(reading->tree, &(struct git_part){.args = args},
                            (struct git_listing){.record = note_entry, .context = reading}, err);
}

/* A file that stands where another, of the list, has a directory, or the other way round. */
static bool gave_way(const struct reading *reading, const char *path) {
    size_t n = strlen(path);
    for (size_t i = 0; i < reading->paths.count; i++) {
        const char *other = reading->paths.items[i]->path;
        size_t m = strlen(other);
        if ((m > n && other[n] == '/' && memcmp(other, path, n) == 0) ||
            (n > m && path[m] == '/' && memcmp(other, path, m) == 0))
            return true;
    }
    return false;
}

static bool is_of_the_list(void *context, const struct git_record *record, struct err *err) {
    struct reading *reading = context;
    if (git_paths_find(&reading->paths, record->path) < reading->paths.count)
        return true;
    if (reading->goes_on && strcmp(record->mode, "000000") == 0 && gave_way(reading, record->path))
        return true;
    return differs(reading, record->path, "has not changed, other than", err);
}

/* Nothing is in it that is not in the tree, or was not in what was kept before. */
static bool check_differences(struct reading *reading, struct err *err) {
    const char *base = reading->goes_on ? reading->commit.earlier : reading->commit.head;
    return git_differences(reading->tree, &(struct git_differing){base, reading->kept->oid, is_of_the_list, reading},
                           err);
}

static const char *mode_of(const struct beneath_seen *seen) {
    switch (seen->kind) {
    case BENEATH_FILE:
        return seen->executable ? "100755" : "100644";
    case BENEATH_LINK:
        return "120000";
    case BENEATH_NOTHING:
    case BENEATH_DIR:
    case BENEATH_OTHER:
        return "";
    }
    return "";
}

/* Each path as it is now; those that are there are to be compared. */
static bool check_modes(struct reading *reading, struct git_comparisons *comparisons, struct err *err) {
    for (size_t i = 0; i < reading->paths.count; i++) {
        struct git_change *change = reading->paths.items[i];
        const struct entry *entry = &reading->entries[i];
        const char *mode;
        if (!beneath_look(reading->beneath, change->path, &change->seen, err))
            return false;
        mode = mode_of(&change->seen);
        if (strcmp(mode, entry->mode) != 0 && !(reading->goes_on && mode[0] == '\0'))
            return differs(reading, change->path, "is not of the kind or mode of", err);
        if (mode[0] == '\0')
            continue;
        comparisons->items =
            xgrow(comparisons->items, comparisons->count, &comparisons->cap, sizeof *comparisons->items);
        comparisons->items[comparisons->count++] = (struct git_comparison){.path = change->path, .oid = entry->oid};
    }
    return true;
}

static bool check_bytes(struct reading *reading, struct git_comparisons *comparisons, struct err *err) {
    if (!git_compare(reading->tree, reading->beneath, comparisons, err))
        return false;
    for (size_t i = 0; i < comparisons->count; i++) {
        const struct git_comparison *one = &comparisons->items[i];
        struct git_change *change = reading->paths.items[git_paths_find(&reading->paths, one->path)];
        if (!one->same || !beneath_same(&one->seen, &change->seen))
            return differs(reading, one->path, "does not hold the bytes of", err);
    }
    return true;
}

static bool check_tree(struct reading *reading, struct err *err) {
    struct git_comparisons comparisons = {0};
    bool done = read_entries(reading, err) && check_differences(reading, err) &&
                check_modes(reading, &comparisons, err) && check_bytes(reading, &comparisons, err);
    free(comparisons.items);
    return done;
}

/* What the index holds and HEAD has not is really in the repository. */
static bool note_oid(void *context, const struct git_record *record, struct err *err) {
    struct argv *oids = context;
    (void)err;
    if (text_starts(record->mode, "10") || text_starts(record->mode, "12"))
        argv_add(oids, record->oid);
    return true;
}

static bool skip_begin(void *context, int64_t size, struct err *err) {
    (void)context;
    (void)size;
    (void)err;
    return true;
}

static bool skip_bytes(void *context, const char *bytes, size_t n, struct err *err) {
    (void)context;
    (void)bytes;
    (void)n;
    (void)err;
    return true;
}

static bool skip_end(void *context, struct err *err) {
    (void)context;
    (void)err;
    return true;
}

static bool read_staged(const struct reading *reading, struct err *err) {
    struct argv oids = {0};
    const struct git_differing staged = {reading->commit.head, reading->commit.index, note_oid, &oids};
    bool done = git_differences(reading->tree, &staged, err) &&
                git_batch(reading->tree,
                          &(struct git_batch){.oids = (const char *const *)oids.items,
                                              .count = oids.count,
                                              .begin = skip_begin,
                                              .bytes = skip_bytes,
                                              .end = skip_end},
                          err);
    argv_release(&oids);
    return done;
}

static bool check_index(const struct reading *reading, const struct git_changes *changes, struct err *err) {
    struct git_index_state state = {0};
    struct text body = {.max = SIZE_MAX};
    struct git_kept_commit index = {.message = &body};
    bool done = git_index_state(reading->tree, changes, &state, err), same;
    if (done && reading->commit.index[0] != '\0')
        done = git_commit_read(reading->tree, reading->commit.index, &index, err) && read_staged(reading, err);
    same = !state.differs ? reading->goes_on || index.tree[0] == '\0'
                          : strcmp(state.tree, index.tree) == 0 && text_starts(text_str(&body), text_str(&state.body));
    if (done && !same)
        done = err_set(err, MC_DATAERR, "the index of %s is not what was preserved as %s", reading->tree->path,
                       reading->kept->oid);
    text_release(&state.body);
    text_release(&body);
    return done;
}

static bool check_commit(struct reading *reading, struct err *err) {
    char head[OID_SIZE];
    struct git_kept_commit earlier = {0};
    if (!git_part_head(reading->tree, head, err) ||
        !git_commit_read(reading->tree, reading->kept->oid, &reading->commit, err))
        return false;
    if (strcmp(head, reading->commit.head) != 0)
        return err_set(err, MC_DATAERR, "%s is at commit %s, and what was preserved as %s began at %s",
                       reading->tree->path, head, reading->kept->oid, reading->commit.head);
    if (!reading->kept->again || reading->commit.earlier[0] == '\0')
        return true;
    if (!git_commit_read(reading->tree, reading->commit.earlier, &earlier, err))
        return false;
    reading->goes_on = strcmp(earlier.head, head) == 0;
    return true;
}

bool git_kept_whole(const struct git_tree *tree, struct git_changes *changes, const struct git_kept *kept,
                    struct err *err) {
    struct beneath beneath;
    struct reading reading = {.tree = tree, .kept = kept, .beneath = &beneath};
    bool done = beneath_open(&beneath, tree->path, err);
    git_paths_of(&reading.paths, changes);
    done = done && check_commit(&reading, err) && check_tree(&reading, err) && check_index(&reading, changes, err);
    if (!done)
        for (size_t i = 0; i < changes->count; i++)
            changes->items[i].seen = (struct beneath_seen){0};
    free(reading.entries);
    git_paths_release(&reading.paths);
    beneath_release(&beneath);
    return done;
}
