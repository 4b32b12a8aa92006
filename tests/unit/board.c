#include "slurp.h"
#include "store_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/text.h"
#include "store/journal.h"

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every name and byte of a folder, in one text. */
static void picture(const char *folder, struct text *out) {
    char *names[32] = {NULL};
    size_t count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            names[count++] = xstrdup(entry->d_name);
    closedir(dir);
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        char *path = xasprintf("%s/%s", folder, names[i]);
        text_addf(out, "[%s]", names[i]);
        slurp(path, out);
        free(path);
        free(names[i]);
    }
}

static void assert_mode(const char *path, const char *suffix, mode_t mode) {
    struct stat st;
    char *name = xasprintf("%s%s", path, suffix);
    assert_int_equal(stat(name, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
    free(name);
}

static int open_descriptors(void) {
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void test_create(void **state) {
    struct fixture *f = *state;
    only_of_files("files have modes");
    bool made = false;
    int descriptors = open_descriptors();
    mode_t old = umask(0);
    must(board_create(f->path, &made, &f->err));
    assert_true(made);
    must(board_create(f->path, &made, &f->err));
    assert_false(made);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_add(f, "one", PRIORITY_LOW, 1);
    assert_mode(f->path, "", 0600);
    assert_mode(f->path, "-wal", 0600);
    assert_mode(f->path, "-shm", 0600);
    umask(old);
    board_free(f->board);
    f->board = NULL;
    assert_int_equal(open_descriptors(), descriptors);
}

static void test_create_at_the_same_time(void **state) {
    struct fixture *f = *state;
    int makers = 0;
    board_busy_limit(60000);
    for (int i = 0; i < 6; i++) {
        if (fork() == 0) {
            bool made = false;
            _exit(board_create(f->path, &made, &f->err) ? made : 99);
        }
    }
    for (int status, i = 0; i < 6; i++) {
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        makers += WEXITSTATUS(status);
    }
    assert_int_equal(makers, 1);
    board_busy_limit(10000);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_is_whole(f);
}

static void test_no_board(void **state) {
    struct fixture *f = *state;
    bool made = false;
    assert_false(board_open(&f->board, f->path, BOARD_LOOK, &f->err));
    assert_int_equal(f->err.code, MC_NOINPUT);
    assert_non_null(strstr(f->err.text, "mc-ticket init"));
    must_fail(board_open(&f->board, "/nonexistent/board.db", BOARD_WRITE, &f->err), MC_NOINPUT);
    must_fail(board_create("/nonexistent/board.db", &made, &f->err), MC_CANTCREAT);
    if (server_given())
        return;
    spill(f->path, "", 0);
    must_fail(board_open(&f->board, f->path, BOARD_WRITE, &f->err), MC_NOINPUT);
    must(board_create(f->path, &made, &f->err));
    assert_true(made);
}

static void test_files_of_others(void **state) {
    struct fixture *f = *state;
    only_of_files("files have modes");
    bool made = false;
    char *link = xasprintf("%s/link.db", f->folder);
    char *nowhere = xasprintf("%s/nowhere.db", f->folder);
    assert_int_equal(symlink(f->path, link), 0);
    must_fail(board_open(&f->board, link, BOARD_WRITE, &f->err), MC_NOPERM);
    must_fail(board_create(link, &made, &f->err), MC_NOPERM);
    assert_int_equal(access(f->path, F_OK), -1);
    assert_int_equal(symlink("/tmp/mc-store-missing", nowhere), 0);
    must_fail(board_create(nowhere, &made, &f->err), MC_NOPERM);
    must(board_create(f->path, &made, &f->err));
    must_fail(board_open(&f->board, link, BOARD_LOOK, &f->err), MC_NOPERM);
    chmod(f->path, 0620);
    must_fail(board_open(&f->board, f->path, BOARD_WRITE, &f->err), MC_NOPERM);
    chmod(f->path, 0600);
    chmod(f->folder, 0770);
    must_fail(board_open(&f->board, f->path, BOARD_WRITE, &f->err), MC_NOPERM);
    must_fail(board_create(f->path, &made, &f->err), MC_NOPERM);
    chmod(f->folder, 0700);
    must_fail(board_open(&f->board, f->folder, BOARD_WRITE, &f->err), MC_NOINPUT);
    free(link);
    free(nowhere);
}

static void refused_untouched(struct fixture *f, enum mc_exit code) {
    struct text before = {0}, after = {0};
    bool made = false;
    picture(f->folder, &before);
    must_fail(board_open(&f->board, f->path, BOARD_WRITE, &f->err), code);
    must_fail(board_open(&f->board, f->path, BOARD_LOOK, &f->err), code);
    must_fail(board_create(f->path, &made, &f->err), code);
    assert_false(made);
    picture(f->folder, &after);
    same(&before, &after);
    text_release(&before);
    text_release(&after);
}

static void test_damaged(void **state) {
    struct fixture *f = *state;
    only_of_files("files have pages");
    struct text whole = {0};
    struct activity_list list = {0};
    static const char prose[] = "This is no database at all, only a text that somebody put here by mistake. "
                                "It is longer than the header of a database would be.";
    fixture_add(f, "one", PRIORITY_LOW, 1);
    board_free(f->board);
    f->board = NULL;
    slurp(f->path, &whole);
    spill(f->path, text_str(&whole), whole.len / 2);
    refused_untouched(f, MC_IOERR);
    spill(f->path, text_str(&whole), 60);
    refused_untouched(f, MC_IOERR);
    spill(f->path, prose, sizeof prose);
    refused_untouched(f, MC_IOERR);
    memset(whole.data + 100, 0x5a, 3000);
    spill(f->path, whole.data, whole.len);
    must_fail(board_open(&f->board, f->path, BOARD_WRITE, &f->err), MC_IOERR);
    must(board_open(&f->board, f->path, BOARD_LOOK, &f->err));
    must_fail(journal_list(f->board, 1, &list, &f->err), MC_IOERR);
    text_release(&whole);
}

static void raw(const char *path, const char *text) {
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

/* Leaves the files as a killed process does: with what it committed still in the WAL. */
static void raw_killed(const char *path, const char *text) {
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *handle = NULL;
        sqlite3_open(path, &handle);
        _exit(sqlite3_exec(handle, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_foreign(void **state) {
    struct fixture *f = *state;
    only_of_files("files have pages");
    raw(f->path, "CREATE TABLE t(a);INSERT INTO t VALUES(1)");
    refused_untouched(f, MC_CONFIG);
    raw(f->path, "PRAGMA journal_mode=WAL");
    refused_untouched(f, MC_CONFIG);
    raw_killed(f->path, "INSERT INTO t VALUES(2)");
    assert_mode(f->path, "-wal", 0644);
    refused_untouched(f, MC_CONFIG);
}

static void test_newer(void **state) {
    struct fixture *f = *state;
    only_of_files("files have a header");
    board_free(f->board);
    f->board = NULL;
    raw(f->path, "PRAGMA user_version=6");
    refused_untouched(f, MC_CONFIG);
}

/* A newer version that stands only in the WAL yet: the names may grow by nothing, the database and WAL stay. */
static void test_newer_in_the_wal(void **state) {
    struct fixture *f = *state;
    only_of_files("files have a WAL");
    struct text before = {0}, after = {0};
    char *wal = xasprintf("%s-wal", f->path);
    board_free(f->board);
    f->board = NULL;
    raw_killed(f->path, "PRAGMA user_version=6");
    slurp(f->path, &before);
    slurp(wal, &before);
    must_fail(board_open(&f->board, f->path, BOARD_WRITE, &f->err), MC_CONFIG);
    must_fail(board_open(&f->board, f->path, BOARD_LOOK, &f->err), MC_CONFIG);
    slurp(f->path, &after);
    slurp(wal, &after);
    same(&before, &after);
    text_release(&before);
    text_release(&after);
    free(wal);
}

static void look(struct fixture *f, const char *title) {
    struct text before = {0}, after = {0};
    picture(f->folder, &before);
    must(board_open(&f->board, f->path, BOARD_LOOK, &f->err));
    must(board_begin(f->board, &f->err));
    fixture_is(f, "SELECT title FROM tickets ORDER BY id DESC", title);
    must(board_commit(f->board, &f->err));
    assert_false(board_changed(f->board));
    assert_false(journal_add(
        f->board, &(struct journal_row){.ticket_id = 1, .author = "test", .kind = "note", .body = "x", .now = 1},
        &f->err));
    err_release(&f->err);
    board_free(f->board);
    f->board = NULL;
    picture(f->folder, &after);
    same(&before, &after);
    text_release(&before);
    text_release(&after);
}

#define ADD_SECOND "INSERT INTO tickets(title,status,created_at,updated_at)VALUES('second','todo',1,1)"

static void test_look_leaves_everything(void **state) {
    struct fixture *f = *state;
    only_of_files("files have a WAL");
    fixture_add(f, "first", PRIORITY_LOW, 1);
    board_free(f->board);
    f->board = NULL;
    look(f, "first");
    raw_killed(f->path, ADD_SECOND);
    assert_mode(f->path, "-wal", 0600);
    look(f, "second");
    raw(f->path, "PRAGMA wal_checkpoint(TRUNCATE)");
    raw_killed(f->path, "SELECT * FROM tickets");
    assert_mode(f->path, "-shm", 0600);
    look(f, "second");
    look(f, "second");
}

/* A look while a writer lives, and one that sees a commit made after it was opened. */
static void test_look_beside_a_writer(void **state) {
    struct fixture *f = *state;
    struct board *writer = f->board;
    fixture_add(f, "first", PRIORITY_LOW, 1);
    must(board_open(&f->board, f->path, BOARD_LOOK, &f->err));
    struct board *looker = f->board;
    must(board_begin(looker, &f->err));
    fixture_is(f, "SELECT count(*)FROM tickets", "1");
    f->board = writer;
    fixture_add(f, "second", PRIORITY_LOW, 1);
    f->board = looker;
    fixture_is(f, "SELECT count(*)FROM tickets", "1");
    must(board_commit(looker, &f->err));
    fixture_is(f, "SELECT count(*)FROM tickets", "2");
    board_free(looker);
    f->board = writer;
    fixture_add(f, "third", PRIORITY_LOW, 1);
}

static void test_locked(void **state) {
    struct fixture *f = *state;
    struct board *other = NULL;
    board_busy_limit(40);
    must(board_open(&other, f->path, BOARD_WRITE, &f->err));
    board_busy_limit(10000);
    must(board_begin(f->board, &f->err));
    must_fail(board_begin(other, &f->err), MC_TEMPFAIL);
    must(board_begin_read(other, &f->err));
    must(board_commit(other, &f->err));
    if (!server_given())
        must_fail(
            journal_add(other,
                        &(struct journal_row){.ticket_id = 1, .author = "test", .kind = "note", .body = "x", .now = 1},
                        &f->err),
            MC_TEMPFAIL);
    must(board_commit(f->board, &f->err));
    must(board_begin(other, &f->err));
    board_rollback(other);
    board_free(other);
}

static void test_changed(void **state) {
    struct fixture *f = *state;
    assert_false(board_changed(f->board));
    must(board_begin(f->board, &f->err));
    must(board_commit(f->board, &f->err));
    assert_false(board_changed(f->board));
    must(board_begin(f->board, &f->err));
    fixture_add(f, "undone", PRIORITY_LOW, 1);
    assert_true(board_changed(f->board));
    board_rollback(f->board);
    board_rollback(f->board);
    assert_false(board_changed(f->board));
    fixture_is(f, "SELECT count(*)FROM tickets", "0");
    fixture_add(f, "kept", PRIORITY_LOW, 1);
    assert_true(board_changed(f->board));
}

static void test_relaxed(void **state) {
    struct fixture *f = *state;
    only_of_files("files have pragmas");
    fixture_is(f, "PRAGMA synchronous", "2");
    must(board_relax(f->board, &f->err));
    fixture_is(f, "PRAGMA synchronous", "1");
    fixture_is(f, "PRAGMA secure_delete", "2");
    must(board_be_strict(f->board, &f->err));
    fixture_is(f, "PRAGMA synchronous", "2");
    assert_int_equal(board_altered(f->board), 0);
}

static void test_full_disk(void **state) {
    struct fixture *f = *state;
    only_of_files("pages are counted");
    char *body = xcalloc(1, 60001);
    memset(body, 'x', 60000);
    fixture_add(f, "one", PRIORITY_LOW, 1);
    fixture_sql(f, "PRAGMA max_page_count=1");
    assert_false(journal_add(
        f->board, &(struct journal_row){.ticket_id = 1, .author = "test", .kind = "note", .body = body, .now = 1},
        &f->err));
    assert_int_equal(f->err.code, MC_IOERR);
    assert_non_null(strstr(f->err.text, "the disk is full: free some space"));
    free(body);
}

/* Its maker died between the schema and the journal mode. */
static void test_half_made_board_becomes_wal(void **state) {
    struct fixture *f = *state;
    only_of_files("files have a WAL");
    board_free(f->board);
    f->board = NULL;
    raw(f->path, "PRAGMA journal_mode=DELETE");
    look(f, "");
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_is(f, "PRAGMA journal_mode", "wal");
}

static void test_strange_names(void **state) {
    struct fixture *f = *state;
    only_of_files("files have names");
    static const char *const names[] = {":memory:", "file:x?mode=memory", "a%20b?c#d.db"};
    char *before = getcwd(NULL, 0);
    assert_int_equal(chdir(f->folder), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool made = false;
        must(board_create(names[i], &made, &f->err));
        assert_true(made);
        assert_int_equal(access(names[i], F_OK), 0);
        raw_killed(i == 1 ? "./file:x?mode=memory" : i == 0 ? "./:memory:" : names[i], ADD_SECOND);
        must(board_open(&f->board, names[i], BOARD_LOOK, &f->err));
        fixture_is(f, "SELECT title FROM tickets", "second");
        board_free(f->board);
        f->board = NULL;
    }
    assert_int_equal(chdir(before), 0);
    free(before);
}

/* As somebody who is not root: a board of his own in a folder that he may not write. */
static int look_as_nobody(struct fixture *f) {
    enum { NOBODY = 65534 };
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return 77;
    bool refused = !board_open(&f->board, f->path, BOARD_LOOK, &f->err) && f->err.code == MC_NOINPUT &&
                   strstr(f->err.text, "cannot be written");
    err_release(&f->err);
    bool denied = !board_open(&f->board, f->path, BOARD_WRITE, &f->err) && f->err.code == MC_NOPERM;
    return refused && denied ? 0 : 1;
}

static void test_look_in_an_unwritable_folder(void **state) {
    struct fixture *f = *state;
    int status = 0;
    board_free(f->board);
    f->board = NULL;
    if (geteuid() == 0 && (chown(f->path, 65534, 65534) != 0 || chown(f->folder, 65534, 65534) != 0))
        skip();
    chmod(f->folder, 0500);
    pid_t child = fork();
    if (child == 0)
        _exit(look_as_nobody(f));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chown(f->folder, geteuid(), getegid()), 0);
    chmod(f->folder, 0700);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(status, 0);
}

static void copy_board(struct fixture *f, const char *to) {
    struct text bytes = {0};
    if (f->board)
        board_free(f->board);
    f->board = NULL;
    slurp(f->path, &bytes);
    spill(to, text_str(&bytes), bytes.len);
    text_release(&bytes);
}

static void opens(struct fixture *f, const char *path) {
    struct board *board = NULL;
    must(board_open(&board, path, BOARD_WRITE, &f->err));
    board_free(board);
}

/* Both have one name: the second would judge the first one's agents. */
static void test_a_copy_beside_its_board(void **state) {
    struct fixture *f = *state;
    only_of_files("files are copied");
    struct board *board = NULL;
    struct board_owned owned;
    char first[BOARD_NAME_SIZE], second[BOARD_NAME_SIZE];
    char *copy = xasprintf("%s/copy.db", f->folder);
    must(board_name(f->board, first, &f->err));
    const struct slot_pool pool = {.workspace = "default", .folder = "/p", .size = 1};
    assert_true(fixture_take_slot(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, &pool));
    fixture_sql(f, "UPDATE runs SET branch='mc-1-a',owes=1");
    copy_board(f, copy);
    must_fail(board_open(&board, copy, BOARD_WRITE, &f->err), MC_CONFIG);
    opens(f, f->path);
    must(board_open(&board, copy, BOARD_LOOK, &f->err));
    board_free(board);
    must(board_own(copy, &owned, &f->err));
    assert_true(owned.made);
    assert_int_equal(owned.released, 1);
    must(board_own(copy, &owned, &f->err));
    assert_false(owned.made);
    must(board_own(f->path, &owned, &f->err));
    assert_false(owned.made);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    fixture_is(f, "SELECT status FROM tickets", "in_progress");
    board_free(f->board);
    must(board_open(&f->board, copy, BOARD_WRITE, &f->err));
    must(board_name(f->board, second, &f->err));
    assert_string_not_equal(first, second);
    fixture_is(f, "SELECT status||(run_id IS NULL)FROM tickets", "todo1");
    fixture_is(f, "SELECT status FROM runtime_sessions", "closed");
    fixture_is(f, "SELECT outcome||(ended_at>0)FROM runs", "abandoned1");
    fixture_is(f, "SELECT state FROM effects", "unknown");
    fixture_is(f, "SELECT status FROM ticket_messages", "failed_to_inject");
    fixture_is(f, "SELECT count(*)FROM worktree_slots", "0");
    fixture_is(f, "SELECT workspace||' '||branch||owes FROM runs", "default mc-1-a0");
    opens(f, f->path);
    unlink(copy);
    free(copy);
}

static void test_a_board_that_was_moved(void **state) {
    struct fixture *f = *state;
    only_of_files("files are moved");
    char *moved = xasprintf("%s/moved.db", f->folder);
    board_free(f->board);
    f->board = NULL;
    assert_int_equal(rename(f->path, moved), 0);
    opens(f, moved);
    /* A copy back to where it was is a copy all the same. */
    struct text bytes = {0};
    slurp(moved, &bytes);
    spill(f->path, text_str(&bytes), bytes.len);
    text_release(&bytes);
    struct board *board = NULL;
    must_fail(board_open(&board, f->path, BOARD_WRITE, &f->err), MC_CONFIG);
    assert_int_equal(unlink(moved), 0);
    opens(f, f->path);
    free(moved);
}

/* An older copy put back under its name, by whatever way of copying. */
static void test_a_board_that_was_restored(void **state) {
    struct fixture *f = *state;
    only_of_files("files are copied");
    char *copy = xasprintf("%s/backup", f->folder);
    copy_board(f, copy);
    assert_int_equal(rename(copy, f->path), 0);
    opens(f, f->path);
    must(board_open(&f->board, f->path, BOARD_WRITE, &f->err));
    assert_false(board_changed(f->board));
    free(copy);
}

/* What stands at the old place is another board, or none: this one was moved. */
static void test_another_at_the_old_place(void **state) {
    struct fixture *f = *state;
    only_of_files("files are moved");
    char *moved = xasprintf("%s/moved.db", f->folder);
    bool made = false;
    board_free(f->board);
    f->board = NULL;
    assert_int_equal(rename(f->path, moved), 0);
    must(board_create(f->path, &made, &f->err));
    opens(f, moved);
    opens(f, f->path);
    spill(f->path, "no board", 8);
    opens(f, moved);
    unlink(moved);
    free(moved);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_create, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_create_at_the_same_time, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_no_board, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_files_of_others, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_damaged, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_foreign, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_newer, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_newer_in_the_wal, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_look_leaves_everything, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_look_beside_a_writer, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_locked, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_changed, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_relaxed, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_full_disk, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_half_made_board_becomes_wal, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_strange_names, fixture_bare, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_copy_beside_its_board, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_board_that_was_moved, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_board_that_was_restored, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_another_at_the_old_place, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_look_in_an_unwritable_folder, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
