#include "rules/slot.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/text.h"

enum { LINE_LONGEST = 2000 };

void slot_facts_release(struct slot_facts *facts) {
    free(facts->branch);
    free(facts->example);
    free(facts->owner);
    *facts = (struct slot_facts){0};
}

static bool is_nothing(const struct slot_asked *asked) {
    return asked->facts->place == SLOT_AT_NOTHING || asked->facts->place == SLOT_AT_EMPTY;
}

static bool is_link(const struct slot_asked *asked) {
    return asked->facts->place == SLOT_AT_LINK;
}

static bool is_main(const struct slot_asked *asked) {
    return asked->facts->place == SLOT_AT_MAIN;
}

static bool is_outside(const struct slot_asked *asked) {
    return asked->facts->place == SLOT_AT_OUTSIDE;
}

static bool is_of_other(const struct slot_asked *asked) {
    return asked->facts->place == SLOT_AT_OTHER && asked->facts->owner;
}

static bool is_repairable(const struct slot_asked *asked) {
    return asked->facts->place == SLOT_AT_OTHER && asked->facts->repairable;
}

static bool is_unknown(const struct slot_asked *asked) {
    return asked->facts->place == SLOT_AT_UNKNOWN;
}

static bool is_no_tree(const struct slot_asked *asked) {
    return asked->facts->place != SLOT_AT_TREE;
}

static bool has_process(const struct slot_asked *asked) {
    return asked->facts->process > 0;
}

static bool may_have_process(const struct slot_asked *asked) {
    return asked->facts->process < 0;
}

static bool is_held_up(const struct slot_asked *asked) {
    return asked->facts->held_up;
}

static bool in_merge(const struct slot_asked *asked) {
    return asked->facts->underway == UNDERWAY_MERGE;
}

static bool in_rebase(const struct slot_asked *asked) {
    return asked->facts->underway == UNDERWAY_REBASE;
}

static bool in_am(const struct slot_asked *asked) {
    return asked->facts->underway == UNDERWAY_AM;
}

static bool in_cherry_pick(const struct slot_asked *asked) {
    return asked->facts->underway == UNDERWAY_CHERRY_PICK;
}

static bool in_revert(const struct slot_asked *asked) {
    return asked->facts->underway == UNDERWAY_REVERT;
}

static bool in_something(const struct slot_asked *asked) {
    return asked->facts->underway != UNDERWAY_NOTHING;
}

static bool is_unmerged(const struct slot_asked *asked) {
    return asked->facts->unmerged > 0;
}

static bool has_nested(const struct slot_asked *asked) {
    return asked->facts->nested > 0;
}

static bool has_submodules(const struct slot_asked *asked) {
    return asked->facts->submodules > 0;
}

static bool is_mounted(const struct slot_asked *asked) {
    return asked->facts->mounted > 0;
}

static bool is_unreadable(const struct slot_asked *asked) {
    return asked->facts->unreadable > 0;
}

static bool is_unborn(const struct slot_asked *asked) {
    return !*asked->facts->head;
}

static bool on_foreign_branch(const struct slot_asked *asked) {
    return asked->facts->branch && !asked->own_branch;
}

static bool is_astray(const struct slot_asked *asked) {
    return !asked->facts->branch && !asked->facts->held;
}

static bool is_too_large(const struct slot_asked *asked) {
    return asked->facts->bytes > SLOT_KEEP_MOST;
}

static bool is_dirty(const struct slot_asked *asked) {
    return asked->facts->changed > 0 || asked->facts->untracked > 0;
}

/* An earlier ticket's commit ignored it: what that has built, and nobody's work. */
static bool is_left(const struct slot_asked *asked) {
    return asked->moved && is_dirty(asked);
}

#define AWAY "mv $path $path.kept"
#define FINISH "finish or end it there"

/* In the order of harm: first what is not ours to go into at all, then what nobody may be taken from, then what a
 * commit cannot hold; what is left is kept or clean. */
static const struct row {
    bool (*holds)(const struct slot_asked *asked);
    enum slot_end returned, started; /* given back; before a start */
    const char *reason, *words, *rescue;
} rows[] = {
    {is_nothing, SLOT_MISSING, SLOT_MISSING, "missing", "its folder is not there any more, or is empty", NULL},
    {is_link, SLOT_ASIDE, SLOT_ASIDE, "link", "a symbolic link stands in its place",
     "look where it leads (readlink $path), then remove the link: rm $path"},
    {is_main, SLOT_ASIDE, SLOT_ASIDE, "main_checkout", "the repository's main checkout stands in its place",
     "mend \"pool\" in the configuration, or move the folder away"},
    {is_outside, SLOT_ASIDE, SLOT_ASIDE, "outside", "it is not inside its pool",
     "mend \"pool\" in the configuration, or move the folder away"},
    {is_of_other, SLOT_ASIDE, SLOT_ASIDE, "other_repository", "what stands there is a worktree of another repository",
     "give it up where it is clean: git -C $owner worktree remove $path; else move it away: " AWAY},
    {is_repairable, SLOT_ASIDE, SLOT_ASIDE, "no_worktree", "what stands there is no worktree of the repository",
     "mend it with git -C $repo worktree repair $path, or move it away: " AWAY},
    {is_unknown, SLOT_WAIT, SLOT_WAIT, "unknown", "what stands there cannot be told",
     "look for what uses up this machine's memory or open files"},
    {is_no_tree, SLOT_ASIDE, SLOT_ASIDE, "no_worktree", "what stands there is no worktree of the repository",
     "move it away with all that it holds: " AWAY},
    {has_process, SLOT_WAIT, SLOT_ASIDE, "process", "a process works in it", "end the process, or wait for it"},
    {may_have_process, SLOT_WAIT, SLOT_WAIT, "process", "whether a process works in it cannot be told",
     "look at this machine's /proc, and for what uses up its open files or memory"},
    {is_held_up, SLOT_ASIDE, SLOT_ASIDE, "pipe", "git would be held up by a pipe, or the like, in the place of a file",
     "remove that"},
    {in_merge, SLOT_ASIDE, SLOT_ASIDE, "merge", "a merge is under way", FINISH ", $git merge --abort takes it back"},
    {in_rebase, SLOT_ASIDE, SLOT_ASIDE, "rebase", "a rebase is under way",
     FINISH ", $git rebase --abort takes it back"},
    {in_am, SLOT_ASIDE, SLOT_ASIDE, "am", "patches are being applied (git am)", FINISH ", $git am --abort ends it"},
    {in_cherry_pick, SLOT_ASIDE, SLOT_ASIDE, "cherry_pick", "a cherry-pick is under way",
     FINISH ", $git cherry-pick --abort takes it back"},
    {in_revert, SLOT_ASIDE, SLOT_ASIDE, "revert", "a revert is under way",
     FINISH ", $git revert --abort takes it back"},
    {in_something, SLOT_ASIDE, SLOT_ASIDE, "bisect", "a bisect is under way", "$git bisect reset ends it"},
    {is_unmerged, SLOT_ASIDE, SLOT_ASIDE, "unmerged", "it has conflicts that are not resolved",
     "resolve them, then $git add -A"},
    {has_nested, SLOT_ASIDE, SLOT_ASIDE, "nested", "a repository of its own stands inside it",
     "push or move what is in that one"},
    {has_submodules, SLOT_ASIDE, SLOT_ASIDE, "submodule", "a submodule holds something of its own",
     "commit and push inside the submodule, then $git submodule update"},
    {is_mounted, SLOT_ASIDE, SLOT_ASIDE, "mounted", "files in it are of another place that is mounted there",
     "take the mount away with umount, where it is not wanted any more"},
    {is_unreadable, SLOT_ASIDE, SLOT_ASIDE, "unreadable", "something in it cannot be read",
     "make it readable or move it away"},
    {is_unborn, SLOT_ASIDE, SLOT_ASIDE, "unborn", "its branch has no commit",
     "commit there, or leave the branch: $git switch --detach BRANCH"},
    {on_foreign_branch, SLOT_ASIDE, SLOT_ASIDE, "foreign_branch", "it is on a branch that is none of its ticket's",
     "see that the branch is what you want, then leave it: $git switch --detach"},
    {is_astray, SLOT_ASIDE, SLOT_ASIDE, "detached", "its commits are on no branch", "$git branch NAME keeps them"},
    {is_too_large, SLOT_ASIDE, SLOT_ASIDE, "too_large", "more is uncommitted in it than is kept unasked",
     "commit or move away what is large"},
    {is_left, SLOT_KEEP, SLOT_KEEP, "left", "it holds what git ignored until now", NULL},
    {is_dirty, SLOT_KEEP, SLOT_ASIDE, "uncommitted", "it holds uncommitted work that no ticket has left there",
     "commit it on a branch or move it away"},
};

/* Beyond the table it is clean. */
struct slot_ruling slot_rule(const struct slot_asked *asked) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].holds(asked))
            return (struct slot_ruling){.end = asked->starts ? rows[i].started : rows[i].returned,
                                        .reason = rows[i].reason,
                                        .words = rows[i].words,
                                        .rescue = rows[i].rescue};
    return (struct slot_ruling){.end = SLOT_READY, .reason = "clean", .words = "it is clean"};
}

static const struct {
    enum mc_exit code;
    struct slot_ruling ruling;
} failures[] = {
    {MC_IOERR,
     {SLOT_WAIT, "disk", "its work could not be kept, because a disk does not take it",
      "free some space there (df -h $path $repo), or mount it writable where it is read-only"}},
    {MC_OSERR, {SLOT_WAIT, "system", "git could not be run", "look at this machine's processes"}},
    {MC_TEMPFAIL,
     {SLOT_WAIT, "interrupted", "git was ended before it was done",
      "it is tried again; if it stays so, free memory, and look for a pipe that git waits for (find $path -type p)"}},
    {MC_CONFIG, {SLOT_WAIT, "repository", "its repository is out of order", "mend that first"}},
    {MC_NOPERM,
     {SLOT_ASIDE, "unreadable", "we may not read or change something of it",
      "give back the rights that are missing, or move it away"}},
    {MC_CANTCREAT, {SLOT_ASIDE, "in_the_way", "an ignored file in it is in the way", NULL}},
    {MC_DATAERR, {SLOT_ASIDE, "not_kept", "what was kept of it is not what it holds", "copy or commit what is wanted"}},
};

struct slot_ruling slot_rule_failed(enum mc_exit code) {
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].code == code)
            return failures[i].ruling;
    return (struct slot_ruling){SLOT_ASIDE, "git", "git failed in it", "mend what git says"};
}

struct slot_ruling slot_rule_entry(void) {
    return (struct slot_ruling){SLOT_ASIDE, "entry", "its entry in the repository must not be given up", NULL};
}

struct slot_ruling slot_rule_in_the_way(void) {
    return (struct slot_ruling){
        SLOT_ASIDE, "in_the_way",
        "what git does not know is in the way of what its branch brings, here and wherever it is", NULL};
}

/* A path as it can be typed into a shell, in quotes only where they are needed. */
static void put_path(struct text *out, const char *path) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=@,";

    if (*path && path[strspn(path, plain)] == '\0')
        text_add(out, path);
    else
        text_quote(out, path);
}

static void put_rescue(struct text *out, const struct slot_saying *saying, const char *rescue) {
    while (*rescue) {
        size_t plain = strcspn(rescue, "$");

        text_addn(out, rescue, plain);
        rescue += plain;
        if (text_starts(rescue, "$git")) {
            text_add(out, "git -C ");
            put_path(out, saying->path);
            rescue += strlen("$git");
        } else if (text_starts(rescue, "$path")) {
            put_path(out, saying->path);
            rescue += strlen("$path");
        } else if (text_starts(rescue, "$repo")) {
            put_path(out, saying->repo);
            rescue += strlen("$repo");
        } else if (text_starts(rescue, "$owner")) {
            put_path(out, saying->facts && saying->facts->owner ? saying->facts->owner : "?");
            rescue += strlen("$owner");
        }
    }
}

static void put_count(struct text *out, size_t count, const char *what) {
    if (count)
        text_addf(out, ", %zu %s", count, what);
}

static void put_contents(struct text *out, const struct slot_facts *facts) {
    put_count(out, facts->changed, "changed");
    put_count(out, facts->untracked, "untracked");
    put_count(out, facts->unmerged, "in conflict");
    if (facts->process > 0)
        text_addf(out, ", pid %lld (%s)", (long long)facts->process, *facts->program ? facts->program : "unknown");
    if (facts->branch)
        text_addf(out, ", branch %s", facts->branch);
    else if (*facts->head)
        text_addf(out, ", at commit %.12s", facts->head);
    if (facts->example)
        text_addf(out, ", such as %s", facts->example);
}

static void put_line(struct text *out, const struct slot_saying *saying) {
    const struct slot_ruling *ruling = saying->ruling;

    text_addf(out, "%s: %s", saying->name, ruling->words);
    if (saying->facts && saying->facts->place == SLOT_AT_TREE)
        put_contents(out, saying->facts);
    if (saying->why)
        text_addf(out, " (%s)", saying->why);
    else if (saying->facts && saying->facts->owner)
        text_addf(out, " (%s)", saying->facts->owner);
    if (saying->facts) {
        text_add(out, "; look with ");
        put_rescue(out, saying,
                   saying->facts->place == SLOT_AT_TREE && !saying->facts->held_up ? "$git status" : "ls -la $path");
    }
    if (ruling->rescue) {
        text_add(out, ", ");
        put_rescue(out, saying, ruling->rescue);
    }
    if (ruling->end == SLOT_ASIDE)
        text_addf(out, ", then mc-ticket pool release %s", saying->name);
}

void slot_say(struct text *out, const struct slot_saying *saying) {
    struct text raw = {0};

    put_line(&raw, saying);
    clean_line(out, text_str(&raw), raw.len, LINE_LONGEST);
    text_release(&raw);
}

void slot_say_rescue(struct text *out, const struct slot_saying *saying) {
    text_addf(out, "%s; ", saying->ruling->words);
    put_rescue(out, saying, saying->ruling->rescue);
}
