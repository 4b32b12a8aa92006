#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "git_world.h"
#include "host/git_batch.h"
#include "host/git_blobs.h"
#include "host/git_commit.h"
#include "host/git_compare.h"
#include "host/git_index.h"
#include "host/git_part.h"
#include "refused.h"

/* Of files alone, not of what git says: error 0 is their end. */
ssize_t __real_read(int fd, void *bytes, size_t n);
ssize_t __wrap_read(int fd, void *bytes, size_t n);
ssize_t __wrap_read(int fd, void *bytes, size_t n) {
    struct stat seen;
    if (fstat(fd, &seen) == 0 && S_ISREG(seen.st_mode) && is_refused("read"))
        return refused.error != 0 ? -1 : 0;
    return __real_read(fd, bytes, n);
}

/* The repository's own checkout, as a tree; files of it; and what each is. */
struct scene {
    struct git_world *world;
    struct git git;
    struct git_tree tree;
    struct beneath beneath;
    struct err err;
};

static void begin(struct scene *scene, struct git_world *world) {
    *scene = (struct scene){.world = world};
    assert_true(git_open(&scene->git, world->repo, &scene->err));
    scene->tree = (struct git_tree){.git = &scene->git, .path = world->repo, .admin = scene->git.common};
    assert_true(beneath_open(&scene->beneath, world->repo, &scene->err));
}

static void end(struct scene *scene) {
    assert_null(scene->err.text);
    beneath_release(&scene->beneath);
    git_release(&scene->git);
}

static void fails(struct scene *scene, bool done, int code, const char *text) {
    assert_false(done);
    assert_string_equal(scene->err.text, text);
    assert_int_equal(scene->err.code, code);
    err_release(&scene->err);
    scene->err = (struct err){0};
}

static struct beneath_seen seen(struct scene *scene, const char *path) {
    struct beneath_seen seen;
    assert_true(beneath_look(&scene->beneath, path, &seen, &scene->err));
    return seen;
}

/* Another program in git's place. */
static void play(struct scene *scene, const char *script) {
    char *made = xasprintf("printf '#!/bin/sh\\n%s\\n' >fake; chmod +x fake", script);
    world_do(scene->world, made);
    free(made);
    free(scene->git.program);
    scene->git.program = xasprintf("%s/fake", scene->world->folder);
}

static bool write_blobs(struct scene *scene, const char *const *paths, size_t count, struct git_blob *items) {
    struct git_blobs blobs = {.items = items, .count = count};
    for (size_t i = 0; i < count; i++)
        items[i] = (struct git_blob){.path = paths[i], .seen = seen(scene, paths[i])};
    return git_blobs_write(&scene->tree, &scene->beneath, &blobs, &scene->err);
}

static bool write_one(struct scene *scene, const char *path) {
    struct git_blob blob;
    return write_blobs(scene, &path, 1, &blob);
}

/* The names that they have got, one behind the other. */
static void expect_names(struct scene *scene, const struct git_blob *blobs, size_t count, const char *script) {
    struct text names = {0};
    for (size_t i = 0; i < count; i++)
        text_addf(&names, "%s%s", i > 0 ? "\n" : "", blobs[i].oid);
    world_expect(scene->world, script, text_str(&names));
    text_release(&names);
}

static void writes_what_stands_there(void **state) {
    static const char *const paths[] = {"large", "link", "empty", "run.sh", "two"};
    enum { COUNT = sizeof paths / sizeof *paths };
    struct git_blob blobs[COUNT];
    struct scene scene;
    begin(&scene, *state);
    world_do(scene.world, "cd repo; seq 50000 >large; : >empty");
    refuse("read", EINTR, 1, 1);
    assert_true(write_blobs(&scene, paths, COUNT, blobs));
    assert_true(refuse_over());
    expect_names(&scene, blobs, COUNT,
                 "cd repo; git hash-object large; readlink -n link | git hash-object --stdin; git hash-object empty "
                 "run.sh two");
    for (size_t i = 0; i < COUNT; i++) {
        const struct beneath_seen now = seen(&scene, paths[i]);
        assert_true(beneath_same(&blobs[i].seen, &now));
    }
    assert_true(git_blobs_write(NULL, NULL, &(struct git_blobs){0}, &scene.err)); /* and asks nobody */
    end(&scene);
}

static void what_changes_meanwhile(void **state) {
    struct git_blob blob = {.path = "src/one", .seen = {.kind = BENEATH_LINK}};
    struct git_blobs blobs = {.items = &blob, .count = 1};
    struct scene scene;
    char *told;
    begin(&scene, *state);
    told = xasprintf("%s/src/one has changed while it was read; it is tried again", scene.world->repo);
    refuse("read", 0, 0, 1); /* shorter than it was */
    fails(&scene, write_one(&scene, "src/one"), MC_DATAERR, told);
    assert_true(refuse_over());
    refuse("read", EIO, 1, 1); /* where its end should be */
    fails(&scene, write_one(&scene, "src/one"), MC_DATAERR, told);
    assert_true(refuse_over());
    fails(&scene, git_blobs_write(&scene.tree, &scene.beneath, &blobs, &scene.err), MC_DATAERR, told);
    blob.seen.kind = BENEATH_FILE;
    fails(&scene, git_blobs_write(&scene.tree, &scene.beneath, &blobs, &scene.err), MC_DATAERR, told);
    free(told);
    blob.path = "nowhere/x";
    told = xasprintf("%s/nowhere/x has changed while it was read; it is tried again", scene.world->repo);
    fails(&scene, git_blobs_write(&scene.tree, &scene.beneath, &blobs, &scene.err), MC_DATAERR, told);
    free(told);
    refuse("read", EIO, 0, 1);
    told = xasprintf("a file of %s cannot be read: Input/output error", scene.world->repo);
    fails(&scene, write_one(&scene, "two"), MC_IOERR, told);
    free(told);
    assert_true(refuse_over());
    end(&scene);
}

#define OID "587be6b4c3f93f93c489c0111bba5596147a26cb"

static void a_git_that_writes_something_else(void **state) {
    static const struct {
        const char *script, *says;
    } gits[] = {{"cat >/dev/null; echo " OID "; echo " OID, "did not name what it wrote"},
                {"cat >/dev/null; echo 1234", "did not name what it wrote"},
                {"cat >/dev/null; printf " OID, "did not write all"}};
    struct scene scene;
    begin(&scene, *state);
    for (size_t i = 0; i < sizeof gits / sizeof *gits; i++) {
        char *told = xasprintf("git fast-import in %s %s", scene.world->repo, gits[i].says);
        play(&scene, gits[i].script);
        fails(&scene, write_one(&scene, "two"), MC_UNAVAILABLE, told);
        free(told);
    }
    end(&scene);
}

static struct git_comparison compared(struct scene *scene, const char *path, const char *oid) {
    struct git_comparison one = {.path = path, .oid = oid};
    struct git_comparisons all = {.items = &one, .count = 1};
    assert_true(git_compare(&scene->tree, &scene->beneath, &all, &scene->err));
    return one;
}

static void compares_bytes(void **state) {
    static const struct {
        const char *path, *bytes; /* as printf has them */
        bool same;
    } rows[] = {{"two", "two\\n", true},     {"two", "twO\\n", false}, {"two", "two", false},
                {"two", "two\\n\\n", false}, {"link", "two", true},    {"link", "twO", false},
                {"link", "tw", false},       {"link", "twos", false},  {"nowhere", "", false},
                {"src", "two", false},       {"empty", "", true},      {"empty", "x", false},
                {"fifo", "", false},         {"two/x", "", false},     {"large", "$(seq 50000)\\n", true}};
    struct scene scene;
    begin(&scene, *state);
    world_do(scene.world, "cd repo; seq 50000 >large; : >empty; mkfifo fifo");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *script = xasprintf("cd repo; printf \"%s\" | git hash-object -w --stdin", rows[i].bytes);
        char *oid = world_shell(scene.world, script);
        struct git_comparison one = compared(&scene, rows[i].path, oid);
        const struct beneath_seen now = seen(&scene, rows[i].path);
        if (one.same != rows[i].same)
            print_error("%s %s\n", rows[i].path, rows[i].bytes);
        assert_int_equal(one.same, rows[i].same);
        assert_true(beneath_same(&one.seen, &now));
        free(script);
        free(oid);
    }
    world_do(scene.world, "rm repo/fifo");
    end(&scene);
}

static void compares_what_cannot_be_read(void **state) {
    struct scene scene;
    begin(&scene, *state);
    char *oid = world_shell(scene.world, "git -C repo rev-parse :two");
    refuse("read", 0, 0, 1);
    assert_false(compared(&scene, "two", oid).same);
    assert_true(refuse_over());
    refuse("read", EIO, 0, 1);
    assert_false(compared(&scene, "two", oid).same);
    assert_true(refuse_over());
    assert_true(compared(&scene, "two", oid).same);
    struct git_comparison one = {.path = "a/../two", .oid = oid};
    struct git_comparisons all = {.items = &one, .count = 1};
    char *told = xasprintf("%s/a/../two is no path of a file that git keeps", scene.world->repo);
    fails(&scene, git_compare(&scene.tree, &scene.beneath, &all, &scene.err), MC_DATAERR, told);
    free(told);
    one = (struct git_comparison){.path = "two", .oid = OID};
    fails(&scene, git_compare(&scene.tree, &scene.beneath, &all, &scene.err), MC_DATAERR,
          "the repository has not got object " OID " whole");
    free(oid);
    end(&scene);
}

static void a_git_that_reads_nothing(void **state) {
    struct git_comparison one = {.path = "two", .oid = OID};
    struct git_comparisons all = {.items = &one, .count = 1};
    char name[OID_SIZE];
    struct scene scene;
    begin(&scene, *state);
    play(&scene, "echo " OID " blob 4; printf two");
    fails(&scene, git_compare(&scene.tree, &scene.beneath, &all, &scene.err), MC_DATAERR,
          "the repository has not got object " OID " whole");
    assert_true(git_batch(NULL, &(struct git_batch){0}, &scene.err)); /* and asks nobody */
    play(&scene, "echo " OID "1");
    char *told = xasprintf("git rev-parse in %s did not name an object", scene.world->repo);
    fails(&scene, git_part_head(&scene.tree, name, &scene.err), MC_UNAVAILABLE, told);
    play(&scene, "exit 0");
    fails(&scene, git_part_head(&scene.tree, name, &scene.err), MC_UNAVAILABLE, told);
    play(&scene, "printf " OID);
    assert_true(git_part_head(&scene.tree, name, &scene.err));
    assert_string_equal(name, OID);
    free(told);
    end(&scene);
}

/* As it is read back, and as a person's git shows it. */
static void writes_commits(void **state) {
    static const char *const bodies[] = {"one line", "two\n\nlines"};
    struct scene scene;
    begin(&scene, *state);
    char *head = world_shell(scene.world, "git -C repo rev-parse HEAD");
    char *tree = world_shell(scene.world, "git -C repo rev-parse HEAD^{tree}");
    for (int i = 0; i < 8; i++) {
        const bool with_index = i & 1, with_earlier = i & 2;
        struct text message = {0};
        struct git_kept_commit commit = {.body = bodies[i / 4]}, read = {.message = &message};
        char oid[OID_SIZE], *script, *shown;
        text_copy(commit.tree, OID_SIZE, tree);
        text_copy(commit.head, OID_SIZE, head);
        text_copy(commit.index, OID_SIZE, with_index ? head : "");
        text_copy(commit.earlier, OID_SIZE, with_earlier ? head : "");
        assert_true(git_commit_write(&scene.tree, &commit, oid, &scene.err));
        assert_true(git_commit_read(&scene.tree, oid, &read, &scene.err));
        assert_string_equal(read.tree, commit.tree);
        assert_string_equal(read.head, commit.head);
        assert_string_equal(read.index, commit.index);
        assert_string_equal(read.earlier, commit.earlier);
        shown = xasprintf("mc-pickup <mc-pickup@localhost>|mc-pickup <mc-pickup@localhost>|%s\n\nKept: tree%s%s",
                          commit.body, with_index ? " index" : "", with_earlier ? " earlier" : "");
        assert_int_equal(message.data[--message.len], '\n');
        message.data[message.len] = '\0';
        assert_string_equal(message.data, strrchr(shown, '|') + 1);
        script = xasprintf("git -C repo log -1 --format='%%an <%%ae>|%%cn <%%ce>|%%B' %s", oid);
        world_expect(scene.world, script, shown);
        free(script);
        free(shown);
        text_release(&message);
    }
    free(head);
    free(tree);
    end(&scene);
}

static bool state_of(struct scene *scene, struct git_index_state *state, bool staged, bool in_head) {
    struct git_change change = {.path = (char[]){"two"}, .kind = CHANGE_TRACKED, .staged = staged, .in_head = in_head};
    struct git_changes changes = {.items = &change, .count = 1};
    size_t max = state->body.max;
    text_release(&state->body);
    *state = (struct git_index_state){.body = {.max = max}};
    return git_index_state(&scene->tree, &changes, state, &scene->err);
}

static void tells_what_an_index_holds(void **state) {
    struct git_index_state index = {0};
    struct scene scene;
    begin(&scene, *state);
    char *head = world_shell(scene.world, "git -C repo rev-parse HEAD^{tree}");
    assert_true(state_of(&scene, &index, false, true)); /* nobody asks */
    assert_false(index.differs);
    assert_string_equal(index.tree, "");
    assert_true(state_of(&scene, &index, true, true));
    assert_false(index.differs);
    assert_string_equal(index.tree, head);
    assert_string_equal(text_str(&index.body), "index\n\n");
    world_do(
        scene.world,
        "cd repo; rm large empty; echo x >'a b'; printf x >\"$(printf '\\177\\377')\"; echo x >'c\\'; git add -N .");
    assert_true(state_of(&scene, &index, false, false));
    assert_true(index.differs);
    assert_string_equal(index.tree, head);
    assert_string_equal(text_str(&index.body), "index\n\nIntent-to-add: a\\040b\nIntent-to-add: c\\134\n"
                                               "Intent-to-add: \\177\\377\n");
    index.body.max = strlen("index\n\nIntent-to-add: a\\040b\nIntent-to-add: c\\134\nIntent-to-add: \\177\\377");
    fails(&scene, state_of(&scene, &index, true, true), MC_DATAERR, "too many files are marked as to be added");
    index.body.max = 16;
    fails(&scene, state_of(&scene, &index, true, true), MC_DATAERR, "too many files are marked as to be added");
    index.body.max = 0;
    world_do(scene.world, "cd repo; git reset -q; rm 'a b' c* $'\\177\\377'; echo x >>two; git add two");
    assert_true(state_of(&scene, &index, true, true));
    assert_true(index.differs);
    assert_string_not_equal(index.tree, head);
    assert_string_equal(text_str(&index.body), "index\n\n");
    world_expect(scene.world, "cd repo; git reset -q --hard; ls .git | grep mc- || true", "");
    world_do(scene.world, "cd repo; mv .git/index away"); /* none is an empty one */
    assert_true(state_of(&scene, &index, true, true));
    assert_true(index.differs);
    assert_string_equal(index.tree, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    world_do(scene.world, "cd repo; mv away .git/index");
    text_release(&index.body);
    free(head);
    end(&scene);
}

static void copies_no_index_by_halves(void **state) {
    struct git_index_state index = {0};
    struct scene scene;
    begin(&scene, *state);
    char *told = xasprintf("%s/.git/index cannot be copied: Input/output error", scene.world->repo);
    refuse("read", EIO, 0, EACH_TIME);
    fails(&scene, state_of(&scene, &index, true, true), MC_IOERR, told);
    assert_true(refuse_over());
    free(told);
    told = xasprintf("%s/.git/index cannot be copied: File exists", scene.world->repo);
    world_do(scene.world, "mkdir repo/.git/mc-index");
    fails(&scene, state_of(&scene, &index, true, true), MC_CANTCREAT, told);
    world_do(scene.world, "rmdir repo/.git/mc-index");
    free(told);
    told = xasprintf("%s/.git/index cannot be copied: Too many levels of symbolic links", scene.world->repo);
    world_do(scene.world, "cd repo/.git; mv index away; ln -s away index");
    fails(&scene, state_of(&scene, &index, true, true), MC_CANTCREAT, told);
    world_do(scene.world, "cd repo/.git; mv away index");
    free(told);
    text_release(&index.body);
    end(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_stands_there),
        cmocka_unit_test(what_changes_meanwhile),
        cmocka_unit_test(a_git_that_writes_something_else),
        cmocka_unit_test(compares_bytes),
        cmocka_unit_test(compares_what_cannot_be_read),
        cmocka_unit_test(a_git_that_reads_nothing),
        cmocka_unit_test(writes_commits),
        cmocka_unit_test(tells_what_an_index_holds),
        cmocka_unit_test(copies_no_index_by_halves),
    };
    return cmocka_run_group_tests(tests, world_make, world_end);
}
