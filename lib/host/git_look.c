#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/files.h"
#include "host/git_held.h"
#include "host/git_marks.h"
#include "host/git_place.h"
#include "host/git_status.h"
#include "host/git_tree.h"
#include "host/handout.h"
#include "host/inside.h"
#include "host/mounts.h"
#include "host/spawn.h"

enum { EXAMPLE_MAX = 200 };

static enum slot_underway find_underway(const char *admin) {
    static const struct {
        const char *file;
        enum slot_underway underway;
    } files[] = {{"MERGE_HEAD", UNDERWAY_MERGE},
                 {"rebase-merge", UNDERWAY_REBASE},
                 {"rebase-apply/applying", UNDERWAY_AM},
                 {"rebase-apply", UNDERWAY_REBASE},
                 {"CHERRY_PICK_HEAD", UNDERWAY_CHERRY_PICK},
                 {"REVERT_HEAD", UNDERWAY_REVERT},
                 {"sequencer", UNDERWAY_CHERRY_PICK},
                 {"BISECT_LOG", UNDERWAY_BISECT}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = xasprintf("%s/%s", admin, files[i].file);
        bool there = files_exists(path);
        free(path);
        if (there)
            return files[i].underway;
    }
    return UNDERWAY_NOTHING;
}

/* A ref that is no branch is named whole, so that it is nobody's own branch. */
static bool read_head(const struct git_tree *tree, struct slot_facts *facts, char detached[OID_SIZE], struct err *err) {
    static const char ref[] = "ref: ", branches[] = "refs/heads/";
    char *head = git_head_of(tree->admin);
    detached[0] = '\0';
    if (head == NULL)
        return err_set(err, MC_UNAVAILABLE, "%s: its HEAD cannot be read", tree->path);
    if (!text_starts(head, ref))
        (void)text_copy(detached, OID_SIZE, head);
    else {
        const char *name = head + strlen(ref);
        facts->branch = xstrdup(text_starts(name, branches) ? name + strlen(branches) : name);
    }
    free(head);
    return true;
}

/* What is asked beside the listing: all of it is independent of what that says. */
struct beside {
    const struct git_tree *tree;
    struct slot_facts *facts;
    struct git_marks marks;
    char detached[OID_SIZE];
    struct err err;
    bool done;
};

static void find_process(void *context) {
    struct beside *beside = context;
    beside->facts->process = inside_find(beside->tree->path, beside->facts->program);
}

static bool is_held(struct beside *beside, const struct spawn_meanwhile *meanwhile) {
    const char *const args[] = {"for-each-ref", "--count=1",      "--format=%(refname)",
                                "--contains",   beside->detached, NULL};
    struct text out = {0}, said = {0};
    struct git_result result = {.out = &out, .errors = &said};
    bool done =
        git_run(beside->tree->git, &(struct git_call){.args = args, .meanwhile = meanwhile}, &result, &beside->err);
    beside->facts->held = done && result.status == 0 && out.len > 0;
    text_release(&out);
    text_release(&said);
    return done;
}

/* Most often a free slot stands where the repository's own branch does: a file says so, and no git is asked. */
static bool is_at_main(const struct beside *beside) {
    const char *common = beside->tree->git->common;
    char *head = git_head_of(common), *there = NULL;
    bool is = false;
    if (head != NULL && text_starts(head, "ref: refs/heads/") && strstr(head, "..") == NULL)
        there = git_line_in(common, head + strlen("ref: "));
    is = text_same(there, beside->detached);
    free(head);
    free(there);
    return is;
}

static void ask_who_holds(void *context) {
    struct beside *beside = context;
    const struct spawn_meanwhile process = {.work = find_process, .context = beside};
    beside->facts->held =
        beside->detached[0] != '\0' && (strcmp(beside->facts->given, beside->detached) == 0 || is_at_main(beside));
    if (beside->detached[0] != '\0' && !beside->facts->held)
        beside->done = is_held(beside, &process);
    else
        find_process(beside);
}

static void look_beside(void *context) {
    struct beside *beside = context;
    const struct spawn_meanwhile holder = {.work = ask_who_holds, .context = beside};
    beside->done = true; /* the holder may say otherwise */
    beside->done = git_marks_read(&beside->marks, beside->tree, &holder, &beside->err) && beside->done;
}

static void set_example(struct slot_facts *facts, const char *path) {
    struct text line = {0};
    if (facts->example != NULL)
        return;
    clean_line(&line, path, strlen(path), EXAMPLE_MAX);
    facts->example = text_take(&line);
}

/* Its size, and whether it may be read; a deleted one has nothing. */
static void measure(int tree, const struct git_change *change, struct slot_facts *facts) {
    struct stat seen;
    if (fstatat(tree, change->path, &seen, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (S_ISDIR(seen.st_mode) && change->kind == CHANGE_TRACKED) /* the file is gone, its name is a folder's */
        return;
    if (S_ISREG(seen.st_mode) || S_ISLNK(seen.st_mode))
        facts->bytes += seen.st_size;
    if (S_ISLNK(seen.st_mode) || (S_ISREG(seen.st_mode) && faccessat(tree, change->path, R_OK, 0) == 0))
        return;
    facts->unreadable++;
    set_example(facts, change->path);
}

/* What stands in a mount is of another place: to take it away here would take it away there. */
static void count_mounted(const struct git_tree *tree, const struct git_changes *changes, struct slot_facts *facts) {
    struct argv mounts = {0};
    if (changes->count > 0)
        mounts_below(&mounts, tree->path);
    for (size_t i = 0; mounts.count > 0 && i < changes->count; i++) {
        const char *mount = mounts_hold(&mounts, changes->items[i].path);
        facts->mounted += mount != NULL;
        if (mount != NULL)
            set_example(facts, mount);
    }
    argv_release(&mounts);
}

static void count(const struct git_tree *tree, const struct git_changes *changes, struct slot_facts *facts) {
    int folder = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    count_mounted(tree, changes, facts);
    for (size_t i = 0; i < changes->count; i++) {
        const struct git_change *change = &changes->items[i];
        facts->changed += change->kind == CHANGE_TRACKED;
        facts->untracked += change->kind == CHANGE_UNTRACKED;
        facts->unmerged += change->kind == CHANGE_UNMERGED;
        facts->nested += change->kind == CHANGE_NESTED;
        facts->submodules += change->kind == CHANGE_SUBMODULE;
        if (change->kind == CHANGE_TRACKED || change->kind == CHANGE_UNTRACKED)
            measure(folder, change, facts);
        else
            set_example(facts, change->path);
    }
    descriptor_close(&folder);
}

/* A prompt of ours that a .gitignore of somebody else's does not hide. One that was added to the index is the work of
 * whoever has added it. */
static void pass_over_prompts(struct git_changes *changes) {
    size_t kept = 0;
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].kind == CHANGE_UNTRACKED && handout_is(changes->items[i].path))
            git_change_release(&changes->items[i]);
        else
            changes->items[kept++] = changes->items[i];
    changes->count = kept;
}

/* The marks by which git looks past a file are taken away, and it is asked again. */
static bool look_again(struct git_listing *listing, struct beside *beside, struct err *err) {
    git_listing_release(listing);
    return git_marks_clear(&beside->marks, beside->tree, err) &&
           git_status_read(listing, beside->tree, &(struct git_asking){0}, err);
}

static bool is_listed(const struct git_listing *listing, const char *path, enum git_change_kind kind) {
    for (size_t i = 0; i < listing->changes.count; i++)
        if (listing->changes.items[i].kind == kind && strcmp(listing->changes.items[i].path, path) == 0)
            return true;
    return false;
}

static bool look_at_submodules(struct beside *beside, struct git_listing *listing, struct err *err) {
    for (size_t i = 0; i < beside->marks.submodules.count; i++) {
        char *path = beside->marks.submodules.items[i];
        bool clean;
        if (is_listed(listing, path, CHANGE_SUBMODULE))
            continue;
        if (!git_submodule_clean(beside->tree, path, &clean, err))
            return false;
        if (!clean)
            git_changes_add(&listing->changes,
                            (struct git_change){.path = xstrdup(path), .kind = CHANGE_SUBMODULE, .in_head = true});
    }
    return true;
}

/* They are work like any other file; what they hide is listed when they are gone. */
static void look_at_ignorers(const struct beside *beside, struct git_listing *listing) {
    for (size_t i = 0; i < beside->marks.ignorers.count; i++) {
        char *path = beside->marks.ignorers.items[i];
        if (!is_listed(listing, path, CHANGE_UNTRACKED) && !is_listed(listing, path, CHANGE_TRACKED))
            git_changes_add(&listing->changes, (struct git_change){.path = xstrdup(path), .kind = CHANGE_UNTRACKED});
    }
}

/* Then git is not asked anything: what can be told without it is. */
static bool is_held_up(const struct git_tree *tree, struct slot_facts *facts) {
    char *at = git_held_up(tree->path, tree->admin);
    bool is = at != NULL;
    if (is) {
        facts->held_up = true;
        set_example(facts, at);
        facts->process = inside_find(tree->path, facts->program);
    }
    free(at);
    return is;
}

/* What is looked at, and what is filled. */
struct look {
    const struct git_tree *tree;
    struct slot_facts *facts;
    struct git_changes *changes;
    bool unmark; /* what marks hide, too: they are taken away */
};

static bool look_at(const struct look *look, struct err *err) {
    const struct git_tree *tree = look->tree;
    struct slot_facts *facts = look->facts;
    struct beside beside = {.tree = tree, .facts = facts};
    const struct spawn_meanwhile meanwhile = {.work = look_beside, .context = &beside};
    struct git_listing listing = {0};
    bool done;
    struct slot_facts fresh = {.place = facts->place, .underway = find_underway(tree->admin)};
    text_copy(fresh.given, sizeof fresh.given, facts->given);
    *facts = fresh;
    if (!read_head(tree, facts, beside.detached, err))
        return false;
    if (is_held_up(tree, facts))
        return true;
    done = git_status_read(&listing, tree, &(struct git_asking){.meanwhile = &meanwhile}, err);
    if (done && !beside.done) {
        done = false;
        err_release(err);
        *err = beside.err;
        beside.err = (struct err){0};
    }
    if (done && look->unmark && git_marks_hide(&beside.marks))
        done = look_again(&listing, &beside, err);
    done = done && look_at_submodules(&beside, &listing, err);
    look_at_ignorers(&beside, &listing);
    pass_over_prompts(&listing.changes);
    if (done) {
        memcpy(facts->head, listing.head, OID_SIZE);
        facts->unreadable = listing.unreadable;
        count(tree, &listing.changes, facts);
    }
    if (done && look->changes != NULL) {
        *look->changes = listing.changes;
        listing.changes = (struct git_changes){0};
    }
    git_listing_release(&listing);
    git_marks_release(&beside.marks);
    err_release(&beside.err);
    return done;
}

bool git_tree_look(const struct git_tree *tree, struct slot_facts *facts, struct git_changes *changes,
                   struct err *err) {
    return look_at(&(struct look){tree, facts, changes, .unmark = true}, err);
}

bool git_tree_glance(const struct git_tree *tree, struct slot_facts *facts, struct git_changes *changes,
                     struct err *err) {
    return look_at(&(struct look){tree, facts, changes, .unmark = false}, err);
}
