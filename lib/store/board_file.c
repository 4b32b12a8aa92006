#include "store/board_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "rules/filesystem.h"
#include "store/board.h"
#include "store/db.h"
#include "store/place.h"
#include "store/schema.h"

enum { STICKY = 01000 }; /* S_ISVTX is not POSIX: a /tmp, also where we are root */

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return xstrdup(".");
    return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

/* A disk of this machine has a major number, but for some, as a container's: only those are asked what they are. */
static bool check_disk(const struct board *board, const char *folder, dev_t device, struct err *err) {
    const char *network;
    struct statfs kind;
    if (board->look || major(device) != 0 || statfs(folder, &kind) != 0)
        return true;
    network = filesystem_network((uint32_t)kind.f_type);
    return !network || err_set(err, MC_CONFIG,
                               "board %s lies on a network file system (%s), where SQLite's locks cannot be trusted: "
                               "keep it on a local disk, or use PostgreSQL for several machines (mc-pickup-hosts(7))",
                               board->path, network);
}

/* In a folder that only we can write nobody swaps the file between this look and its opening. */
static bool check_folder(const struct board *board, enum mc_exit missing, struct err *err) {
    char *folder = folder_of(board->path);
    struct stat st;
    bool ok = false;
    if (stat(folder, &st) != 0)
        err_errno(err, missing, errno, "the board's directory %s (make it, then run mc-ticket init)", folder);
    else if (!S_ISDIR(st.st_mode))
        err_set(err, missing, "%s is not a directory: name another board", folder);
    else if (st.st_uid != geteuid() || ((st.st_mode & STICKY) && (st.st_mode & (S_IWGRP | S_IWOTH))))
        err_set(err, MC_NOPERM, "directory %s is %s: make one of your own with mode 0700 for the board", folder,
                st.st_uid != geteuid() ? "not yours" : "writable by others");
    else if (st.st_mode & (S_IWGRP | S_IWOTH))
        ok = err_set(err, MC_NOPERM, "directory %s is writable by others", folder) ||
             err_advise_words(err, "run: chmod go-w {}", ERR_WORDS(folder));
    else
        ok = check_disk(board, folder, st.st_dev, err);
    free(folder);
    return ok;
}

#define MAKE_IT "make it with mc-ticket init --db {}"
static const char fill_it[] = "where there were tickets, put a copy in its place (mc-board(5), BACKUP); else " MAKE_IT;

static bool check_file(const char *path, struct err *err) {
    struct stat st;
    if (lstat(path, &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return err_set(err, MC_NOINPUT, "no board at %s", path) || err_advise_words(err, MAKE_IT, ERR_WORDS(path));
        return err_errno(err, MC_NOINPUT, errno, "board %s", path);
    }
    if (S_ISLNK(st.st_mode))
        return err_set(err, MC_NOPERM, "board %s is a symbolic link: name the file itself", path);
    if (S_ISDIR(st.st_mode))
        return err_set(err, MC_NOINPUT, "board %s is a directory: name a file", path);
    if (!S_ISREG(st.st_mode))
        return err_set(err, MC_NOPERM, "board %s is not a regular file: name another", path);
    if (st.st_uid != geteuid())
        return err_set(err, MC_NOPERM, "board %s is not yours: run as its owner or name another", path);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return err_set(err, MC_NOPERM, "board %s is writable by others", path) ||
               err_advise_words(err, "run: chmod 600 {}", ERR_WORDS(path));
    return true;
}

/* What stands beside it under that ending; false: nothing does. */
static bool look_beside(const char *path, const char *suffix, struct stat *st) {
    char *name = xasprintf("%s%s", path, suffix);
    bool there = lstat(name, st) == 0;
    free(name);
    return there;
}

static bool beside(const char *path, const char *suffix) {
    struct stat st;
    return look_beside(path, suffix, &st);
}

/* SQLite opens them by their names, whatever stands there, and waits for ever at a FIFO. */
static bool check_beside(const struct board *board, struct err *err) {
    static const char *const suffixes[] = {"-journal", "-wal", "-shm"};
    struct stat st;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (look_beside(board->path, suffixes[i], &st) && !S_ISREG(st.st_mode))
            return err_set(err, MC_NOPERM, "board %s: %s%s is not a regular file: move it away", board->path,
                           board->path, suffixes[i]);
    return true;
}

/* A -wal and -shm that stand there already must stand there after a look, byte for byte. */
static enum db_how how_to_open(const struct board *board) {
    if (!board->look)
        return DB_WRITE;
    if (!beside(board->path, "-wal"))
        return DB_LOOK;
    return beside(board->path, "-shm") ? DB_FROZEN : DB_ALONE;
}

/* Before the library runs anything on it: a foreign file is left alone to the byte. */
static bool check_header(struct board *board, bool fresh, bool *wal, struct err *err) {
    struct db_header header;
    if (!db_header(board, &header, err))
        return false;
    *wal = header.wal;
    if (header.size == 0)
        return fresh || err_set(err, MC_NOINPUT, "board %s is empty", board->path) ||
               err_advise_words(err, fill_it, ERR_WORDS(board->path));
    if (!header.magic)
        return err_set(err, MC_IOERR, "board %s is damaged or not a database: restore it from a copy", board->path);
    if (header.application != SCHEMA_APPLICATION)
        return err_set(err, MC_CONFIG, "%s is a database of another program: name another board", board->path);
    return header.version <= SCHEMA_VERSION || schema_refuse_newer(board, header.version, err);
}

/* Another that opened it at the same time may have done it by now. */
static bool migrate(struct board *board, bool *changed, struct err *err) {
    if (!board_begin(board, err))
        return false;
    if (schema_migrate(board, changed, err) && board_commit(board, err))
        return true;
    board_rollback(board);
    *changed = false;
    return false;
}

static bool settle_version(struct board *board, bool *changed, struct err *err) {
    int64_t version = 0;
    if (!schema_version(board, &version, err))
        return false;
    if (version > SCHEMA_VERSION)
        return schema_refuse_newer(board, version, err);
    if (version == SCHEMA_VERSION)
        return true;
    if (board->look)
        return err_set(err, MC_CONFIG, "board %s is of version %lld: run mc-pickup once to bring it up to date",
                       board->path, (long long)version);
    return migrate(board, changed, err);
}

/* WAL stands in the file from its making on; a maker that died in between left it out. The library does not call the
 * busy handler for this step, so the wait is here. */
static bool make_wal(struct board *board, struct err *err) {
    static const char *const wal[] = {"PRAGMA journal_mode=WAL", NULL};
    int64_t limit = clock_monotonic() + board->busy_limit;
    while (!db_script(board, wal, err)) {
        if (err->code != MC_TEMPFAIL || clock_monotonic() >= limit)
            return false;
        err_release(err);
        clock_sleep(1);
    }
    return true;
}

static bool settle_journal(struct board *board, bool wal, struct err *err) {
    static const char *const look[] = {"PRAGMA query_only=1", NULL};
    if (board->look)
        return db_script(board, look, err);
    return (wal || make_wal(board, err)) && board_be_strict(board, err);
}

/* A look beside no -wal makes one for its own time. */
static bool check_room(const struct board *board, enum db_how how, bool wal, struct err *err) {
    char *folder = folder_of(board->path);
    bool ok = how != DB_LOOK || !wal || access(folder, W_OK) == 0;
    bool read_only = !ok && errno == EROFS;
    if (!ok)
        err_set(err, MC_NOINPUT, "directory %s cannot be written, and without that the board in it cannot be read: %s",
                folder, read_only ? "its file system is mounted read-only: mount it writable" : "run as its owner");
    free(folder);
    return ok;
}

/* One opening: of a board that may be new (`fresh`), and whether that brought it up to date. */
struct opening {
    struct board *board;
    bool fresh;
    bool own; /* a copy is to become a board of its own */
    bool changed;
};

/* Is the file at `old` a board with this one's name? What is no board of ours any more is not: *living is left. */
static bool is_living(struct board *board, const char *old, bool *living, struct err *err) {
    struct board *other;
    char here[BOARD_NAME_SIZE], there[BOARD_NAME_SIZE];
    bool ok = true;
    if (!board_name(board, here, err))
        return false;
    other = xcalloc(1, sizeof *other);
    other->path = xstrdup(old);
    other->look = true;
    other->busy_limit = board->busy_limit;
    if (board_file_open(other, err))
        *living = board_name(other, there, err) && strcmp(here, there) == 0;
    else if (err->code != MC_NOINPUT && err->code != MC_IOERR && err->code != MC_CONFIG)
        ok = err_wrap(err, "looking whether board %s is a copy of it", board->path);
    if (ok)
        err_release(err);
    board_free(other);
    return ok;
}

static bool in_transaction(struct board *board, bool (*write)(struct board *, struct err *), struct err *err) {
    if (board_begin(board, err) && write(board, err) && board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}

/* *old, a new string, is the board that this one is a copy of; NULL: it is none. */
static bool find_first(struct board *board, enum place *place, char **old, struct err *err) {
    bool living = false;
    bool ok = place_look(board, place, old, err) && (*place != PLACE_OTHER || is_living(board, *old, &living, err));
    if (!ok || !living) {
        free(*old);
        *old = NULL;
    }
    return ok;
}

/* Two boards with one name would both judge the same agents. */
static bool settle_place(const struct opening *opening, struct err *err) {
    struct board *board = opening->board;
    enum place place;
    char *old = NULL;
    if (board->look || opening->own)
        return true;
    bool ok = find_first(board, &place, &old, err);
    if (ok && old)
        ok = err_set(err, MC_CONFIG,
                     "board %s is a copy of %s, which is still there: remove one of them, or make the copy a board of "
                     "its own with mc-ticket init --own --db %s",
                     board->path, old, board->path);
    else if (ok && place != PLACE_KEPT)
        ok = in_transaction(board, place_write, err);
    free(old);
    return ok;
}

static bool open_once(struct opening *opening, enum db_how how, struct err *err) {
    struct board *board = opening->board;
    bool wal = false;
    bool left_behind = beside(board->path, "-wal"); /* its commits stay where they are when this fails */
    board->spare = how == DB_ALONE;
    if (db_open(board, how, err) && check_header(board, opening->fresh, &wal, err) &&
        check_room(board, how, wal, err) && settle_version(board, &opening->changed, err) &&
        settle_journal(board, wal, err) && settle_place(opening, err))
        return true;
    db_close(board, left_behind);
    return false;
}

/* Somebody came whose -shm is not there yet, or has gone and taken the -wal along: it is looked at again. */
static bool worth_a_wait(enum db_how how, int64_t limit, const struct err *err) {
    if (how != DB_ALONE || err->code != MC_TEMPFAIL || clock_monotonic() >= limit)
        return false;
    clock_sleep(1);
    return true;
}

/* The -wal that was seen may be gone when it is opened, and the other way round: then once more. */
static bool open_retrying(struct opening *opening, struct err *err) {
    enum db_how how = how_to_open(opening->board);
    int64_t limit = clock_monotonic() + opening->board->busy_limit;
    if (!check_beside(opening->board, err))
        return false;
    for (int tries = 0; !open_once(opening, how, err);) {
        bool waited = worth_a_wait(how, limit, err);
        enum db_how now = how_to_open(opening->board);
        if (!waited && (tries++ == 3 || now == how))
            return false;
        how = now;
        err_release(err);
    }
    return true;
}

bool board_file_open(struct board *board, struct err *err) {
    return check_file(board->path, err) && check_folder(board, MC_NOINPUT, err) &&
           open_retrying(&(struct opening){.board = board}, err);
}

bool board_file_make(struct board *board, bool *made, struct err *err) {
    const char *path = board->path;
    *made = false;
    if (!check_folder(board, MC_CANTCREAT, err))
        return false;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST)
        return err_errno(err, MC_CANTCREAT, errno, "cannot make the board %s", path);
    if (fd >= 0)
        close(fd);
    if (!check_file(path, err))
        return false;
    struct opening opening = {.board = board, .fresh = true};
    bool ok = open_retrying(&opening, err);
    *made = opening.changed;
    return ok;
}

/* Judged again under the lock: of two that make one copy their own the second finds that it is none. */
static bool own(struct board *board, struct board_owned *owned, struct err *err) {
    enum place place;
    char *first = NULL;
    bool ok = board_begin(board, err) && find_first(board, &place, &first, err);
    owned->made = ok && first;
    if (owned->made)
        ok = place_own(board, &owned->released, err) && place_write(board, err) && board_commit(board, err);
    if (!ok || !first)
        board_rollback(board);
    free(first);
    return ok;
}

bool board_file_own(struct board *board, struct board_owned *owned, struct err *err) {
    struct opening opening = {.board = board, .own = true};
    return check_file(board->path, err) && check_folder(board, MC_NOINPUT, err) && open_retrying(&opening, err) &&
           own(board, owned, err);
}
