#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/engine.h"

/* Constant short sleeps: with eight contenders the worst wait is a tenth of that of sqlite3_busy_timeout. */
static int wait_a_moment(void *data, int tries) {
    struct board *board = data;
    int64_t now = clock_monotonic();
    if (tries == 0)
        board->busy_since = now;
    if (now - board->busy_since >= board->busy_limit)
        return 0;
    clock_sleep(1);
    return 1;
}

static enum mc_exit code_of_errno(int number, const char **advice) {
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        *advice = "the disk is full: free some space";
        return MC_IOERR;
    case EFBIG:
        *advice = "it has reached the size that a file may have here: raise the limit (ulimit -f)";
        return MC_IOERR;
    case EACCES:
    case EPERM:
        *advice = "no permission: check the owner and mode of the file and its directory";
        return MC_NOPERM;
    case EROFS:
        *advice = "the file system is read-only: mount it writable";
        return MC_IOERR;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        *advice = "the system is out of memory or open files: try again";
        return MC_OSERR;
    case ENOENT:
    case ENOTDIR:
        *advice = "the file or its directory is gone: make it with mc-ticket init";
        return MC_CANTCREAT;
    default:
        *advice = "input/output error: check the disk";
        return MC_IOERR;
    }
}

static enum mc_exit code_of_result(int result, int number, const char **advice) {
    if (result == SQLITE_IOERR_NOMEM) {
        *advice = "out of memory";
        return MC_OSERR;
    }
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        *advice = "another program holds it: try again";
        return MC_TEMPFAIL;
    case SQLITE_FULL:
        return code_of_errno(ENOSPC, advice);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        *advice = "the file is damaged: see mc-board(5), BACKUP";
        return MC_IOERR;
    case SQLITE_NOMEM:
        *advice = "out of memory";
        return MC_OSERR;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return code_of_errno(number, advice);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return code_of_errno(number == EROFS ? EROFS : EACCES, advice);
    case SQLITE_TOOBIG:
        *advice = "a text is too long: shorten it";
        return MC_DATAERR;
    default:
        *advice = "this is a bug: please report it";
        return MC_SOFTWARE;
    }
}

static bool fail(struct board *board, int result, const char *statement, struct err *err) {
    const char *advice = "";
    int number = board->handle ? sqlite3_system_errno(board->handle) : 0;
    /* Out of space for its -wal, SQLite tries to read one that is not there, and that is the errno it keeps. */
    if ((result & 0xff) == SQLITE_CANTOPEN && number == ENOENT && access(board->path, F_OK) == 0)
        number = ENOSPC;
    enum mc_exit code = code_of_result(result, number, &advice);
    /* What the library did not do itself it knows nothing of: "not an error". */
    bool known = board->handle && sqlite3_errcode(board->handle) != SQLITE_OK;
    const char *said = known ? sqlite3_errmsg(board->handle) : sqlite3_errstr(result);
    if (code == MC_SOFTWARE && statement)
        return err_set(err, code, "board %s: %s in \"%s\": %s", board->path, said, statement, advice);
    return err_set(err, code, "board %s: %s: %s", board->path, said, advice);
}

static bool refuse_readonly(const struct board *board, struct err *err) {
    const char *advice = "";
    enum mc_exit code = code_of_errno(access(board->path, W_OK) == 0 ? EACCES : errno, &advice);
    return err_set(err, code, "board %s: cannot be written: %s", board->path, advice);
}

/* A relative name gets "./", so that none (":memory:", "file:…") means something else to the library. */
static void add_name(struct text *name, const char *path, bool uri) {
    text_add(name, uri ? "file:" : "");
    text_add(name, path[0] == '/' ? "" : "./");
    for (const char *c = path; *c; c++) {
        if (uri && strchr("%?#", *c))
            text_addf(name, "%%%02X", (unsigned)*c);
        else
            text_addc(name, *c);
    }
    text_add(name, uri ? "?readonly_shm=1" : "");
}

/* We are one thread: locks and counts around every allocation are a tenth of a claim. Once the library is in use it
 * refuses, and nothing is lost. */
static void be_one_thread(void) {
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

bool db_open(struct board *board, enum db_how how, struct err *err) {
    struct text name = {0};
    board->engine = &engine_sqlite;
    be_one_thread();
    add_name(&name, board->path, how == DB_FROZEN);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    flags |= how == DB_FROZEN ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE;
    int result = sqlite3_open_v2(text_str(&name), &board->handle, flags, NULL);
    text_release(&name);
    if (result != SQLITE_OK)
        return fail(board, result, NULL, err);
    if (how == DB_ALONE)
        sqlite3_exec(board->handle, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL);
    sqlite3_busy_handler(board->handle, how == DB_ALONE ? NULL : wait_a_moment, board);
    sqlite3_db_config(board->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(board->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(board->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* A file that may not be written is opened for reading without a word. */
    if (how == DB_WRITE && sqlite3_db_readonly(board->handle, "main") == 1)
        return refuse_readonly(board, err);
    return true;
}

static int64_t big_endian(const unsigned char *bytes) {
    return (int64_t)bytes[0] << 24 | (int64_t)bytes[1] << 16 | (int64_t)bytes[2] << 8 | (int64_t)bytes[3];
}

bool db_header(struct board *board, struct db_header *header, struct err *err) {
    enum { HEADER = 100, WRITE_VERSION = 18, USER_VERSION = 60, APPLICATION_ID = 68, VERSION_WAL = 2 };
    unsigned char bytes[HEADER] = {0};
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    int result = sqlite3_file_control(board->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (result == SQLITE_OK)
        result = file->pMethods->xFileSize(file, &size);
    if (result == SQLITE_OK)
        result = file->pMethods->xRead(file, bytes, HEADER, 0);
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ)
        return fail(board, result, NULL, err);
    *header = (struct db_header){.size = size,
                                 .magic = size >= HEADER && memcmp(bytes, "SQLite format 3", 16) == 0,
                                 .wal = bytes[WRITE_VERSION] == VERSION_WAL,
                                 .application = big_endian(bytes + APPLICATION_ID),
                                 .version = big_endian(bytes + USER_VERSION)};
    return true;
}

static void lite_close(struct board *board, bool spare) {
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(board->statements[i]);
        board->statements[i] = NULL;
    }
    if (board->handle && (spare || board->spare))
        sqlite3_db_config(board->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close_v2(board->handle);
    board->handle = NULL;
}

static bool lite_in_transaction(const struct board *board) {
    return board->handle && sqlite3_get_autocommit(board->handle) == 0;
}

static int64_t lite_changes(const struct board *board) {
    return sqlite3_total_changes64(board->handle);
}

static int bind_one(sqlite3_stmt *statement, const struct bind *bind) {
    int index = sqlite3_bind_parameter_index(statement, bind->name);
    if (index == 0)
        return SQLITE_RANGE;
    switch (bind->type) {
    case BIND_NUMBER:
        return sqlite3_bind_int64(statement, index, bind->number);
    case BIND_TEXT:
        return sqlite3_bind_text(statement, index, bind->text, -1, SQLITE_STATIC);
    case BIND_END:
    case BIND_NULL:
        break;
    }
    return sqlite3_bind_null(statement, index);
}

static int bind_all(sqlite3_stmt *statement, const struct bind *binds) {
    int count = 0;
    for (const struct bind *bind = binds; bind->type != BIND_END; bind++, count++) {
        int result = bind_one(statement, bind);
        if (result != SQLITE_OK)
            return result;
    }
    return count == sqlite3_bind_parameter_count(statement) ? SQLITE_OK : SQLITE_RANGE;
}

static int compile(struct board *board, enum sql sql) {
    sqlite3_stmt **slot = &board->statements[sql];
    return *slot ? SQLITE_OK
                 : sqlite3_prepare_v3(board->handle, sql_sqlite[sql], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
}

static bool lite_compile(struct board *board, enum sql sql, struct err *err) {
    int result = compile(board, sql);
    return result == SQLITE_OK || fail(board, result, sql_sqlite[sql], err);
}

static bool lite_start(struct query *query, const struct call *call) {
    struct board *board = query->board;
    int result = compile(board, call->sql);
    if (result == SQLITE_OK)
        result = bind_all(board->statements[call->sql], call->binds);
    query->statement = board->statements[call->sql];
    return result == SQLITE_OK || fail(board, result, sql_sqlite[call->sql], query->err);
}

static bool lite_step(struct query *query) {
    int result = sqlite3_step(query->statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        query->failed = !fail(query->board, result, sql_sqlite[query->sql], query->err);
    return result == SQLITE_ROW;
}

static void lite_finish(struct query *query) {
    sqlite3_reset(query->statement);
    if (query->statement)
        sqlite3_clear_bindings(query->statement);
}

static enum bind_type lite_type(const struct query *query, int column) {
    int type = sqlite3_column_type(query->statement, column);
    if (type == SQLITE_NULL)
        return BIND_NULL;
    return type == SQLITE_INTEGER ? BIND_NUMBER : BIND_TEXT;
}

static int64_t lite_number(const struct query *query, int column) {
    return sqlite3_column_int64(query->statement, column);
}

static const char *lite_text(const struct query *query, int column, size_t *bytes) {
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    *bytes = (size_t)sqlite3_column_bytes(query->statement, column);
    return text;
}

static int lite_changed(const struct query *query) {
    return sqlite3_changes(query->board->handle);
}

static const char *lite_refusal(const struct board *board) {
    return (sqlite3_errcode(board->handle) & 0xff) == SQLITE_CONSTRAINT ? sqlite3_errmsg(board->handle) : NULL;
}

static bool lite_script(struct board *board, const char *const *texts, struct err *err) {
    for (; *texts; texts++) {
        int result = sqlite3_exec(board->handle, *texts, NULL, NULL, NULL);
        if (result != SQLITE_OK)
            return fail(board, result, *texts, err);
    }
    return true;
}

static bool run_bare(struct board *board, enum sql sql, struct err *err) {
    return db_run(board, CALL_BARE(sql), NULL, err);
}

/* An embedded board has one writer at a time, whatever it is about. */
static bool lite_begin(struct board *board, enum begin_kind kind, struct err *err) {
    return run_bare(board, kind == BEGIN_LOOK ? SQL_BEGIN_LOOK : SQL_BEGIN_WRITE, err);
}

static bool lite_commit(struct board *board, struct err *err) {
    return run_bare(board, SQL_COMMIT, err);
}

enum { ROLLBACK_TRIES = 3 };

/* Again where there was no memory for it: what is begun next would be refused within this one. */
static void lite_rollback(struct board *board) {
    struct err ignored = {0};
    for (int i = 0; i < ROLLBACK_TRIES && lite_in_transaction(board); i++)
        run_bare(board, SQL_ROLLBACK, &ignored);
    err_release(&ignored);
}

const struct engine engine_sqlite = {
    .version = MC_VERSION,
    .close = lite_close,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .in_transaction = lite_in_transaction,
    .changes = lite_changes,
    .compile = lite_compile,
    .script = lite_script,
    .start = lite_start,
    .step = lite_step,
    .finish = lite_finish,
    .type = lite_type,
    .number = lite_number,
    .text = lite_text,
    .changed = lite_changed,
    .refusal = lite_refusal,
};
