#include "host/git_keep.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/flush.h"
#include "host/git_blobs.h"
#include "host/git_commit.h"
#include "host/git_crate.h"
#include "host/git_index.h"
#include "host/git_listing.h"
#include "host/git_onto.h"
#include "host/git_part.h"

enum { LOCK_TRIES = 20, LOCK_PAUSE_MS = 100 };

/* Blobs first (git_blobs.h), then the tree by way of a working copy of an index (git_index.h), the commits: all that
 * into a crate (git_crate.h). Only when that is in the repository the ref. */
struct keep {
    const struct git_tree *tree;
    struct git_crate crate;
    const struct git_changes *changes;
    struct git_keeping *keeping;
    struct git_paths paths;
    bool *kept_before;      /* of each path: what an earlier try has kept differs there from its commit */
    struct git_blobs blobs; /* of the paths that are there */
    struct text entries;    /* what differs, for git_index_edited */
    struct git_kept_commit earlier, commit;
};

static bool can_be_kept(const struct beneath *beneath, const struct git_change *change, struct err *err) {
    switch (change->kind) {
    case CHANGE_TRACKED:
    case CHANGE_UNTRACKED:
        return true;
    case CHANGE_UNMERGED:
        return beneath_refuse(beneath, change->path, "is in conflict and cannot be preserved", err);
    case CHANGE_SUBMODULE:
        return beneath_refuse(beneath, change->path, "is a changed submodule and cannot be preserved", err);
    case CHANGE_NESTED:
        return beneath_refuse(beneath, change->path, "is a repository of its own and cannot be preserved", err);
    }
    return beneath_refuse(beneath, change->path, "is nothing that can be preserved", err);
}

static bool note_before(void *context, const struct git_record *record, struct err *err) {
    struct keep *keep = context;
    size_t at = git_paths_find(&keep->paths, record->path);
    (void)err;
    if (at < keep->paths.count)
        keep->kept_before[at] = true;
    return true;
}

static bool read_before(struct keep *keep, struct err *err) {
    keep->kept_before = xcalloc(keep->paths.count, sizeof *keep->kept_before);
    return keep->earlier.tree[0] == '\0' ||
           git_differences(keep->tree,
                           &(struct git_differing){keep->earlier.head, keep->earlier.tree, note_before, keep}, err);
}

/* Only what was kept is removed by the cleaning after it: what else is gone somebody has deleted. */
static void lost(struct keep *keep, const char *path) {
    static const char NOTHING[] = "0000000000000000000000000000000000000000000000000000000000000000";
    text_addf(&keep->entries, "0 %.*s\t", (int)strlen(keep->commit.head), NOTHING);
    text_addn(&keep->entries, path, strlen(path) + 1);
}

static bool collect(struct keep *keep, struct beneath *beneath, struct err *err) {
    int64_t bytes = 0;
    for (size_t i = 0; i < keep->paths.count; i++) {
        const struct git_change *change = keep->paths.items[i];
        struct git_blob blob = {.path = change->path};
        if (!can_be_kept(beneath, change, err) || !beneath_look(beneath, change->path, &blob.seen, err))
            return false;
        if (blob.seen.kind != BENEATH_FILE && blob.seen.kind != BENEATH_LINK) {
            if (!keep->kept_before[i])
                lost(keep, change->path);
            continue;
        }
        bytes += blob.seen.size;
        keep->blobs.items = xgrow(keep->blobs.items, keep->blobs.count, &keep->blobs.cap, sizeof *keep->blobs.items);
        keep->blobs.items[keep->blobs.count++] = blob;
    }
    return bytes <= keep->keeping->most ||
           err_set(err, MC_DATAERR,
                   "what %s holds beyond its commit is %" PRId64 " bytes, more than the %" PRId64 " that are preserved",
                   keep->tree->path, bytes, keep->keeping->most);
}

static bool write_tree(struct keep *keep, struct err *err) {
    struct git_index_edit edit = {.base = keep->earlier.tree[0] != '\0' ? keep->earlier.tree : keep->commit.head,
                                  .entries = &keep->entries};
    for (size_t i = 0; i < keep->blobs.count; i++) {
        const struct git_blob *blob = &keep->blobs.items[i];
        const char *mode = blob->seen.kind == BENEATH_LINK ? "120000" : blob->seen.executable ? "100755" : "100644";
        text_addf(&keep->entries, "%s %s\t", mode, blob->oid);
        text_addn(&keep->entries, blob->path, strlen(blob->path) + 1);
    }
    return git_index_edited(&keep->crate.tree, &edit, keep->commit.tree, err);
}

static bool write_index(struct keep *keep, struct err *err) {
    struct git_index_state state = {0};
    struct git_kept_commit commit = {0};
    bool done = git_index_state(&keep->crate.tree, keep->changes, &state, err);
    commit.body = text_str(&state.body);
    memcpy(commit.head, keep->commit.head, sizeof commit.head);
    memcpy(commit.tree, state.tree, sizeof commit.tree);
    if (done && state.differs)
        done = git_commit_write(&keep->crate.tree, &commit, keep->commit.index, err);
    else if (done) /* an earlier try may have come as far as the index */
        memcpy(keep->commit.index, keep->earlier.index, sizeof keep->commit.index);
    text_release(&state.body);
    return done;
}

/* The lock of a git of ours that was killed. A `git pack-refs` holds it for a moment, too, and must not lose it. */
static void unlock(const struct keep *keep) {
    char *lock = xasprintf("%s/%s.lock", keep->tree->git->common, keep->keeping->ref);
    for (int tries = 0; tries < LOCK_TRIES && files_exists(lock); tries++)
        clock_sleep(LOCK_PAUSE_MS);
    files_remove(lock);
    free(lock);
}

/* Git flushes what a ref says, not the folders of its name, each of which may be as new. One that is not there as a
 * file was packed meanwhile, or is in a table: that has a name already. */
static bool flush_ref(const struct keep *keep, struct err *err) {
    char *path = xasprintf("%s/%s", keep->tree->git->common, keep->keeping->ref);
    int folders = 0;
    for (const char *s = keep->keeping->ref; *s != '\0'; s++)
        folders += *s == '/';
    bool done = flush_names(path, folders) || !files_exists(path) ||
                err_errno(err, MC_IOERR, errno, "%s: its name cannot be flushed", path);
    free(path);
    return done;
}

static bool write_ref(struct keep *keep, struct err *err) {
    const char *const args[] = {"update-ref", "--no-deref", keep->keeping->ref, keep->keeping->oid, NULL};
    unlock(keep);
    return git_part(keep->tree, &(struct git_part){.args = args}, err) && flush_ref(keep, err);
}

/* Somebody has committed since, as who mends what stood in the way of its cleaning is told to do. */
static bool move_earlier(struct keep *keep, struct err *err) {
    struct git_onto onto = {.kept = keep->keeping->earlier, .tip = keep->commit.head};
    if (!git_kept_onto(keep->tree, &onto, err))
        return false;
    keep->earlier = (struct git_kept_commit){0};
    keep->keeping->apart = onto.oid[0] == '\0';
    if (keep->keeping->apart)
        return true;
    text_copy(keep->commit.earlier, sizeof keep->commit.earlier, onto.oid);
    return git_commit_read(keep->tree, onto.oid, &keep->earlier, err);
}

static bool begin(struct keep *keep, struct err *err) {
    const char *earlier = keep->keeping->earlier;
    if (!git_part_head(keep->tree, keep->commit.head, err))
        return false;
    if (earlier == NULL)
        return true;
    text_copy(keep->commit.earlier, sizeof keep->commit.earlier, earlier);
    return git_commit_read(keep->tree, earlier, &keep->earlier, err) &&
           (strcmp(keep->earlier.head, keep->commit.head) == 0 || move_earlier(keep, err));
}

static bool write_commit(struct keep *keep, struct err *err) {
    struct git_crated crated = {
        .commit = keep->keeping->oid, .beyond = keep->commit.head, .earlier = keep->commit.earlier};
    return write_tree(keep, err) && write_index(keep, err) &&
           git_commit_write(&keep->crate.tree, &keep->commit, keep->keeping->oid, err) &&
           git_crate_deliver(&keep->crate, &crated, err);
}

bool git_keep(const struct git_tree *tree, const struct git_changes *changes, struct git_keeping *keeping,
              struct err *err) {
    struct keep keep = {.tree = tree,
                        .changes = changes,
                        .keeping = keeping,
                        .entries = {.max = SIZE_MAX},
                        .commit = {.body = keeping->message}};
    struct beneath beneath;
    bool done = beneath_open(&beneath, tree->path, err);
    git_paths_of(&keep.paths, changes);
    done = done && begin(&keep, err) && read_before(&keep, err) && collect(&keep, &beneath, err) &&
           git_crate_open(&keep.crate, tree, err) && git_blobs_write(&keep.crate.tree, &beneath, &keep.blobs, err) &&
           git_crate_join(&keep.crate, err) && write_commit(&keep, err) && write_ref(&keep, err);
    git_crate_close(&keep.crate);
    beneath_release(&beneath);
    git_paths_release(&keep.paths);
    free(keep.kept_before);
    free(keep.blobs.items);
    text_release(&keep.entries);
    return done;
}
