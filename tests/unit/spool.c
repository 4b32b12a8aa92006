/* What agents leave where no board can hear it: taken once, in its order, and nothing else of what lies there. */
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "refused.h"
#include "spool_fixture.h"

REFUSABLE(lstat, int, -1, (const char *path, struct stat *seen), (path, seen))
REFUSABLE(open, int, -1, (const char *path, int flags, mode_t mode), (path, flags, mode))
REFUSABLE(read, ssize_t, -1, (int fd, void *bytes, size_t n), (fd, bytes, n))

static bool take(struct fixture *f) {
    struct runtime runtime = {0};
    bool any = false;

    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    must(spooled_take_of(&site, &runtime, &any, &f->err));
    runtime_release(&runtime);
    return any;
}

#define STATUS "SELECT status FROM tickets"
#define IGNORED "SELECT count(*)FROM ticket_activity WHERE kind='signal_ignored'"

static void a_word_is_read_back(void **state) {
    struct told one = word(SIGNAL_QUESTION, NONCE_A, "left \"or\"\tright?"), other;
    struct text bytes = {0};

    (void)state;
    told_print(&one, 0, &bytes);
    assert_true(told_parse(&other, text_str(&bytes), bytes.len));
    assert_int_equal(other.kind, TELL_SIGNAL);
    assert_int_equal(other.word, SIGNAL_QUESTION);
    assert_int_equal(other.ticket, 1);
    assert_int_equal(other.tick, one.tick);
    assert_string_equal(other.boot, BOOT);
    assert_string_equal(other.run, RUN_A);
    assert_string_equal(other.detail, "left \"or\"\tright?");
    assert_true(nonces_hold(&other.nonces, NONCE_A));
    told_release(&other);
    told_release(&one);
    text_release(&bytes);
}

static void a_word_moves_its_ticket(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    leave(f, word(SIGNAL_DONE, NONCE_A, "all\x1b[31m of it"));
    lie_there(f, 1);
    assert_true(take(f));
    lie_there(f, 0);
    fixture_is(f, "SELECT status||' '||result FROM tickets", "in_review all[31m of it");
    fixture_is(f, "SELECT author||' '||body FROM ticket_activity WHERE kind='signal'",
               "agent DONE " NONCE_A ": all[31m of it");
    assert_false(take(f));
}

/* The last one counts, as it does where each is heard at once. */
static void several_in_their_order(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    for (int i = 0; i < 20; i++)
        leave(f, word(SIGNAL_QUESTION, NONCE_A, i ? "second" : "first"));
    struct argv paths = {0};
    spool_list(&site, RUN_A, &paths);
    assert_int_equal(paths.count, 20);
    for (size_t i = 0; i < paths.count; i++) {
        struct told told;
        assert_int_equal(spool_read(paths.items[i], &told, &f->err), SPOOL_EVENT);
        assert_string_equal(told.detail, i ? "second" : "first");
        told_release(&told);
    }
    argv_release(&paths);
    assert_true(take(f));
    fixture_is(f, "SELECT status||' '||result FROM tickets", "needs_input first");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='signal'", "1");
    fixture_is(f, IGNORED, "0"); /* the same word again is a repeat */
}

/* Of a nonce that names no turn under way nothing is moved, and the story says what its agent would have been told. */
static void an_earlier_turn_moves_nothing(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    leave(f, word(SIGNAL_DONE, NONCE_B, "x"));
    take(f);
    fixture_is(f, STATUS, "in_progress");
    fixture_is(f, "SELECT body FROM ticket_activity WHERE kind='signal_ignored'",
               "DONE " NONCE_B ": x (moved nothing: it belongs to another turn than the one under way)");
    leave(f, word(SIGNAL_DONE, NONCE_B, "y"));
    take(f);
    fixture_is(f, IGNORED, "1");
}

/* Said without a nonce in one turn, taken when the next one runs: it is not of that. */
static void a_word_is_of_the_turn_in_which_it_was_said(void **state) {
    struct fixture *f = *state;
    struct told early;
    bool changed;

    begin(f, NONCE_A);
    early = word(SIGNAL_DONE, NULL, "of the first");
    must(runtimes_end_turn(f->board,
                           &(struct runtime_change){.session_key = KEY, .run_id = RUN_A, .nonce = NONCE_A, .now = 2000},
                           &changed, &f->err));
    clock_sleep(3);
    begin(f, NONCE_B);
    leave(f, early);
    take(f);
    fixture_is(f, STATUS, "in_progress");
    fixture_is(f, IGNORED, "1");
    clock_sleep(3);
    leave(f, word(SIGNAL_DONE, NULL, "of the second"));
    take(f);
    fixture_is(f, "SELECT status||' '||result FROM tickets", "in_review of the second");
}

/* A first turn that went along with the start is booked when its agent may have said its word already. */
static void a_first_turn_booked_late_has_its_word(void **state) {
    struct fixture *f = *state;
    struct told early = word(SIGNAL_DONE, NULL, "quick");

    clock_sleep(3);
    begin(f, NONCE_A);
    leave(f, early);
    take(f);
    fixture_is(f, "SELECT status||' '||result FROM tickets", "in_review quick");
}

/* A pickup was killed between the commit and the file: a person has had it go on since. */
static void taken_again_it_is_the_same_word(void **state) {
    struct fixture *f = *state;
    struct argv paths = {0};
    char *copy;

    begin(f, NONCE_A);
    leave(f, word(SIGNAL_DONE, NULL, "x"));
    spool_list(&site, RUN_A, &paths);
    copy = xasprintf("%s.copy", paths.items[0]);
    assert_int_equal(link(paths.items[0], copy), 0);
    take(f);
    fixture_is(f, STATUS, "in_review");
    fixture_sql(f, "UPDATE tickets SET status='in_progress'");
    assert_int_equal(rename(copy, paths.items[0]), 0);
    take(f);
    lie_there(f, 0);
    fixture_is(f, STATUS, "in_progress");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='signal'", "1");
    free(copy);
    argv_release(&paths);
}

static void put(struct fixture *f, const char *name, const char *bytes) {
    char *path = xasprintf("%s/%s", events, name);

    must(files_write(path, bytes, strlen(bytes), &f->err));
    free(path);
}

static void put_told(struct fixture *f, const char *name, struct told told) {
    struct text bytes = {0};

    told_print(&told, 0, &bytes);
    put(f, name, text_str(&bytes));
    text_release(&bytes);
    told_release(&told);
}

static void what_nobody_of_ours_left(void **state) {
    struct fixture *f = *state;
    char *path, *elsewhere = xasprintf("%s/elsewhere", f->folder);
    struct told told;
    struct argv aside = {0};
    struct text bytes = {0};

    begin(f, NONCE_A);
    put(f, "1.json", "DONE");
    put(f, "2.json",
        "{\"schema\":1,\"kind\":\"signal\",\"nonce\":\"\",\"last\":\"\",\"at\":1,\"until\":0,\"fault\":\"none\"}");
    told = word(SIGNAL_DONE, NONCE_A, "another run's");
    text_copy(told.run, sizeof told.run, RUN_B);
    put_told(f, "3.json", told);
    told = word(SIGNAL_DONE, NONCE_A, "of a time to come");
    told.tick += 3600000;
    put_told(f, "4.json", told);
    told = word(SIGNAL_DONE, NONCE_A, "through a link");
    put_told(f, "link", told);
    path = xasprintf("%s/link", events);
    assert_int_equal(rename(path, elsewhere), 0);
    free(path);
    path = xasprintf("%s/5.json", events);
    assert_int_equal(symlink(elsewhere, path), 0);
    free(path);
    path = xasprintf("%s/6.json", events);
    assert_int_equal(mkdir(path, 0700), 0);
    free(path);
    path = xasprintf("%s/7.json", events);
    assert_int_equal(mkfifo(path, 0600), 0);
    free(path);
    path = xasprintf("%s/8.json", events);
    put(f, "8.json", "{");
    assert_int_equal(truncate(path, (off_t)TEXT_MAX * 64), 0);
    free(path);
    told = word(SIGNAL_DONE, NONCE_A, "no UTF-8: @");
    told_print(&told, 0, &bytes);
    *strchr(bytes.data, '@') = '\xff';
    put(f, "9.json", text_str(&bytes));
    told_release(&told);
    text_release(&bytes);
    assert_true(take(f));
    fixture_is(f, STATUS, "in_progress");
    fixture_is(f, IGNORED, "1");
    lie_there(f, 0);
    folder_list(events, ".aside", 100, &aside);
    assert_int_equal(aside.count, 9);
    argv_release(&aside);
    assert_false(take(f));
    path = xasprintf("%s/6.json.aside", events);
    rmdir(path);
    free(path);
    free(elsewhere);
}

/* Another ticket than that of its run: MC_TICKET was changed. */
static void another_tickets_word(void **state) {
    struct fixture *f = *state;
    struct told told;

    begin(f, NONCE_A);
    fixture_add(f, "b", PRIORITY_LOW, 1);
    told = word(SIGNAL_DONE, NONCE_A, "x");
    told.ticket = 2;
    leave(f, told);
    take(f);
    fixture_is(f, "SELECT group_concat(status)FROM tickets", "in_progress,todo");
    fixture_is(f, "SELECT group_concat(ticket_id)FROM ticket_activity WHERE kind='signal_ignored'", "1");
    lie_there(f, 0);
}

/* What the machine is short of for once costs nobody a word. */
static void what_cannot_be_read_waits(void **state) {
    static const struct {
        const char *call;
        int error;
        const char *why;
    } short_of[] = {
        {"lstat", ENOMEM, "cannot be looked at: Cannot allocate memory"},
        {"lstat", EIO, "cannot be looked at: Input/output error"},
        {"open", EMFILE, "cannot be opened: Too many open files"},
        {"open", EIO, "cannot be opened: Input/output error"},
        {"read", EIO, "cannot be read: Input/output error"},
    };
    struct fixture *f = *state;

    struct told told = word(SIGNAL_DONE, NONCE_A, "x");
    struct argv paths = {0};
    char *said;

    begin(f, NONCE_A);
    leave(f, told);
    spool_list(&site, RUN_A, &paths);
    for (size_t i = 0; i < sizeof short_of / sizeof *short_of; i++) {
        said = xasprintf("%s: %s", paths.items[0], short_of[i].why);
        refuse(short_of[i].call, short_of[i].error, 0, EACH_TIME);
        assert_int_equal(spool_read(paths.items[0], &told, &f->err), SPOOL_UNREAD);
        assert_true(refuse_over());
        assert_string_equal(f->err.text, said);
        free(said);
        refuse(short_of[i].call, short_of[i].error, 0, EACH_TIME);
        assert_false(take(f));
        assert_true(refuse_over());
    }
    lie_there(f, 1);
    /* where lstat fails, the folder is not looked into at all */
    said = xasprintf("mc-pickup unread %s: %s", paths.items[0], short_of[2].why);
    fixture_is(f, "SELECT group_concat(author||' '||kind||' '||body)FROM ticket_activity WHERE kind='unread'", said);
    assert_true(take(f));
    fixture_is(f, STATUS, "in_review");
    lie_there(f, 0);
    argv_release(&paths);
    free(said);
}

static void a_run_without_a_folder(void **state) {
    struct fixture *f = *state;
    struct told told = word(SIGNAL_DONE, NONCE_A, "x");
    char *run = xasprintf("%s/run/" RUN_B, f->folder), *there = xasprintf("%s/run/" RUN_A, f->folder);

    must_fail(spool_leave(&site, RUN_B, &told, &f->err), MC_NOINPUT);
    assert_int_equal(symlink(there, run), 0);
    must_fail(spool_leave(&site, RUN_B, &told, &f->err), MC_NOINPUT);
    assert_int_equal(unlink(run), 0);
    if (geteuid() == 0) { /* another user's */
        assert_int_equal(mkdir(run, 0777), 0);
        assert_int_equal(chown(run, 65534, 65534), 0);
        must_fail(spool_leave(&site, RUN_B, &told, &f->err), MC_NOINPUT);
        assert_int_equal(rmdir(run), 0);
    }
    told_release(&told);
    free(run);
    free(there);
}

/* Set back between two words, a clock does not turn them round. */
static void a_clock_that_was_set_back(void **state) {
    struct fixture *f = *state;
    struct told late = word(SIGNAL_QUESTION, NONCE_A, "first"), early = word(SIGNAL_DONE, NONCE_A, "second");
    struct argv paths = {0};

    late.at += 3600000;
    leave(f, late);
    leave(f, early);
    spool_list(&site, RUN_A, &paths);
    assert_int_equal(spool_read(paths.items[1], &early, &f->err), SPOOL_EVENT);
    assert_string_equal(early.detail, "second");
    told_release(&early);
    argv_release(&paths);
}

/* A person's own files stay where they are. */
static void what_a_link_in_its_place_leads_to(void **state) {
    struct fixture *f = *state;
    char *theirs = xasprintf("%s/theirs", f->folder), *file = xasprintf("%s/package.json", theirs);

    must(files_make_dir(theirs, &f->err));
    must(files_write(file, "{}", 2, &f->err));
    assert_int_equal(rmdir(events), 0);
    assert_int_equal(symlink(theirs, events), 0);
    assert_false(take(f));
    assert_int_equal(files_size(file), 2);
    fixture_is(f, IGNORED, "0");
    assert_int_equal(unlink(events), 0);
    files_remove(file);
    assert_int_equal(rmdir(theirs), 0);
    free(theirs);
    free(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_word_is_read_back, taken, swept),
        cmocka_unit_test_setup_teardown(a_word_moves_its_ticket, taken, swept),
        cmocka_unit_test_setup_teardown(several_in_their_order, taken, swept),
        cmocka_unit_test_setup_teardown(an_earlier_turn_moves_nothing, taken, swept),
        cmocka_unit_test_setup_teardown(a_word_is_of_the_turn_in_which_it_was_said, taken, swept),
        cmocka_unit_test_setup_teardown(a_first_turn_booked_late_has_its_word, taken, swept),
        cmocka_unit_test_setup_teardown(taken_again_it_is_the_same_word, taken, swept),
        cmocka_unit_test_setup_teardown(what_nobody_of_ours_left, taken, swept),
        cmocka_unit_test_setup_teardown(another_tickets_word, taken, swept),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_waits, taken, swept),
        cmocka_unit_test_setup_teardown(a_run_without_a_folder, taken, swept),
        cmocka_unit_test_setup_teardown(what_a_link_in_its_place_leads_to, taken, swept),
        cmocka_unit_test_setup_teardown(a_clock_that_was_set_back, taken, swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
