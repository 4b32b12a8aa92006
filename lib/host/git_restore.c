#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/flush.h"
#include "host/git_batch.h"
#include "host/git_commit.h"
#include "host/git_compare.h"
#include "host/git_index.h"
#include "host/git_keep.h"
#include "host/git_listing.h"
#include "host/git_part.h"
#include "host/output.h"
#include "host/spawn.h"

/* What is there already (a call that was cut short) is found by its bytes; all checks come before the first change.
 * Then deletions, then files: each whole by another name before it has its own, and on the disk before an agent that
 * changes it is started: after a power cut nothing torn is taken for that one's work. */
enum { PATH_ROOM = 32 };

struct target {
    char *path;
    char mode[8]; /* "000000": it is to be gone */
    char oid[OID_SIZE];
    bool tracked; /* HEAD has something there */
    bool done;
    struct beneath_seen seen; /* what stands there now */
};
struct restore {
    const struct git_tree *tree;
    struct beneath *beneath;
    struct git_kept_commit commit;
    struct git_changes changes; /* of a tree that is not clean */
    struct git_paths changed;
    struct target *targets; /* in the order of their paths */
    size_t count, cap;
    size_t *writing; /* of those to be written: which */
    size_t at;
    char temporary[PATH_ROOM];
    int fd;           /* of the file under way; -1: none */
    struct text link; /* where the link under way leads */
};

static bool is_not_clean(const struct restore *restore, const char *path, struct err *err) {
    return beneath_refuse(restore->beneath, path, "is changed: work is restored into a clean tree only", err);
}

static bool in_the_way(const struct restore *restore, const char *path, struct err *err) {
    beneath_refuse(restore->beneath, path, "is, or holds, what git ignores, and is in the way of preserved work", err);
    err->code = MC_CANTCREAT;
    return err_advise(err, "move it elsewhere");
}

static bool note_target(void *context, const struct git_record *record, struct err *err) {
    struct restore *restore = context;
    struct target *target;
    if (strcmp(record->mode, "160000") == 0 || strcmp(record->before, "160000") == 0)
        return beneath_refuse(restore->beneath, record->path, "is a submodule, which is not restored", err);
    restore->targets = xgrow(restore->targets, restore->count, &restore->cap, sizeof *restore->targets);
    target = &restore->targets[restore->count++];
    *target = (struct target){.path = xstrdup(record->path), .tracked = strcmp(record->before, "000000") != 0};
    text_copy(target->mode, sizeof target->mode, record->mode);
    text_copy(target->oid, sizeof target->oid, record->oid);
    return true;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct target *)a)->path, ((const struct target *)b)->path);
}

static bool read_targets(struct restore *restore, const char *oid, struct err *err) {
    bool done =
        git_differences(restore->tree, &(struct git_differing){restore->commit.head, oid, note_target, restore}, err);
    if (restore->count > 0)
        qsort(restore->targets, restore->count, sizeof *restore->targets, by_path);
    return done;
}

static int by_name(const void *path, const void *target) {
    return strcmp(path, ((const struct target *)target)->path);
}

static struct target *find(const struct restore *restore, const char *path) {
    if (restore->count == 0)
        return NULL;
    return bsearch(path, restore->targets, restore->count, sizeof *restore->targets, by_name);
}

static bool is_to_be_there(const struct target *target) {
    return strcmp(target->mode, "000000") != 0;
}

static bool is_there(const struct target *target) {
    return target->seen.kind == BENEATH_FILE || target->seen.kind == BENEATH_LINK;
}

static bool has_mode(const struct target *target) {
    if (target->seen.kind == BENEATH_LINK)
        return strcmp(target->mode, "120000") == 0;
    return strcmp(target->mode, target->seen.executable ? "100755" : "100644") == 0;
}

/* The same name in every call, and of no file that is to be restored. */
static void choose_temporary(struct restore *restore) {
    int n = 0;
    do
        snprintf(restore->temporary, sizeof restore->temporary, ".mc-restoring-%d", n++);
    while (find(restore, restore->temporary) != NULL);
    beneath_discard(restore->beneath, restore->temporary);
}

static bool reset_index(const struct restore *restore, struct err *err) {
    static const char *const RESET[] = {"read-tree", "-i", "-m", "HEAD", NULL};
    return git_part(restore->tree, &(struct git_part){.args = RESET}, err);
}

/* A call before this one came as far as the index, or nobody should be here. */
static bool check_index(const struct restore *restore, struct err *err) {
    struct git_index_state state = {0};
    struct git_kept_commit index = {0};
    bool done = git_index_state(restore->tree, &restore->changes, &state, err);
    if (done && state.differs) {
        if (restore->commit.index[0] != '\0')
            done = git_commit_read(restore->tree, restore->commit.index, &index, err);
        if (done && strcmp(index.tree, state.tree) != 0)
            done = err_set(err, MC_DATAERR, "the index of %s holds something else than what is to be restored",
                           restore->tree->path);
        done = done && reset_index(restore, err);
    }
    text_release(&state.body);
    return done;
}

static bool look(struct restore *restore, struct err *err) {
    struct slot_facts facts = {0};
    bool done;
    git_changes_release(&restore->changes);
    done = git_tree_look(restore->tree, &facts, &restore->changes, err);
    slot_facts_release(&facts);
    return done;
}

static bool look_at_changes(struct restore *restore, struct err *err) {
    if (!look(restore, err))
        return false;
    if (restore->changes.count > 0 && (!check_index(restore, err) || !look(restore, err)))
        return false;
    git_paths_of(&restore->changed, &restore->changes);
    for (size_t i = 0; i < restore->changed.count; i++)
        if (find(restore, restore->changed.items[i]->path) == NULL)
            return is_not_clean(restore, restore->changed.items[i]->path, err);
    return true;
}

static bool is_changed(const struct restore *restore, const char *path) {
    return git_paths_find(&restore->changed, path) < restore->changed.count;
}

/* What stands there and is neither HEAD's nor nothing can only be what is to be there. */
static bool is_to_be_compared(const struct restore *restore, const struct target *target) {
    return is_there(target) && is_to_be_there(target) && (!target->tracked || is_changed(restore, target->path));
}

static bool note_same(const struct restore *restore, const struct git_comparisons *comparisons, struct err *err) {
    for (size_t i = 0; i < comparisons->count; i++) {
        const char *path = comparisons->items[i].path;
        struct target *target = find(restore, path);
        if (!comparisons->items[i].same || !has_mode(target))
            return is_changed(restore, path) ? is_not_clean(restore, path, err) : in_the_way(restore, path, err);
        target->done = true;
    }
    return true;
}

static bool look_at_targets(struct restore *restore, struct err *err) {
    struct git_comparisons comparisons = {0};
    bool done = true;
    for (size_t i = 0; done && i < restore->count; i++) {
        struct target *target = &restore->targets[i];
        done = beneath_look(restore->beneath, target->path, &target->seen, err);
        if (done && is_there(target) && !is_to_be_there(target) && is_changed(restore, target->path))
            done = is_not_clean(restore, target->path, err);
        if (!done || !is_to_be_compared(restore, target))
            continue;
        comparisons.items = xgrow(comparisons.items, comparisons.count, &comparisons.cap, sizeof *comparisons.items);
        comparisons.items[comparisons.count++] = (struct git_comparison){.path = target->path, .oid = target->oid};
    }
    done = done && git_compare(restore->tree, restore->beneath, &comparisons, err) &&
           note_same(restore, &comparisons, err);
    free(comparisons.items);
    return done;
}

static bool remove_deleted(struct restore *restore, struct err *err) {
    for (size_t i = 0; i < restore->count; i++) {
        const struct target *target = &restore->targets[i];
        if (is_to_be_there(target))
            continue;
        if (is_there(target) && !beneath_remove(restore->beneath, target->path, &target->seen, err))
            return false;
        beneath_prune(restore->beneath, target->path);
    }
    return true;
}

static bool begin(void *context, int64_t size, struct err *err) {
    struct restore *restore = context;
    const struct target *target = &restore->targets[restore->writing[restore->at]];
    (void)size;
    text_clear(&restore->link);
    if (strcmp(target->mode, "120000") == 0)
        return true;
    restore->fd = beneath_begin(restore->beneath, restore->temporary, err);
    return restore->fd >= 0;
}

static bool unwritten(const struct restore *restore, struct err *err) {
    return err_errno(err, MC_CANTCREAT, errno, "what was preserved of %s cannot be written", restore->tree->path);
}

static bool bytes_come(void *context, const char *bytes, size_t n, struct err *err) {
    struct restore *restore = context;
    const char *path = restore->targets[restore->writing[restore->at]].path;
    if (restore->fd < 0)
        return text_addn(&restore->link, bytes, n) ||
               beneath_refuse(restore->beneath, path, "was preserved with a longer target than links have", err);
    return output_write(restore->fd, bytes, n) || unwritten(restore, err);
}

static bool close_file(struct restore *restore, const struct target *target, struct err *err) {
    mode_t mode = strcmp(target->mode, "100755") == 0 ? 0777 : 0666;
    bool good = fchmod(restore->fd, mode & ~spawn_caller_umask()) == 0;
    good = good || unwritten(restore, err);
    good = (close(restore->fd) == 0 || unwritten(restore, err)) && good;
    restore->fd = -1;
    return good;
}

static bool finish(void *context, struct err *err) {
    struct restore *restore = context;
    const struct target *target = &restore->targets[restore->writing[restore->at++]];
    if (restore->fd >= 0) {
        if (!close_file(restore, target, err))
            return false;
    } else if (!beneath_begin_link(restore->beneath, restore->temporary, text_str(&restore->link), err)) {
        return false;
    }
    if (!beneath_hollow(restore->beneath, target->path))
        return in_the_way(restore, target->path, err);
    return beneath_place(restore->beneath, restore->temporary, target->path, err);
}

static bool write_files(struct restore *restore, struct err *err) {
    const char **oids = xcalloc(restore->count, sizeof *oids);
    struct git_batch batch = {.oids = oids, .begin = begin, .bytes = bytes_come, .end = finish, .context = restore};
    bool done;
    restore->writing = xcalloc(restore->count, sizeof *restore->writing);
    for (size_t i = 0; i < restore->count; i++)
        if (is_to_be_there(&restore->targets[i]) && !restore->targets[i].done) {
            restore->writing[batch.count] = i;
            oids[batch.count++] = restore->targets[i].oid;
        }
    done = git_batch(restore->tree, &batch, err) &&
           (batch.count == 0 || flush_all(restore->tree->path) || unwritten(restore, err));
    if (!done)
        beneath_discard(restore->beneath, restore->temporary);
    free(oids);
    return done;
}

/* Those marks need the file; one without is no work of anybody's. */
static bool mark_intents(struct restore *restore, const struct text *all, struct err *err) {
    static const char *const MARK[] = {
        "add", "--intent-to-add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul", NULL};
    struct text present = {.max = SIZE_MAX};
    struct beneath_seen seen;
    bool done = true;
    for (size_t at = 0; done && at < all->len; at += strlen(all->data + at) + 1) {
        done = beneath_look(restore->beneath, all->data + at, &seen, err);
        if (done && (seen.kind == BENEATH_FILE || seen.kind == BENEATH_LINK))
            text_addn(&present, all->data + at, strlen(all->data + at) + 1);
    }
    if (done && present.len > 0)
        done = git_part(restore->tree,
                        &(struct git_part){.args = MARK, .input = present.data, .input_len = present.len}, err);
    text_release(&present);
    return done;
}

static bool restore_index(struct restore *restore, struct err *err) {
    const char *const read[] = {"read-tree", "-i", "-m", restore->commit.index, NULL};
    static const char *const REFRESH[] = {"update-index", "-q", "--refresh", NULL};
    struct text message = {.max = SIZE_MAX}, intents = {.max = SIZE_MAX};
    struct git_kept_commit index = {.message = &message};
    int status;
    bool done = true;
    if (restore->commit.index[0] != '\0') {
        done = git_commit_read(restore->tree, restore->commit.index, &index, err) &&
               git_part(restore->tree, &(struct git_part){.args = read}, err);
        git_index_intents(text_str(&message), &intents);
        done = done && mark_intents(restore, &intents, err);
    }
    done = done && git_part(restore->tree, &(struct git_part){.args = REFRESH, .status = &status}, err);
    text_release(&message);
    text_release(&intents);
    return done;
}

static bool check_head(struct restore *restore, const char *oid, struct err *err) {
    char head[OID_SIZE];
    return git_part_head(restore->tree, head, err) && git_commit_read(restore->tree, oid, &restore->commit, err) &&
           (strcmp(head, restore->commit.head) == 0 ||
            err_set(err, MC_DATAERR, "%s is at commit %s, and the preserved work began at %s", restore->tree->path,
                    head, restore->commit.head));
}

static void release(struct restore *restore) {
    for (size_t i = 0; i < restore->count; i++)
        free(restore->targets[i].path);
    free(restore->targets);
    free(restore->writing);
    git_changes_release(&restore->changes);
    git_paths_release(&restore->changed);
    text_release(&restore->link);
    descriptor_close(&restore->fd);
    beneath_release(restore->beneath);
}

bool git_restore(const struct git_tree *tree, const char *oid, struct err *err) {
    struct beneath beneath;
    struct restore restore = {.tree = tree, .beneath = &beneath, .fd = -1};
    bool done =
        beneath_open(&beneath, tree->path, err) && check_head(&restore, oid, err) && read_targets(&restore, oid, err);
    if (done) {
        choose_temporary(&restore);
        done = look_at_changes(&restore, err) && look_at_targets(&restore, err) && remove_deleted(&restore, err) &&
               write_files(&restore, err) && restore_index(&restore, err);
    }
    release(&restore);
    return done;
}
