#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "git_slot.h"

/* A commit with CRLF that its attributes take away: git calls such files changed as soon as it looks at their bytes. */
static void make_unlike(struct slot *slot, struct git_world *world) {
    world_do(world,
             "cd repo; printf 'one\\r\\n' >dos.txt; printf 'two\\r\\n' >'\"odd.txt'; git add -A; git commit -qm crlf; "
             "echo '*.o' >.gitignore; echo '*.txt text' >.gitattributes; git add .git*; git commit -qm attributes");
    make_slot(slot, world);
    world_do(world, "sleep 0.02; touch pool/pool-1/*.txt");
    world_expect(world, "git -C pool/pool-1 -c core.quotePath=false diff-files --name-only",
                 "\"\\\"odd.txt\"\ndos.txt");
}

static void expect_changed(const struct slot *slot, const char *path) {
    struct slot_facts facts;
    struct git_changes changes = {0};
    look(slot, &facts, &changes);
    assert_int_equal(changes.count, 1);
    assert_string_equal(changes.items[0].path, path);
    assert_int_equal(changes.items[0].seen.kind, BENEATH_NOTHING);
    git_changes_release(&changes);
    slot_facts_release(&facts);
}

static void goes_by_the_bytes(void **state) {
    static const char *const changes[] = {"printf 'ona\\r\\n' >dos.txt", "printf 'one\\n' >dos.txt", "chmod +x dos.txt",
                                          "rm dos.txt; mkfifo dos.txt"};
    struct git_world *world = *state;
    struct slot slot;
    make_unlike(&slot, world);
    expect_clean(&slot);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *script = xasprintf("cd pool/pool-1; %s", changes[i]);
        world_do(world, script);
        free(script);
        expect_changed(&slot, "dos.txt");
        world_do(world, "cd pool/pool-1; rm dos.txt; printf 'one\\r\\n' >dos.txt; chmod 644 dos.txt");
        expect_clean(&slot);
    }
    close_slot(&slot);
}

/* What git makes of a commit's bytes at a checkout is no change, and the bytes themselves are one then. */
static void goes_by_what_git_writes(void **state) {
    static const char *const changes[][2] = {{"printf 'a\\r\\nB\\r\\n' >a.bat", "a.bat"},
                                             {"printf 'a\\r\\nb\\n' >a.bat", "a.bat"},
                                             {"printf 'a\\r\\nb\\r\\nc' >a.bat", "a.bat"},
                                             {"printf '// $Id: 1.2 $\\n' >id.c", "id.c"},
                                             {"printf 'x\\n' >wide.u16", "wide.u16"},
                                             {"printf 'other\\n' >\"$(printf 'Icon\\r')\"", "Icon\r"},
                                             {"printf 'other\\n' >\"$(printf 'two\\nlines')\"", "two\nlines"}};
    struct git_world *world = *state;
    struct slot slot;
    world_do(world,
             "cd repo; printf 'a\\r\\nb\\n' >a.bat; printf '// $Id: 1.2 $\\n' >id.c; printf 'x\\n' >wide.u16;"
             "printf 'same\\n' >Icon; cp Icon \"$(printf 'Icon\\r')\"; cp Icon \"$(printf 'two\\nlines')\";"
             "git add -A; git commit -qm bytes; printf '*.bat text eol=crlf\\n*.c ident\\n*.u16 "
             "working-tree-encoding=UTF-16LE\\n' >.gitattributes; git add .gitattributes; git commit -qm attributes");
    make_slot(&slot, world);
    world_do(world, "sleep 0.02; touch pool/pool-1/*");
    world_expect(world,
                 "cd pool/pool-1; git diff-files --name-only; od -An -c a.bat; cat id.c | cut -c1-8; wc -c <wide.u16",
                 "a.bat\nid.c\n   a  \\r  \\n   b  \\r  \\n\n// $Id: \n4");
    expect_clean(&slot);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *script = xasprintf("cd pool/pool-1; %s", changes[i][0]);
        world_do(world, script);
        free(script);
        expect_changed(&slot, changes[i][1]);
        world_do(world, "cd pool/pool-1; git reset -q --hard; sleep 0.02; touch *");
        expect_clean(&slot);
    }
    close_slot(&slot);
}

static void begins_where_they_are_others(void **state) {
    struct git_world *world = *state;
    struct slot slot;
    struct err err = {0};
    char oid[OID_SIZE];
    make_unlike(&slot, world);
    world_do(world, "cd repo; git rm -q --cached dos.txt; git add dos.txt; echo tracked >new.o; git add -f new.o; git "
                    "commit -qm normal; echo precious >../pool/pool-1/new.o");
    commit_of(&slot, "main", oid);
    assert_false(git_tree_begin(&slot.tree, &(struct git_branch){.name = "new", .start = oid}, &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_non_null(strstr(err.text, "new.o"));
    err_release(&err);
    expect_clean(&slot); /* and nothing is gone from it */
    world_expect(world, "cd pool/pool-1; cat new.o; od -An -c dos.txt", "precious\n   o   n   e  \\r  \\n");
    world_do(world, "rm pool/pool-1/new.o");
    if (!git_tree_begin(&slot.tree, &(struct git_branch){.name = "new", .start = oid}, &err))
        fail_msg("%s", err.text);
    expect_clean(&slot);
    world_expect(world, "cd pool/pool-1; od -An -c dos.txt", "   o   n   e  \\n");
    close_slot(&slot);
}

/* Whose file has changed since is told. */
static void begins_over_no_change(void **state) {
    struct git_world *world = *state;
    struct slot slot;
    struct err err = {0};
    char oid[OID_SIZE];
    make_unlike(&slot, world);
    world_do(world, "cd repo; git rm -q --cached dos.txt; git add dos.txt; git commit -qm normal; "
                    "printf 'won\\r\\n' >../pool/pool-1/dos.txt");
    commit_of(&slot, "main", oid);
    assert_false(git_tree_begin(&slot.tree, &(struct git_branch){.name = "new", .start = oid}, &err));
    assert_non_null(strstr(err.text, "dos.txt"));
    err_release(&err);
    world_expect(world, "cd pool/pool-1; od -An -c dos.txt", "   w   o   n  \\r  \\n");
    close_slot(&slot);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(goes_by_the_bytes, world_make, world_end),
        cmocka_unit_test_setup_teardown(goes_by_what_git_writes, world_make, world_end),
        cmocka_unit_test_setup_teardown(begins_where_they_are_others, world_make, world_end),
        cmocka_unit_test_setup_teardown(begins_over_no_change, world_make, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
