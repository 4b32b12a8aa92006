/* Boards whose file or folder is not as it must be, word by word; and those that others hold while they are opened. */
#include "slurp.h"
#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "store/checkup.h"
#include "store/journal.h"

/* A disk that cannot be had here, and what else only chance would bring. */
static struct strange {
    enum { ITS_OWN, NUMBERED, NUMBERLESS } disk; /* the folder's disk has no number of its own, and this kind */
    long kind;
    int failure;   /* of asking for the kind */
    int denied;    /* of writing to a folder */
    bool flickers; /* a -wal is there, and is not, in turn */
    int looks, opens;
} here;

int __real_stat(const char *path, struct stat *st);
int __wrap_stat(const char *path, struct stat *st);
int __wrap_stat(const char *path, struct stat *st) {
    int result = __real_stat(path, st);

    if (result == 0 && here.disk && S_ISDIR(st->st_mode))
        st->st_dev = makedev(here.disk == NUMBERED ? 8 : 0, 40);
    return result;
}

int __wrap_statfs(const char *path, struct statfs *kind);
int __wrap_statfs(const char *path, struct statfs *kind) {
    (void)path;
    *kind = (struct statfs){.f_type = (__typeof__(kind->f_type))here.kind};
    errno = here.failure;
    return here.failure ? -1 : 0;
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode) {
    if (!here.denied || mode != W_OK)
        return __real_access(path, mode);
    errno = here.denied;
    return -1;
}

int __real_lstat(const char *path, struct stat *st);
int __wrap_lstat(const char *path, struct stat *st);
int __wrap_lstat(const char *path, struct stat *st) {
    size_t n = strlen(path);

    if (!here.flickers || n < 4 || strcmp(path + n - 4, "-wal") != 0)
        return __real_lstat(path, st);
    *st = (struct stat){.st_mode = S_IFREG};
    errno = ENOENT;
    return here.looks++ % 4 < 2 ? 0 : -1; /* each opening looks twice */
}

int __real_sqlite3_open_v2(const char *name, sqlite3 **handle, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *name, sqlite3 **handle, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *name, sqlite3 **handle, int flags, const char *vfs) {
    here.opens++;
    return __real_sqlite3_open_v2(name, handle, flags, vfs);
}

/* The failure in full, with the folder as DIR. */
static void says(struct fixture *f, bool ok, enum mc_exit code, const char *expected) {
    struct text said = {0};

    assert_false(ok);
    for (const char *at = f->err.text; *at;) {
        bool folder = strncmp(at, f->folder, strlen(f->folder)) == 0;

        text_addn(&said, folder ? "DIR" : at, folder ? 3 : 1);
        at += folder ? strlen(f->folder) : 1;
    }
    assert_string_equal(text_str(&said), expected);
    assert_int_equal(f->err.code, code);
    text_release(&said);
    err_release(&f->err);
}

static bool opens(struct fixture *f, enum board_mode mode) {
    struct board *board = NULL;
    bool ok = board_open(&board, f->path, mode, &f->err);

    board_free(board);
    return ok;
}

static bool makes(struct fixture *f, const char *path) {
    bool made = true, ok = board_create(path, &made, &f->err);

    assert_false(made);
    return ok;
}

static bool owns(struct fixture *f) {
    struct board_owned owned = {.made = true, .released = 7};
    bool ok = board_own(f->path, &owned, &f->err);

    assert_true(!owned.made && owned.released == 0);
    return ok;
}

static int closed_board(void **state) {
    int result = fixture_board(state);
    struct fixture *f = *state;

    here = (struct strange){.kind = 0};
    if (result == 0 && !server_given()) {
        board_free(f->board);
        f->board = NULL;
    }
    return result;
}

/* Each way of opening says the same. */
static void all_say(struct fixture *f, enum mc_exit code, const char *expected) {
    says(f, opens(f, BOARD_WRITE), code, expected);
    says(f, opens(f, BOARD_LOOK), code, expected);
    says(f, owns(f), code, expected);
}

static void test_folders(void **state) {
    struct fixture *f = *state;
    static const char shared[] =
        "directory DIR is writable by others: make one of your own with mode 0700 for the board",
                      open_to[] = "directory DIR is writable by others; run: chmod go-w DIR",
                      foreign[] = "directory DIR is not yours: make one of your own with mode 0700 for the board";

    only_of_files("files stand in folders");
    assert_int_equal(chmod(f->folder, 01777), 0);
    all_say(f, MC_NOPERM, shared);
    says(f, makes(f, f->path), MC_NOPERM, shared);
    assert_int_equal(chmod(f->folder, 01702), 0);
    all_say(f, MC_NOPERM, shared);
    assert_int_equal(chmod(f->folder, 01755), 0);
    must(opens(f, BOARD_WRITE) && opens(f, BOARD_LOOK));
    assert_int_equal(chmod(f->folder, 0720), 0);
    all_say(f, MC_NOPERM, open_to);
    assert_int_equal(chmod(f->folder, 0702), 0);
    all_say(f, MC_NOPERM, open_to);
    assert_int_equal(chmod(f->folder, 0700), 0);
    if (geteuid() != 0 || chown(f->folder, 1, 1) != 0)
        skip();
    all_say(f, MC_NOPERM, foreign);
    says(f, makes(f, f->path), MC_NOPERM, foreign);
    assert_int_equal(chmod(f->folder, 01777), 0);
    all_say(f, MC_NOPERM, foreign);
    assert_int_equal(chown(f->folder, 0, 0), 0);
}

static void test_no_folder(void **state) {
    struct fixture *f = *state;
    char *beneath = xasprintf("%s/beneath it.db", f->path), *nowhere = xasprintf("%s/no/board.db", f->folder);
    char *before = getcwd(NULL, 0), *loop = xasprintf("%s/loop", f->folder), *in_loop = xasprintf("%s/x", loop);

    only_of_files("files stand in folders");
    says(f, makes(f, beneath), MC_CANTCREAT, "DIR/board.db is not a directory: name another board");
    says(f, makes(f, nowhere), MC_CANTCREAT,
         "the board's directory DIR/no (make it, then run mc-ticket init): No such file or directory");
    char *long_name = xasprintf("%s/%0300d", f->folder, 0),
         *said = xasprintf("cannot make the board DIR/%0300d: File name too long", 0);
    says(f, makes(f, long_name), MC_CANTCREAT, said);
    free(long_name);
    free(said);
    assert_int_equal(symlink(loop, loop), 0);
    snprintf(f->path, sizeof f->path, "%s", in_loop);
    all_say(f, MC_NOINPUT, "board DIR/loop/x: Too many levels of symbolic links");
    snprintf(f->path, sizeof f->path, "%s", beneath);
    all_say(f, MC_NOINPUT,
            "no board at DIR/board.db/beneath it.db; make it with mc-ticket init --db 'DIR/board.db/beneath it.db'");
    /* A bare name stands in this folder, and one in the root in that. */
    assert_int_equal(chdir(f->folder), 0);
    snprintf(f->path, sizeof f->path, "board.db");
    must(opens(f, BOARD_WRITE));
    assert_int_equal(chmod(f->folder, 0702), 0);
    says(f, opens(f, BOARD_WRITE), MC_NOPERM, "directory . is writable by others; run: chmod go-w .");
    assert_int_equal(chmod(f->folder, 0700), 0);
    assert_int_equal(chdir(before), 0);
    free(beneath);
    free(nowhere);
    free(before);
    free(loop);
    free(in_loop);
}

static void test_files(void **state) {
    struct fixture *f = *state;
    char *aside = xasprintf("%s/aside", f->folder);

    only_of_files("files have owners");
    assert_int_equal(chmod(f->path, 0620), 0);
    all_say(f, MC_NOPERM, "board DIR/board.db is writable by others; run: chmod 600 DIR/board.db");
    assert_int_equal(chmod(f->path, 0602), 0);
    all_say(f, MC_NOPERM, "board DIR/board.db is writable by others; run: chmod 600 DIR/board.db");
    assert_int_equal(chmod(f->path, 0600), 0);
    assert_int_equal(rename(f->path, aside), 0);
    all_say(f, MC_NOINPUT, "no board at DIR/board.db; make it with mc-ticket init --db DIR/board.db");
    assert_int_equal(symlink(aside, f->path), 0);
    all_say(f, MC_NOPERM, "board DIR/board.db is a symbolic link: name the file itself");
    assert_int_equal(unlink(f->path), 0);
    assert_int_equal(mkfifo(f->path, 0600), 0);
    all_say(f, MC_NOPERM, "board DIR/board.db is not a regular file: name another");
    assert_int_equal(unlink(f->path), 0);
    assert_int_equal(mkdir(f->path, 0700), 0);
    all_say(f, MC_NOINPUT, "board DIR/board.db is a directory: name a file");
    assert_int_equal(rmdir(f->path), 0);
    assert_int_equal(close(open(f->path, O_WRONLY | O_CREAT, 0600)), 0);
    all_say(f, MC_NOINPUT,
            "board DIR/board.db is empty; where there were tickets, put a copy in its place (mc-board(5), BACKUP); "
            "else make it with mc-ticket init --db DIR/board.db");
    assert_int_equal(rename(aside, f->path), 0);
    free(aside);
    if (geteuid() != 0 || chown(f->path, 1, 1) != 0)
        skip();
    all_say(f, MC_NOPERM, "board DIR/board.db is not yours: run as its owner or name another");
    says(f, makes(f, f->path), MC_NOPERM, "board DIR/board.db is not yours: run as its owner or name another");
}

/* SQLite would wait at one for ever, and say of another that the disk is at fault. */
static void test_companions(void **state) {
    struct fixture *f = *state;
    static const char *const suffixes[] = {"-journal", "-wal", "-shm"};

    only_of_files("files have others beside them");
    for (size_t i = 0; i < 3; i++) {
        char *path = xasprintf("%s%s", f->path, suffixes[i]);
        char *said = xasprintf("board DIR/board.db: DIR/board.db%s is not a regular file: move it away", suffixes[i]);
        int opens_before = here.opens;

        assert_int_equal(mkfifo(path, 0600), 0);
        all_say(f, MC_NOPERM, said);
        says(f, makes(f, f->path), MC_NOPERM, said);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkdir(path, 0700), 0);
        all_say(f, MC_NOPERM, said);
        assert_int_equal(rmdir(path), 0);
        assert_int_equal(symlink("nowhere", path), 0);
        all_say(f, MC_NOPERM, said);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(here.opens, opens_before);
        free(path);
        free(said);
    }
    must(opens(f, BOARD_WRITE));
}

static void test_headers(void **state) {
    struct fixture *f = *state;
    char bytes[4096];
    int fd = open(f->path, O_RDWR);

    only_of_files("files have a header");
    assert_int_equal(pread(fd, bytes, sizeof bytes, 0), sizeof bytes);
    assert_int_equal(pwrite(fd, "\0\0\0\6", 4, 60), 4);
    all_say(f, MC_CONFIG, "board DIR/board.db is of version 6, newer than this program's 5: update mc-pickup");
    assert_int_equal(pwrite(fd, bytes, sizeof bytes, 0), sizeof bytes);
    assert_int_equal(pwrite(fd, "\1", 1, 68), 1);
    all_say(f, MC_CONFIG, "DIR/board.db is a database of another program: name another board");
    assert_int_equal(pwrite(fd, "s", 1, 0), 1);
    all_say(f, MC_IOERR, "board DIR/board.db is damaged or not a database: restore it from a copy");
    assert_int_equal(pwrite(fd, bytes, sizeof bytes, 0), sizeof bytes);
    assert_int_equal(ftruncate(fd, 99), 0);
    all_say(f, MC_IOERR, "board DIR/board.db is damaged or not a database: restore it from a copy");
    close(fd);
}

static void test_disks(void **state) {
    struct fixture *f = *state;
    static const char nfs[] =
        "board DIR/board.db lies on a network file system (NFS), where SQLite's locks cannot be trusted: keep it on a "
        "local disk, or use PostgreSQL for several machines (mc-pickup-hosts(7))";

    only_of_files("files lie on disks");
    here.kind = 0x6969;
    here.disk = NUMBERED;
    must(opens(f, BOARD_WRITE));
    here.disk = NUMBERLESS;
    says(f, opens(f, BOARD_WRITE), MC_CONFIG, nfs);
    says(f, owns(f), MC_CONFIG, nfs);
    says(f, makes(f, f->path), MC_CONFIG, nfs);
    must(opens(f, BOARD_LOOK));
    here.kind = 0xEF53;
    must(opens(f, BOARD_WRITE));
    here.kind = 0x6969;
    here.failure = ENOSYS;
    must(opens(f, BOARD_WRITE));
}

static void test_rooms(void **state) {
    struct fixture *f = *state;

    only_of_files("files stand in folders");
    here.denied = EROFS;
    says(f, opens(f, BOARD_LOOK), MC_NOINPUT,
         "directory DIR cannot be written, and without that the board in it cannot be read: its file system is mounted "
         "read-only: mount it writable");
    here.denied = EACCES;
    says(f, opens(f, BOARD_LOOK), MC_NOINPUT,
         "directory DIR cannot be written, and without that the board in it cannot be read: run as its owner");
    must(opens(f, BOARD_WRITE));
    errno = EROFS;
    here.denied = 0;
    must(opens(f, BOARD_LOOK));
}

/* As somebody who is not root, and may not write what is his. */
static int write_as_nobody(struct fixture *f) {
    enum { NOBODY = 65534 };

    if (geteuid() == 0 && (chown(f->path, NOBODY, NOBODY) != 0 || chown(f->folder, NOBODY, NOBODY) != 0 ||
                           setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return 77;
    if (opens(f, BOARD_WRITE) || f->err.code != MC_NOPERM)
        return 1;
    char *expected =
        xasprintf("board %s: cannot be written: no permission: check the owner and mode of the file and its "
                  "directory",
                  f->path);
    return strcmp(f->err.text, expected) == 0 ? 0 : 2;
}

static void test_read_only_file(void **state) {
    struct fixture *f = *state;
    int status = 0;

    only_of_files("files have modes");
    assert_int_equal(chmod(f->path, 0400), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(write_as_nobody(f));
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(status, 0);
    assert_int_equal(chown(f->folder, geteuid(), getegid()), 0);
}

/* It is looked at again where a -wal has come or gone, but not for ever. */
static void test_flickering(void **state) {
    struct fixture *f = *state;
    int fd = open(f->path, O_WRONLY | O_TRUNC);

    only_of_files("files have a WAL");
    assert_int_equal(write(fd, "this is none", 12), 12);
    close(fd);
    says(f, opens(f, BOARD_LOOK), MC_IOERR, "board DIR/board.db is damaged or not a database: restore it from a copy");
    assert_int_equal(here.opens, 1);
    here.opens = 0;
    here.flickers = true;
    here.looks = -1; /* one more, before the first opening */
    assert_false(opens(f, BOARD_LOOK));
    err_release(&f->err);
    assert_int_equal(here.opens, 4);
}

/* Holds the board with these statements until it is killed, or for a while. */
static pid_t hold(struct fixture *f, const char *sql, int64_t ms) {
    int ready[2];
    char byte = 0;

    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *handle = NULL;
        if (__real_sqlite3_open_v2(f->path, &handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
            sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
            print_message("%s: %s\n", sql, sqlite3_errmsg(handle));
            _exit(1);
        }
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        if (!ms)
            pause();
        clock_sleep(ms);
        _exit(0);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

static void let_go(pid_t child) {
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* A -wal without its -shm: the look is alone with it, and leaves both as they are. */
static void look_alone(struct fixture *f) {
    char *wal = xasprintf("%s-wal", f->path), *shm = xasprintf("%s-shm", f->path);
    struct text file = {0}, log = {0}, file_then = {0}, log_then = {0}, none = {0};

    slurp(f->path, &file);
    slurp(wal, &log);
    slurp(shm, &none);
    assert_true(log.len > 0 && none.len == 0);
    must(board_open(&f->board, f->path, BOARD_LOOK, &f->err));
    fixture_is(f, "SELECT value FROM settings WHERE key='x'", "y");
    fixture_refused(f, "DELETE FROM settings");
    board_free(f->board);
    f->board = NULL;
    slurp(f->path, &file_then);
    slurp(wal, &log_then);
    slurp(shm, &none);
    same(&file, &file_then);
    same(&log, &log_then);
    assert_int_equal(none.len, 0);
    text_release(&file);
    text_release(&log);
    text_release(&file_then);
    text_release(&log_then);
    free(wal);
    free(shm);
}

static void test_held(void **state) {
    struct fixture *f = *state;
    static const char busy[] = "board DIR/board.db: database is locked: another program holds it: try again";
    static const char alone[] = "PRAGMA locking_mode=EXCLUSIVE;PRAGMA journal_mode=WAL;BEGIN IMMEDIATE;"
                                "REPLACE INTO settings VALUES('x','y');COMMIT";

    only_of_files("files have locks");
    board_busy_limit(30);
    pid_t holder = hold(f, alone, 0);
    says(f, opens(f, BOARD_WRITE), MC_TEMPFAIL, busy);
    says(f, opens(f, BOARD_LOOK), MC_TEMPFAIL, busy);
    assert_int_equal(checkup_holder(f->path), holder);
    let_go(holder);
    look_alone(f);
    assert_int_equal(checkup_holder(f->path), 0);
    board_busy_limit(60000);
    holder = hold(f, alone, 30);
    must(opens(f, BOARD_LOOK));
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    /* The step to a WAL waits, too. */
    let_go(hold(f, "PRAGMA journal_mode=DELETE", 0));
    board_busy_limit(30);
    holder = hold(f, "BEGIN;SELECT count(*)FROM tickets", 0);
    says(f, opens(f, BOARD_WRITE), MC_TEMPFAIL, busy);
    let_go(holder);
    board_busy_limit(60000);
    holder = hold(f, "BEGIN;SELECT count(*)FROM tickets", 30);
    must(opens(f, BOARD_WRITE));
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    board_busy_limit(10000);
    holder = hold(f, "BEGIN IMMEDIATE", 0);
    assert_int_equal(checkup_holder(f->path), holder);
    let_go(holder);
}

static void copy_file(const char *from, const char *to) {
    struct text bytes = {0};

    slurp(from, &bytes);
    assert_true(bytes.len > 0);
    spill(to, text_str(&bytes), bytes.len);
    text_release(&bytes);
}

/* By a name within this folder: the place that is kept is whole. */
static void test_place(void **state) {
    struct fixture *f = *state;
    char *before = getcwd(NULL, 0), *path = xasprintf("%s/other.db", f->folder), *end;
    bool made = false;

    only_of_files("files have places");
    assert_int_equal(chdir(f->folder), 0);
    must(board_create("other.db", &made, &f->err));
    assert_true(made);
    must(board_open(&f->board, "other.db", BOARD_WRITE, &f->err));
    char *place = fixture_get(f, "SELECT value FROM settings WHERE key='place'");
    end = strchr(place, ' ');
    assert_non_null(end);
    assert_string_equal(end + 1, path);
    assert_false(board_changed(f->board));
    assert_int_equal(chdir(before), 0);
    free(before);
    free(path);
    free(place);
}

/* What is a board of ours is known by its own name alone. */
static void test_copies(void **state) {
    struct fixture *f = *state;
    char *copy = xasprintf("%s/copy.db", f->folder);

    only_of_files("files are copied");
    copy_file(f->path, copy);
    char *first = xstrdup(f->path);
    snprintf(f->path, sizeof f->path, "%s", copy);
    chmod(copy, 0600);
    says(f, opens(f, BOARD_WRITE), MC_CONFIG,
         "board DIR/copy.db is a copy of DIR/board.db, which is still there: remove one of them, or make the copy a "
         "board of its own with mc-ticket init --own --db DIR/copy.db");
    /* Whose first is out of reach is not judged. */
    assert_int_equal(chmod(first, 0620), 0);
    assert_false(opens(f, BOARD_WRITE));
    assert_int_equal(f->err.code, MC_NOPERM);
    char *why = strstr(f->err.text, ": board ");
    assert_non_null(why);
    *why = '\0';
    char *looking = xasprintf("looking whether board %s is a copy of it", copy);
    assert_string_equal(f->err.text, looking);
    err_release(&f->err);
    assert_int_equal(truncate(first, 0), 0);
    assert_int_equal(chmod(first, 0600), 0);
    must(opens(f, BOARD_WRITE));
    assert_int_equal(unlink(first), 0);
    must(opens(f, BOARD_WRITE));
    free(looking);
    free(first);
    free(copy);
}

static void without_name(const char *path) {
    sqlite3 *handle = NULL;

    assert_int_equal(__real_sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "DELETE FROM settings WHERE key='board'", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

/* One without its name is no copy of any, and nobody's first. */
static void test_nameless(void **state) {
    struct fixture *f = *state;
    char *copy = xasprintf("%s/copy.db", f->folder), *first = xstrdup(f->path);

    only_of_files("files are copied");
    copy_file(first, copy);
    snprintf(f->path, sizeof f->path, "%s", copy);
    without_name(first);
    must(opens(f, BOARD_WRITE));
    assert_int_equal(unlink(copy), 0);
    copy_file(first, copy);
    says(f, opens(f, BOARD_WRITE), MC_IOERR,
         "board DIR/copy.db: its name is missing or damaged: put 16 hexadecimal digits as `board` into settings");
    free(first);
    free(copy);
}

static void test_only_of_servers(void **state) {
    struct fixture *f = *state;
    struct board_owned owned = {.made = true, .released = 7};

    only_of_files("a server has roles");
    says(f, board_worker(f->path, "ann", &f->err), MC_USAGE,
         "board DIR/board.db is a file of its owner's alone: init --worker is for a board on a server");
    says(f, board_own("postgresql://h/b", &owned, &f->err), MC_USAGE,
         "board postgresql://h/b is on a server, and no copy of a file: init --own is for files");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folders, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_no_folder, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_files, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_companions, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_headers, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_disks, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_rooms, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_read_only_file, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_flickering, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_held, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_place, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_copies, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_nameless, closed_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_only_of_servers, closed_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
