#include "store/db.h"

#include <limits.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/rows.h"
#include "store/engine.h"

void db_close(struct board *board, bool spare) {
    if (board->engine)
        board->engine->close(board, spare);
}

bool db_in_transaction(const struct board *board) {
    return board->engine && board->engine->in_transaction(board);
}

int64_t db_changes(const struct board *board) {
    return board->engine->changes(board);
}

struct bind bind_number(const char *name, int64_t number) {
    return (struct bind){.name = name, .type = BIND_NUMBER, .kind = BIND_NUMBER, .number = number};
}

struct bind bind_maybe(const char *name, int64_t number) {
    return (struct bind){.name = name, .type = number ? BIND_NUMBER : BIND_NULL, .kind = BIND_NUMBER, .number = number};
}

struct bind bind_text(const char *name, const char *text) {
    return (struct bind){.name = name, .type = text ? BIND_TEXT : BIND_NULL, .kind = BIND_TEXT, .text = text};
}

struct bind bind_tick(const char *name, struct tick tick) {
    return bind_maybe(name, tick.boot ? tick.ms : 0);
}

struct bind bind_tick_boot(const char *name, struct tick tick) {
    return bind_text(name, tick.boot);
}

bool db_compile(struct board *board, enum sql sql, struct err *err) {
    return board->engine->compile(board, sql, err);
}

static void start(struct query *query, const struct call *call) {
    query->sql = call->sql;
    query->failed = !query->board->engine->start(query, call);
}

void query_open(struct query *query, struct board *board, const struct call *call, struct err *err) {
    *query = (struct query){.board = board, .err = err};
    start(query, call);
}

bool query_next(struct query *query) {
    if (query->failed)
        return false;
    query->column = 0;
    return query->board->engine->step(query);
}

bool query_close(struct query *query) {
    query->board->engine->finish(query);
    return !query->failed;
}

bool query_is_null(const struct query *query) {
    return query_type(query) == BIND_NULL;
}

enum bind_type query_type(const struct query *query) {
    return query->board->engine->type(query, query->column);
}

int64_t query_number(struct query *query) {
    return query->board->engine->number(query, query->column++);
}

int query_int(struct query *query) {
    return (int)(uint32_t)(uint64_t)query_number(query);
}

static const char *peek(struct query *query, size_t *bytes) {
    return query->board->engine->text(query, query->column++, bytes);
}

/* Another program may have written a NUL, at which our strings would end: it is left out, and the rest stays. */
char *query_text(struct query *query) {
    size_t n = 0, kept = 0;
    const char *value = peek(query, &n);
    if (!value)
        return NULL;
    if (strlen(value) == n)
        return xstrdup(value);
    char *text = xmalloc(n + 1);
    for (size_t i = 0; i < n; i++)
        if (value[i])
            text[kept++] = value[i];
    text[kept] = '\0';
    return text;
}

static void damaged(struct query *query, const char *value) {
    query->failed = !err_set(query->err, MC_IOERR, "board %s: \"%s\" cannot stand where it does: %s",
                             query->board->path, value ? value : "NULL", "the row was edited or is damaged, mend it");
}

bool query_copy(struct query *query, char *to, size_t size) {
    size_t n = 0;
    const char *value = peek(query, &n);
    bool fits = text_copy(to, size, value ? value : "");
    if (!fits)
        damaged(query, value);
    return fits;
}

void query_fit(struct query *query, char *to, size_t size) {
    size_t n = 0;
    const char *value = peek(query, &n);
    if (!text_copy(to, size, value ? value : ""))
        to[0] = '\0';
}

void query_skip(struct query *query, int columns) {
    query->column += columns;
}

int query_word(struct query *query, int (*from)(const char *)) {
    size_t n = 0;
    const char *value = peek(query, &n);
    int word = from(value);
    if (word < 0)
        damaged(query, value);
    return word < 0 ? 0 : word;
}

bool db_run(struct board *board, const struct call *call, int *changes, struct err *err) {
    struct query query = {.board = board, .err = err, .unasked = changes == NULL};
    start(&query, call);
    while (query_next(&query))
        continue;
    if (changes)
        *changes = query.failed ? 0 : board->engine->changed(&query);
    return query_close(&query);
}

bool db_store(struct board *board, const struct call *call, bool *stored, struct err *err) {
    int changes = 0;
    bool ok = db_run(board, call, stored ? &changes : NULL, err);
    if (stored)
        *stored = ok && changes > 0;
    const char *why = ok ? NULL : board->engine->refusal(board);
    return ok || (why ? err_set(err, MC_DATAERR, "%s", why) : false);
}

bool db_insert(struct board *board, const struct call *call, int64_t *id, struct err *err) {
    struct query query;
    *id = 0;
    query_open(&query, board, call, err);
    while (query_next(&query))
        *id = query_number(&query);
    return query_close(&query);
}

bool db_hit(struct board *board, const struct call *call, bool *changed, struct err *err) {
    int changes = 0;
    bool ok = db_run(board, call, &changes, err);
    if (changed)
        *changed = changes > 0;
    return ok;
}

bool db_script(struct board *board, const char *const *texts, struct err *err) {
    return board->engine->script(board, texts, err);
}
