/* A store of which one step fails, under programs that know nothing of it:
 *
 *     LD_PRELOAD=$MC_STEPS_SHIM STEP_FAILS=N STEP_RESULT=13 STEP_SAID=FILE [STEP_FROM=WORDS] [STEP_SPARED=WORDS]
 * mc-pickup …
 *
 * The N-th statement of the process (with STEP_FROM: of those from the first on that begins with WORDS) is not done,
 * and comes back with that result; FILE gets its words. Rollbacks are not counted, for they never fail, nor pragmas and
 * what the library asks itself. What is started by the program gets none of this. */
#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int left, result; /* statements until then */
static bool failed;      /* the last one */
static char *from, *spared, *said;

/* The library's own. */
#define REAL(name)                                                                                                     \
    static __typeof__(&(name)) real;                                                                                   \
    if (!real)                                                                                                         \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

static char *take(const char *variable) {
    const char *value = getenv(variable);
    char *text = value ? strdup(value) : NULL;

    unsetenv(variable);
    return text;
}

__attribute__((constructor)) static void begin(void) {
    char *fails = take("STEP_FAILS"), *code = take("STEP_RESULT");

    left = fails ? atoi(fails) : 0;
    result = code ? atoi(code) : SQLITE_FULL;
    from = take("STEP_FROM");
    spared = take("STEP_SPARED");
    said = take("STEP_SAID");
    free(fails);
    free(code);
}

static bool starts(const char *text, const char *words) {
    return strncmp(text, words, strlen(words)) == 0;
}

static const char *words_of(sqlite3_stmt *statement) {
    REAL(sqlite3_sql);
    return real(statement);
}

/* Its rows behind the first. */
static bool goes_on(sqlite3_stmt *statement) {
    REAL(sqlite3_stmt_busy);
    return real(statement);
}

static bool counts(sqlite3_stmt *statement) {
    const char *words = left > 0 ? words_of(statement) : NULL;

    if (!words || starts(words, "ROLLBACK") || starts(words, "PRAGMA") || goes_on(statement))
        return false;
    if (from && starts(words, from)) {
        free(from);
        from = NULL;
    }
    return !from && !(spared && starts(words, spared));
}

static void say(const char *words) {
    int fd = said ? open(said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

    if (fd < 0 || write(fd, words, strlen(words)) < 0)
        abort();
    close(fd);
}

int sqlite3_step(sqlite3_stmt *statement) {
    REAL(sqlite3_step);
    failed = counts(statement) && --left == 0;
    if (!failed)
        return real(statement);
    say(words_of(statement));
    return result;
}

int sqlite3_errcode(sqlite3 *board) {
    REAL(sqlite3_errcode);
    return failed ? result : real(board);
}

static const char *text_of(int code) {
    REAL(sqlite3_errstr);
    return real(code);
}

const char *sqlite3_errmsg(sqlite3 *board) {
    REAL(sqlite3_errmsg);
    return failed ? text_of(result) : real(board);
}
