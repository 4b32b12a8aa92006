/* What is done with a slot, over everything that a look can find in one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/exits.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/slot.h"

/* Places, branches (none held, none unheld, own, foreign), what is under way, and ten things that are there or not.
 */
enum { PLACES = SLOT_AT_UNKNOWN + 1, BRANCHES = 4, UNDERWAYS = UNDERWAY_BISECT + 1, BITS = 10 };
enum {
    PROCESS = 1,
    CHANGED = 2,
    UNTRACKED = 4,
    UNMERGED = 8,
    NESTED = 16,
    SUBMODULE = 32,
    UNREADABLE = 64,
    UNBORN = 128,
    LARGE = 256,
    MOUNTED = 512
};

struct sample {
    struct slot_facts facts;
    struct slot_asked asked;
    char branch[8];
    int bits;
};

static void make(struct sample *sample, int place, int branch, int underway) {
    int bits = sample->bits;

    text_copy(sample->branch, sizeof sample->branch, "b");
    sample->facts = (struct slot_facts){.place = (enum slot_place)place,
                                        .underway = (enum slot_underway)underway,
                                        .process = bits & PROCESS ? 7 : 0,
                                        .branch = branch >= 2 ? sample->branch : NULL,
                                        .held = branch == 0,
                                        .changed = bits & CHANGED ? 2 : 0,
                                        .untracked = bits & UNTRACKED ? 1 : 0,
                                        .unmerged = bits & UNMERGED ? 1 : 0,
                                        .nested = bits & NESTED ? 1 : 0,
                                        .submodules = bits & SUBMODULE ? 1 : 0,
                                        .mounted = bits & MOUNTED ? 1 : 0,
                                        .unreadable = bits & UNREADABLE ? 1 : 0,
                                        .bytes = bits & LARGE ? SLOT_KEEP_MOST + 1 : 10};
    if (!(bits & UNBORN))
        text_copy(sample->facts.head, sizeof sample->facts.head, "c0ffee");
    sample->asked = (struct slot_asked){.facts = &sample->facts, .own_branch = branch == 2};
}

static void check(struct sample *sample, int branch) {
    const struct slot_facts *facts = &sample->facts;
    int bits = sample->bits;
    bool dirty = bits & (CHANGED | UNTRACKED);
    bool whole = branch != 1 && branch != 3 && facts->underway == UNDERWAY_NOTHING &&
                 !(bits & (UNMERGED | NESTED | SUBMODULE | UNREADABLE | UNBORN | LARGE | MOUNTED));
    enum slot_end given, started;

    sample->asked.starts = false;
    given = slot_rule(&sample->asked).end;
    sample->asked.starts = true;
    started = slot_rule(&sample->asked).end;
    if (facts->place == SLOT_AT_NOTHING || facts->place == SLOT_AT_EMPTY) {
        assert_int_equal(given, SLOT_MISSING);
        assert_int_equal(started, SLOT_MISSING);
    } else if (facts->place == SLOT_AT_UNKNOWN) {
        assert_int_equal(given, SLOT_WAIT);
        assert_int_equal(started, SLOT_WAIT);
    } else if (facts->place != SLOT_AT_TREE) {
        assert_int_equal(given, SLOT_ASIDE);
        assert_int_equal(started, SLOT_ASIDE);
    } else if (bits & PROCESS) {
        assert_int_equal(given, SLOT_WAIT);
        assert_int_equal(started, SLOT_ASIDE);
    } else {
        assert_int_equal(given, !whole ? SLOT_ASIDE : dirty ? SLOT_KEEP : SLOT_READY);
        assert_int_equal(started, whole && !dirty ? SLOT_READY : SLOT_ASIDE);
    }
}

static void every_look_has_its_end(void **state) {
    struct sample sample = {0};

    (void)state;
    for (int place = 0; place < PLACES; place++)
        for (int branch = 0; branch < BRANCHES; branch++)
            for (int underway = 0; underway < UNDERWAYS; underway++)
                for (sample.bits = 0; sample.bits < 1 << BITS; sample.bits++) {
                    make(&sample, place, branch, underway);
                    check(&sample, branch);
                }
}

static void is_told(struct slot_ruling ruling) {
    assert_true(strlen(ruling.reason) > 1 && strlen(ruling.words) > 10);
    assert_true(!ruling.rescue || strlen(ruling.rescue) > 10);
}

static void is_reason(struct slot_facts facts, bool own, const char *reason) {
    struct slot_ruling ruling = slot_rule(&(struct slot_asked){.facts = &facts, .own_branch = own});
    assert_string_equal(ruling.reason, reason);
    is_told(ruling);
}

static void each_reason_is_named(void **state) {
    const struct slot_facts clean = {.place = SLOT_AT_TREE, .head = "c0ffee", .held = true};
    static const struct {
        enum slot_underway underway;
        const char *reason;
    } underway[] = {
        {UNDERWAY_MERGE, "merge"},   {UNDERWAY_REBASE, "rebase"},
        {UNDERWAY_AM, "am"},         {UNDERWAY_CHERRY_PICK, "cherry_pick"},
        {UNDERWAY_REVERT, "revert"}, {UNDERWAY_BISECT, "bisect"},
    };
    static const struct {
        enum slot_place place;
        const char *reason;
    } places[] = {
        {SLOT_AT_NOTHING, "missing"},    {SLOT_AT_EMPTY, "missing"},   {SLOT_AT_LINK, "link"},
        {SLOT_AT_MAIN, "main_checkout"}, {SLOT_AT_OUTSIDE, "outside"}, {SLOT_AT_OTHER, "no_worktree"},
        {SLOT_AT_UNKNOWN, "unknown"},
    };
    struct slot_facts facts;
    char branch[] = "main";

    (void)state;
    is_reason(clean, false, "clean");
    for (size_t i = 0; i < sizeof underway / sizeof *underway; i++) {
        facts = clean;
        facts.underway = underway[i].underway;
        is_reason(facts, false, underway[i].reason);
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        is_reason((struct slot_facts){.place = places[i].place}, false, places[i].reason);
    facts = clean;
    facts.branch = branch;
    is_reason(facts, false, "foreign_branch");
    is_reason(facts, true, "clean");
    facts = clean;
    facts.held = false;
    is_reason(facts, false, "detached");
    facts.head[0] = '\0';
    is_reason(facts, false, "unborn");
}

/* Room and processes come back by themselves; the rest needs a person. */
static void a_failure_on_the_way(void **state) {
    (void)state;
    assert_int_equal(slot_rule_failed(MC_IOERR).end, SLOT_WAIT);
    assert_int_equal(slot_rule_failed(MC_OSERR).end, SLOT_WAIT);
    assert_int_equal(slot_rule_failed(MC_TEMPFAIL).end, SLOT_WAIT);
    assert_int_equal(slot_rule_failed(MC_CONFIG).end, SLOT_WAIT);
    assert_string_equal(slot_rule_failed(MC_CANTCREAT).reason, "in_the_way");
    assert_int_equal(slot_rule_entry().end, SLOT_ASIDE);
    assert_int_equal(slot_rule_in_the_way().end, SLOT_ASIDE);
    assert_int_equal(slot_rule_failed(MC_NOPERM).end, SLOT_ASIDE);
    assert_int_equal(slot_rule_failed(MC_DATAERR).end, SLOT_ASIDE);
    assert_int_equal(slot_rule_failed(MC_UNAVAILABLE).end, SLOT_ASIDE);
    assert_int_equal(slot_rule_failed(MC_SOFTWARE).end, SLOT_ASIDE);
}

static void says(const struct slot_facts *facts, const char *path, const char *line) {
    struct slot_ruling ruling = slot_rule(&(struct slot_asked){.facts = facts});
    struct text out = {0};

    slot_say(&out, &(struct slot_saying){
                       .ruling = &ruling, .facts = facts, .name = "web/pool-1", .path = path, .repo = "/src/it"});
    assert_string_equal(text_str(&out), line);
    text_release(&out);
}

static void a_line_says_how_to_rescue(void **state) {
    char branch[] = "fix";
    char example[] = "src/main.c";
    struct slot_facts facts = {.place = SLOT_AT_TREE,
                               .head = "c0ffee",
                               .branch = branch,
                               .underway = UNDERWAY_MERGE,
                               .changed = 3,
                               .untracked = 2,
                               .unmerged = 1,
                               .example = example};

    (void)state;
    says(&facts, "/p/pool-1",
         "web/pool-1: a merge is under way, 3 changed, 2 untracked, 1 in conflict, branch fix, such as src/main.c; "
         "look with git -C /p/pool-1 status, finish or end it there, "
         "git -C /p/pool-1 merge --abort takes it back, then mc-ticket pool release web/pool-1");
    says(&(struct slot_facts){.place = SLOT_AT_LINK}, "/a b/$(x)/pool-1",
         "web/pool-1: a symbolic link stands in its place; look with ls -la '/a b/$(x)/pool-1', look where it leads "
         "(readlink '/a b/$(x)/pool-1'), then remove the link: rm '/a b/$(x)/pool-1', then mc-ticket pool release "
         "web/pool-1");
    says(
        &(struct slot_facts){.place = SLOT_AT_OTHER}, "/p/pool-1",
        "web/pool-1: what stands there is no worktree of the repository; look with ls -la /p/pool-1, move it away with "
        "all that it holds: mv /p/pool-1 /p/pool-1.kept, then mc-ticket pool release web/pool-1");
    says(&(struct slot_facts){.place = SLOT_AT_OTHER, .repairable = true}, "/p/pool-1",
         "web/pool-1: what stands there is no worktree of the repository; look with ls -la /p/pool-1, mend it with git "
         "-C /src/it worktree repair /p/pool-1, or move it away: mv /p/pool-1 /p/pool-1.kept, then mc-ticket pool "
         "release web/pool-1");
    says(&(struct slot_facts){.place = SLOT_AT_OTHER, .owner = branch}, "/p/pool-1",
         "web/pool-1: what stands there is a worktree of another repository (fix); look with ls -la /p/pool-1, give it "
         "up where it is clean: git -C fix worktree remove /p/pool-1; else move it away: mv /p/pool-1 /p/pool-1.kept, "
         "then mc-ticket pool release web/pool-1");
    says(&(struct slot_facts){.place = SLOT_AT_TREE, .process = 12, .program = "bash", .head = "c0ffee", .held = true},
         "/p/pool-1",
         "web/pool-1: a process works in it, pid 12 (bash), at commit c0ffee; look with git -C /p/pool-1 status, end "
         "the process, or wait for it");
    says(&(struct slot_facts){.place = SLOT_AT_TREE, .process = -1, .head = "c0ffee", .held = true}, "/p/pool-1",
         "web/pool-1: whether a process works in it cannot be told, at commit c0ffee; look with git -C /p/pool-1 "
         "status, look at this machine's /proc, and for what uses up its open files or memory");
}

/* A process that was not seen for want of something: nothing is done to the slot, and no person is asked for it. */
static void who_may_be_there_is_waited_for(void **state) {
    struct slot_facts facts = {.place = SLOT_AT_TREE, .process = -1, .head = "c0ffee", .held = true};

    (void)state;
    assert_int_equal(slot_rule(&(struct slot_asked){.facts = &facts}).end, SLOT_WAIT);
    assert_int_equal(slot_rule(&(struct slot_asked){.facts = &facts, .starts = true}).end, SLOT_WAIT);
}

static void same(const struct slot_ruling *is, enum slot_end end, const struct slot_ruling *wanted) {
    assert_int_equal(is->end, end);
    assert_string_equal(is->reason, wanted->reason);
    assert_string_equal(is->words, wanted->words);
    if (wanted->rescue)
        assert_string_equal(is->rescue, wanted->rescue);
    else
        assert_null(is->rescue);
}

/* Each row of the table by what it is there for: where the slot goes, and what a person reads. */
static void each_row_as_it_is_told(void **state) {
    char repository[] = "/src/other", branch[] = "main";
    const struct {
        struct slot_facts facts;
        enum slot_end returned, started;
        struct slot_ruling wanted;
    } cases[] = {
        {{.place = SLOT_AT_NOTHING, .head = "c0ffee", .held = true},
         SLOT_MISSING,
         SLOT_MISSING,
         {.reason = "missing", .words = "its folder is not there any more, or is empty", .rescue = NULL}},
        {{.place = SLOT_AT_LINK, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "link",
          .words = "a symbolic link stands in its place",
          .rescue = "look where it leads (readlink $path), then remove the link: rm $path"}},
        {{.place = SLOT_AT_OTHER, .owner = repository, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "other_repository",
          .words = "what stands there is a worktree of another repository",
          .rescue = "give it up where it is clean: git -C $owner worktree remove $path; else move it away: mv $path "
                    "$path.kept"}},
        {{.place = SLOT_AT_OTHER, .repairable = true, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "no_worktree",
          .words = "what stands there is no worktree of the repository",
          .rescue = "mend it with git -C $repo worktree repair $path, or move it away: mv $path $path.kept"}},
        {{.place = SLOT_AT_OTHER, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "no_worktree",
          .words = "what stands there is no worktree of the repository",
          .rescue = "move it away with all that it holds: mv $path $path.kept"}},
        {{.place = SLOT_AT_TREE, .process = 7, .head = "c0ffee", .held = true},
         SLOT_WAIT,
         SLOT_ASIDE,
         {.reason = "process", .words = "a process works in it", .rescue = "end the process, or wait for it"}},
        {{.place = SLOT_AT_TREE, .underway = UNDERWAY_MERGE, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "merge",
          .words = "a merge is under way",
          .rescue = "finish or end it there, $git merge --abort takes it back"}},
        {{.place = SLOT_AT_TREE, .underway = UNDERWAY_REBASE, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "rebase",
          .words = "a rebase is under way",
          .rescue = "finish or end it there, $git rebase --abort takes it back"}},
        {{.place = SLOT_AT_TREE, .underway = UNDERWAY_AM, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "am",
          .words = "patches are being applied (git am)",
          .rescue = "finish or end it there, $git am --abort ends it"}},
        {{.place = SLOT_AT_TREE, .underway = UNDERWAY_CHERRY_PICK, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "cherry_pick",
          .words = "a cherry-pick is under way",
          .rescue = "finish or end it there, $git cherry-pick --abort takes it back"}},
        {{.place = SLOT_AT_TREE, .underway = UNDERWAY_REVERT, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "revert",
          .words = "a revert is under way",
          .rescue = "finish or end it there, $git revert --abort takes it back"}},
        {{.place = SLOT_AT_TREE, .underway = UNDERWAY_BISECT, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "bisect", .words = "a bisect is under way", .rescue = "$git bisect reset ends it"}},
        {{.place = SLOT_AT_TREE, .held_up = true, .underway = UNDERWAY_MERGE},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "pipe",
          .words = "git would be held up by a pipe, or the like, in the place of a file",
          .rescue = "remove that"}},
        {{.place = SLOT_AT_TREE, .unmerged = 1, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "unmerged",
          .words = "it has conflicts that are not resolved",
          .rescue = "resolve them, then $git add -A"}},
        {{.place = SLOT_AT_TREE, .nested = 1, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "nested",
          .words = "a repository of its own stands inside it",
          .rescue = "push or move what is in that one"}},
        {{.place = SLOT_AT_TREE, .submodules = 1, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "submodule",
          .words = "a submodule holds something of its own",
          .rescue = "commit and push inside the submodule, then $git submodule update"}},
        {{.place = SLOT_AT_TREE, .mounted = 1, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "mounted",
          .words = "files in it are of another place that is mounted there",
          .rescue = "take the mount away with umount, where it is not wanted any more"}},
        {{.place = SLOT_AT_TREE, .unreadable = 1, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "unreadable",
          .words = "something in it cannot be read",
          .rescue = "make it readable or move it away"}},
        {{.place = SLOT_AT_TREE, .head = "", .branch = branch, .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "unborn",
          .words = "its branch has no commit",
          .rescue = "commit there, or leave the branch: $git switch --detach BRANCH"}},
        {{.place = SLOT_AT_TREE, .branch = branch, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "foreign_branch",
          .words = "it is on a branch that is none of its ticket's",
          .rescue = "see that the branch is what you want, then leave it: $git switch --detach"}},
        {{.place = SLOT_AT_TREE, .held = false, .head = "c0ffee"},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "detached", .words = "its commits are on no branch", .rescue = "$git branch NAME keeps them"}},
        {{.place = SLOT_AT_TREE, .bytes = SLOT_KEEP_MOST + 1, .changed = 1, .head = "c0ffee", .held = true},
         SLOT_ASIDE,
         SLOT_ASIDE,
         {.reason = "too_large",
          .words = "more is uncommitted in it than is kept unasked",
          .rescue = "commit or move away what is large"}},
        {{.place = SLOT_AT_TREE, .bytes = SLOT_KEEP_MOST, .changed = 1, .head = "c0ffee", .held = true},
         SLOT_KEEP,
         SLOT_ASIDE,
         {.reason = "uncommitted",
          .words = "it holds uncommitted work that no ticket has left there",
          .rescue = "commit it on a branch or move it away"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slot_asked asked = {.facts = &cases[i].facts};
        struct slot_ruling ruling = slot_rule(&asked);

        same(&ruling, cases[i].returned, &cases[i].wanted);
        asked.starts = true;
        ruling = slot_rule(&asked);
        same(&ruling, cases[i].started, &cases[i].wanted);
    }
}

static void each_failure_as_it_is_told(void **state) {
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
          "it is tried again; if it stays so, free memory, and look for a pipe that git waits for (find $path -type "
          "p)"}},
        {MC_CONFIG, {SLOT_WAIT, "repository", "its repository is out of order", "mend that first"}},
        {MC_NOPERM,
         {SLOT_ASIDE, "unreadable", "we may not read or change something of it",
          "give back the rights that are missing, or move it away"}},
        {MC_CANTCREAT, {SLOT_ASIDE, "in_the_way", "an ignored file in it is in the way", NULL}},
        {MC_DATAERR,
         {SLOT_ASIDE, "not_kept", "what was kept of it is not what it holds", "copy or commit what is wanted"}},
        {MC_SOFTWARE, {SLOT_ASIDE, "git", "git failed in it", "mend what git says"}},
        {MC_UNAVAILABLE, {SLOT_ASIDE, "git", "git failed in it", "mend what git says"}},
        {MC_OK, {SLOT_ASIDE, "git", "git failed in it", "mend what git says"}},
    };
    const struct slot_ruling entry = {.reason = "entry", .words = "its entry in the repository must not be given up"};
    const struct slot_ruling way = {.reason = "in_the_way",
                                    .words = "what git does not know is in the way of what its branch brings, here and "
                                             "wherever it is"};

    (void)state;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        struct slot_ruling ruling = slot_rule_failed(failures[i].code);

        same(&ruling, failures[i].ruling.end, &failures[i].ruling);
    }
    struct slot_ruling ruling = slot_rule_entry();
    same(&ruling, SLOT_ASIDE, &entry);
    ruling = slot_rule_in_the_way();
    same(&ruling, SLOT_ASIDE, &way);
}

static void says_of_a_failure(const struct slot_saying *saying, const char *line) {
    struct text out = {0};
    slot_say(&out, saying);
    assert_string_equal(text_str(&out), line);
    text_release(&out);
}

/* Without a look at it, and with what the failure itself said. */
static void a_line_says_why(void **state) {
    struct slot_ruling ruling = slot_rule_failed(MC_UNAVAILABLE);
    char owner[] = "/src/o";
    struct slot_facts facts = {.place = SLOT_AT_TREE, .owner = owner};
    struct slot_saying saying = {
        .ruling = &ruling, .name = "pool-1", .path = "/p/pool-1", .repo = "/r", .why = "it said so"};

    (void)state;
    says_of_a_failure(&saying, "pool-1: git failed in it (it said so), mend what git says, then mc-ticket pool release "
                               "pool-1");
    saying.facts = &facts;
    says_of_a_failure(&saying,
                      "pool-1: git failed in it (it said so); look with git -C /p/pool-1 status, mend what git "
                      "says, then mc-ticket pool release pool-1");
    saying.why = NULL;
    saying.path = "";
    says_of_a_failure(&saying,
                      "pool-1: git failed in it (/src/o); look with git -C '' status, mend what git says, then "
                      "mc-ticket pool release pool-1");
    facts.owner = NULL;
    facts.process = 7;
    ruling = (struct slot_ruling){.end = SLOT_WAIT, .reason = "x", .words = "words", .rescue = "ask $owner"};
    says_of_a_failure(&saying, "pool-1: words, pid 7 (unknown); look with git -C '' status, ask '?'");
    facts.held_up = true;
    says_of_a_failure(&saying, "pool-1: words, pid 7 (unknown); look with ls -la '', ask '?'");
    saying.facts = NULL;
    says_of_a_failure(&saying, "pool-1: words, ask '?'");
    ruling.rescue = NULL;
    says_of_a_failure(&saying, "pool-1: words");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_look_has_its_end),         cmocka_unit_test(each_reason_is_named),
        cmocka_unit_test(a_failure_on_the_way),           cmocka_unit_test(a_line_says_how_to_rescue),
        cmocka_unit_test(each_row_as_it_is_told),         cmocka_unit_test(each_failure_as_it_is_told),
        cmocka_unit_test(who_may_be_there_is_waited_for), cmocka_unit_test(a_line_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
