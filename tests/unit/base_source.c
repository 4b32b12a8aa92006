#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/argv.h"
#include "rules/base_source.h"

static void comes_from(const char *base, const char *push, const char *remote, const char *branch) {
    struct argv remotes = {0};
    struct base_source source;

    argv_adds(&remotes, (const char *const[]){"or", "origin", "team", "team/fork", NULL});
    base_source(&source, &(struct base_wish){base, push, &remotes});
    assert_string_equal(source.remote, remote);
    assert_string_equal(source.branch, branch);
    base_source_release(&source);
    argv_release(&remotes);
}

static bool is_local(const char *base) {
    struct argv remotes = {0};
    struct base_source source;
    bool local;

    argv_add(&remotes, "origin");
    base_source(&source, &(struct base_wish){base, NULL, &remotes});
    local = source.local;
    base_source_release(&source);
    argv_release(&remotes);
    return local;
}

static void a_remote_in_its_name_decides(void **state) {
    (void)state;
    comes_from("origin/main", NULL, "origin", "main");
    comes_from("origin/main", "team", "origin", "main");
    comes_from("refs/remotes/origin/main", NULL, "origin", "main");
    comes_from("origin/release/2", NULL, "origin", "release/2");
    comes_from("or/main", NULL, "or", "main");
    comes_from("team/fork/main", NULL, "team/fork", "main");
    comes_from("team/main", NULL, "team", "main");
}

static void else_where_it_is_pushed_to(void **state) {
    (void)state;
    comes_from("main", NULL, "origin", "main");
    comes_from("main", "team", "team", "main");
    comes_from("refs/heads/main", "team", "team", "main");
    comes_from("refs/heads/origin/main", NULL, "origin", "origin/main"); /* a branch of one's own of that name */
    comes_from("feature/x", NULL, "origin", "feature/x");
    comes_from("origin/", NULL, "origin", "origin/");
    comes_from("origin", NULL, "origin", "origin");
    comes_from("original/main", NULL, "origin", "original/main");
}

static void ones_own_may_be_ahead(void **state) {
    (void)state;
    assert_true(is_local("main"));
    assert_true(is_local("refs/heads/origin/main"));
    assert_false(is_local("origin/main"));
    assert_false(is_local("refs/remotes/origin/main"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_remote_in_its_name_decides),
        cmocka_unit_test(else_where_it_is_pushed_to),
        cmocka_unit_test(ones_own_may_be_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
