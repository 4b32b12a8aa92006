#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/branch.h"
#include "rules/travel.h"

#define OID "0123456789abcdef0123456789abcdef01234567"
#define REF "refs/mc/preserved/MC-1/4965b3b17446a1e009dd37ed71b708c0"

static const struct travel_seen whole = {.host = "alpha",
                                         .branch = "mc-1-x-4965b3",
                                         .remote = "origin",
                                         .key = "MC-1",
                                         .run_id = "4965b3b17446a1e009dd37ed71b708c0",
                                         .why = "fetch of it: nobody answers",
                                         .commits = TRAVEL_HERE,
                                         .kept = TRAVEL_HERE,
                                         .starts = true};

static void says(const struct travel_seen *seen, const char *wanted) {
    struct text out = {0};

    travel_say(&out, seen);
    assert_string_equal(text_str(&out), wanted);
    text_release(&out);
}

static void says_nothing_of_what_came(void **state) {
    struct travel_seen seen = whole;

    (void)state;
    says(&seen, "");
    seen.preserved = OID;
    says(&seen, "");
    seen.commits = TRAVEL_ABSENT; /* it had nothing but what was preserved */
    seen.nothing = true;
    says(&seen, "");
    seen.nothing = false;
    seen.copy = true; /* merged and removed there, and fetched before */
    says(&seen, "");
}

static void names_the_host_that_has_the_commits(void **state) {
    struct travel_seen seen = whole;

    (void)state;
    seen.commits = TRAVEL_ABSENT;
    says(&seen, "Branch mc-1-x-4965b3 is not at origin: what was committed on it is on host alpha alone, never pushed; "
                "this run starts from its base.");
    seen.pushed = true;
    says(&seen, "Branch mc-1-x-4965b3, which host alpha has worked on and pushed, is not at origin any more; this run "
                "starts from its base.");
    seen.starts = false;
    says(&seen, "Branch mc-1-x-4965b3, which host alpha has worked on and pushed, is not at origin any more.");
    seen = whole;
    seen.commits = TRAVEL_FAILED;
    says(&seen,
         "Branch mc-1-x-4965b3, which host alpha has worked on, could not be had from origin (fetch of it: nobody "
         "answers); this run starts from its base.");
    seen.copy = true;
    says(&seen,
         "Branch mc-1-x-4965b3, which host alpha has worked on, could not be had from origin (fetch of it: nobody "
         "answers); this run starts from what was fetched of it earlier.");
    seen = whole;
    seen.remote = NULL;
    seen.commits = TRAVEL_UNASKED;
    says(&seen, "Branch mc-1-x-4965b3 was worked on by host alpha, and this workspace has no \"push\": it is on that "
                "host alone; this run starts from its base.");
}

static void names_what_was_not_committed(void **state) {
    struct travel_seen seen = whole;

    (void)state;
    seen.preserved = OID;
    seen.kept = TRAVEL_ABSENT;
    says(&seen, "What was not committed (0123456789ab) is kept on host alpha alone, as " REF
                ", and was never pushed to origin; this run starts without it.");
    seen.kept = TRAVEL_FAILED;
    says(&seen, "What was not committed (0123456789ab) is kept on host alpha alone, as " REF
                ", as far as can be told without origin; this run starts without it.");
    seen = whole;
    seen.folder = "/srv/pool/pool-1";
    says(&seen, "Its worktree /srv/pool/pool-1 on host alpha was not given back: what is not committed there, or was "
                "not pushed since, is there alone.");
    seen.commits = TRAVEL_ABSENT;
    seen.starts = false;
    says(&seen, "Branch mc-1-x-4965b3 is not at origin: what was committed on it is on host alpha alone, never pushed. "
                "Its worktree /srv/pool/pool-1 on host alpha was not given back: what is not committed there, or was "
                "not pushed since, is there alone.");
}

static void says_which_of_two_branches(void **state) {
    struct travel_seen seen = whole;

    (void)state;
    seen.parted = true;
    says(&seen, "Another branch mc-1-x-4965b3 is here, with commits that the one at origin has not; the one at origin "
                "is what this run starts from.");
}

/* What is kept beside a branch is never taken for a run's. */
/* To a person, who starts nothing. */
static void shown_to_a_person(void **state) {
    struct travel_seen seen = whole;
    struct text out = {0};

    (void)state;
    seen.starts = false;
    seen.commits = TRAVEL_ABSENT;
    says(&seen,
         "Branch mc-1-x-4965b3 is not at origin: what was committed on it is on host alpha alone, never pushed.");
    seen.copy = true;
    seen.commits = TRAVEL_FAILED;
    says(&seen,
         "Branch mc-1-x-4965b3, which host alpha has worked on, could not be had from origin (fetch of it: nobody "
         "answers); what was fetched of it earlier is here.");
    seen.commits = TRAVEL_HERE;
    seen.parted = true;
    says(&seen,
         "Another branch mc-1-x-4965b3 is here, with commits that the one at origin has not; the one at origin is "
         "shown.");
    seen.parted = false;
    seen.preserved = OID;
    seen.kept = TRAVEL_UNASKED;
    says(&seen, "What was not committed (0123456789ab) is kept on host alpha alone, as " REF ".");
    seen.kept = TRAVEL_FAILED;
    says(&seen, "What was not committed (0123456789ab) is kept on host alpha alone, as " REF
                ", as far as can be told without origin.");
    travel_nothing(&out, "b");
    assert_string_equal(text_str(&out), "b: nothing to push: it has no commit beyond its base");
    text_release(&out);
}

static void a_kept_branch_is_no_runs(void **state) {
    struct text own = {0}, kept = {0};
    const struct branch_of of = {.prefix = "ai/", .key = "MC-1", .title = "x", .run_id = whole.run_id};

    (void)state;
    branch_name(&own, &of);
    travel_kept_branch(&kept, text_str(&own));
    assert_string_equal(text_str(&kept), "ai/mc-1-x-4965b3-kept");
    assert_true(branch_is_of(text_str(&own), &of));
    assert_false(branch_is_of(text_str(&kept), &of));
    assert_false(branch_is_ours(text_str(&kept), "ai/", "MC"));
    text_release(&own);
    text_release(&kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_of_what_came),
        cmocka_unit_test(names_the_host_that_has_the_commits),
        cmocka_unit_test(names_what_was_not_committed),
        cmocka_unit_test(says_which_of_two_branches),
        cmocka_unit_test(shown_to_a_person),
        cmocka_unit_test(a_kept_branch_is_no_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
