#ifndef MC_SAMPLES_DRAW_H
#define MC_SAMPLES_DRAW_H

/* Boards with drawn rows, and what was changed on them: small domains, so that each condition is met and missed. */
#include <sqlite3.h>

#include "host/uproot.h"
#include "samples.h"
#include "samples_chance.h"
#include "store/board.h"

enum { NOW = 1000000, ROWS = 24, BOARDS = 32, HALF = BOARDS / 2, MANY = 1000 };

static inline bool in_list(const char *name, const char *list) {
    const char *at = strstr(list, name);
    size_t n = strlen(name);

    for (; at; at = strstr(at + 1, name))
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

static const char *one_of(char *word, size_t size, const char *list) {
    unsigned count = 1, which;

    for (const char *at = list; *at; at++)
        count += *at == ' ';
    which = draw(count);
    for (; which > 0; which--)
        list = strchr(list, ' ') + 1;
    snprintf(word, size, "%.*s", (int)strcspn(list, " "), list);
    return strcmp(word, "-") == 0 ? "" : strcmp(word, "NULL") == 0 ? NULL : word;
}

/* What stands in columns and values of that name. */
static const struct domain {
    const char *names, *words;
} domains[] = {
    {"priority", "critical high medium low"},
    {"outcome", "delivered asked adopted failed abandoned stopped NULL"},
    {"state", "intent done failed unknown free claimed quarantined"},
    {"purpose", "work person go_on nudge quiet own"},
    {"author from act reason event", "person agent signal pickup NULL x operator"},
    {"class", "limit unreachable paused NULL foreign"},
    {"profile", "NULL a b"},
    {"detail", "x y NULL parked parked"},
    {"workspace", "NULL v w"},
    {"labels", "NULL l l,m m"},
    {"name slot", "s1 s2 s3 s4 s5"},
    {"host machine worker_host other to", "h1 h2 NULL"},
    {"boot tick_boot pickup_boot boot_id", "b1 b2 NULL -"},
    {"failure_reason", "NULL worker_died:x starting:x limit host_lost push other"},
    {"dedupe_key", "NULL d1 d2 d3 d4 d5 d6"},
    {"search", "NULL x N Y; z"},
    {"title body", "x y NULL n1 n2;x N3 Y;z"},
    {"nonce turn_nonce last_turn_marker", "NULL n1 n2 n3"},
    {"key",
     "breaker:profile:a breaker:machine breaker:workspace:w said:profile:a said:profile:b said:workspace:w stuck:1 "
     "push_fails:w unpushed:1 repo:w remote:w base:w new_trial no_server mass_death ticket_prefix host_lost parked "
     "quiet paused zz limit stuck: stuck; said:profile: said:profile; said:workspace: said:workspace; breaker: "
     "breaker; push_fails: push_fails; push_fails:2 unpushed: unpushed; unpushed:2 stuck:2 unreachable archiving"},
};
static const char texts[] =
    "error path pane_id tmux_target note value thing branch base_commit base cwd log endpoint result "
    "answer oid folder head world file pane_log_path terminal preserved text url command marker shape";
static const char times[] =
    "now since before after until horizon due left at created_at updated_at queued_at next_attempt_at started_at "
    "ended_at spawned_at turn_started_at last_output_at closed_at sent_at seen_at claimed_at said_at opened_at "
    "open_until "
    "begun_at tick spawned_tick turn_started_tick stall_tick idle_tick next_at latest seen lost_at retired_at "
    "looked_at";

static inline const char *status_of(char *word, size_t size, const char *table) {
    return one_of(word, size,
                  strcmp(table, "tickets") == 0
                      ? "inbox todo todo todo in_progress in_progress in_review needs_input blocked "
                        "done cancelled"
                  : strcmp(table, "runtime_sessions") == 0 ? "spawning idle running dead closed"
                  : strcmp(table, "ticket_messages") == 0  ? "pending sending sent failed_to_inject unknown"
                  : draw(2)                                ? "todo in_progress done blocked idle running"
                                                           : "pending sending sent unknown spawning");
}

/* A text for that name; NULL where there is none. */
static inline const char *text_for(char *word, size_t size, const char *name, const char *table) {
    if (in_list(name, "run_id run")) {
        snprintf(word, size, "%032u", draw(6) + 1);
        return draw(6) ? word : strcmp(table, "runs") == 0 ? word : NULL;
    }
    if (in_list(name, "session_key session")) {
        snprintf(word, size, "ticket:%u:session", draw(6) + 1);
        return word;
    }
    if (strcmp(name, "status") == 0)
        return status_of(word, size, table);
    if (strcmp(name, "kind") == 0)
        return one_of(word, size,
                      strcmp(table, "ticket_messages") == 0 ? "work note"
                      : strcmp(table, "effects") == 0
                          ? "worktree spawn send kill kill close"
                          : "work note spawn send kill terminal_state breaker paused signal signal quiet sent moved");
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (in_list(name, domains[i].names))
            return one_of(word, size, domains[i].words);
    return one_of(word, size, "x y NULL");
}

static inline int64_t number_for(const char *name, const char *table) {
    static const int64_t ages[] = {-5000, -1000, -1, 0, 1, 1000, 5000};

    if (strcmp(name, "now") == 0)
        return NOW;
    if (in_list(name, times))
        return NOW + ages[draw(7)];
    if (in_list(name, "limit window most"))
        return (int64_t[]){1, 2, 3, 50}[draw(4)];
    if (strcmp(name, "room") == 0)
        return (int64_t[]){4, 10, 1000}[draw(3)];
    if (strcmp(name, "id") == 0)
        return 1 + draw(strcmp(table, "tickets") == 0 ? 12 : 60);
    if (in_list(name, "ticket_id needs_id number ticket"))
        return 1 + draw(6);
    return draw(3);
}

static inline bool is_text(const char *name) {
    if (in_list(name, "run_id run session_key session status kind") || in_list(name, texts))
        return true;
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (in_list(name, domains[i].names))
            return true;
    return false;
}

static inline void hand(sqlite3_stmt *statement, int index, const char *name, bool text, const char *table) {
    char word[80];
    const char *said = text ? text_for(word, sizeof word, name, table) : NULL;

    if (!text && (!in_list(name, times) || strcmp(name, "now") == 0 || draw(3)))
        sqlite3_bind_int64(statement, index, number_for(name, table));
    else if (said)
        sqlite3_bind_text(statement, index, said, -1, SQLITE_TRANSIENT);
}

/* Rows of a table, those that its constraints take. */
static inline void fill_table(sqlite3 *db, const char *table, int rows) {
    struct text sql = {0}, marks = {0};
    sqlite3_stmt *columns, *insert;
    int count = 0;

    text_addf(&sql, "SELECT name,type FROM pragma_table_xinfo('%s')WHERE hidden=0", table);
    sqlite3_prepare_v2(db, text_str(&sql), -1, &columns, NULL);
    text_clear(&sql);
    text_addf(&sql, "INSERT OR IGNORE INTO %s(", table);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        text_addf(&sql, "%s%s", count ? "," : "", (const char *)sqlite3_column_text(columns, 0));
        text_add(&marks, count++ ? ",?" : "?");
    }
    text_addf(&sql, ")VALUES(%s)", text_str(&marks));
    sqlite3_prepare_v2(db, text_str(&sql), -1, &insert, NULL);
    for (int row = 0; insert && row < rows; row++) {
        sqlite3_reset(columns);
        for (int i = 1; sqlite3_step(columns) == SQLITE_ROW; i++)
            hand(insert, i, (const char *)sqlite3_column_text(columns, 0),
                 strcmp((const char *)sqlite3_column_text(columns, 1), "TEXT") == 0, table);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        sqlite3_clear_bindings(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_finalize(columns);
    text_release(&sql);
    text_release(&marks);
}

static inline void fill(sqlite3 *db, int rows) {
    sqlite3_stmt *tables;

    sqlite3_exec(db, "PRAGMA foreign_keys=0", NULL, NULL, NULL);
    sqlite3_prepare_v2(db,
                       "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
                       -1, &tables, NULL);
    while (sqlite3_step(tables) == SQLITE_ROW)
        fill_table(db, (const char *)sqlite3_column_text(tables, 0), rows);
    sqlite3_finalize(tables);
}

static inline sqlite3 *copied(sqlite3 *from) {
    sqlite3 *db;
    sqlite3_backup *copy;

    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        exit(2);
    copy = sqlite3_backup_init(db, "main", from, "main");
    sqlite3_backup_step(copy, -1);
    sqlite3_backup_finish(copy);
    return db;
}

/* An empty board, made once. */
static inline sqlite3 *empty_board(void) {
    char folder[] = "/tmp/mc-samples-XXXXXX";
    static sqlite3 *made;
    struct err err = {0};
    bool fresh;
    sqlite3 *file;
    char *path;

    if (made)
        return made;
    path = xasprintf("%s/board.db", mkdtemp(folder));
    if (!board_create(path, &fresh, &err) || sqlite3_open(path, &file) != SQLITE_OK) {
        fprintf(stderr, "no board: %s\n", sample_word(err.text));
        exit(2);
    }
    made = copied(file);
    sqlite3_close(file);
    uproot(folder, INT64_MAX);
    free(path);
    return made;
}

/* Its rows once more, as the schema `was`. */
static inline void remember(sqlite3 *db) {
    sqlite3_stmt *tables;

    sqlite3_exec(db, "ATTACH ':memory:' AS was", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "SELECT name FROM main.sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%'", -1,
                       &tables, NULL);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        char *sql = xasprintf("CREATE TABLE was.%s AS SELECT*FROM main.%s", table, table);

        sqlite3_exec(db, sql, NULL, NULL, NULL);
        free(sql);
    }
    sqlite3_finalize(tables);
}

/* Of a few boards with drawn rows; with MANY, of those with more. */
static inline unsigned long which_board(unsigned long seed) {
    return seed % HALF + (seed < MANY ? 0 : HALF);
}

/* Made once; `more` (NULL: nothing) goes on with it. */
static inline sqlite3 *drawn_board(unsigned long seed, void (*more)(sqlite3 *db)) {
    static sqlite3 *boards[BOARDS];
    unsigned long which = which_board(seed);
    sqlite3 **board = &boards[which];

    if (!*board) {
        *board = copied(empty_board());
        chance = (which + 1) * UINT64_C(0x9E3779B97F4A7C15);
        fill(*board, which < HALF ? ROWS : ROWS * 5);
        if (more)
            more(*board);
        remember(*board);
    }
    return *board;
}

static inline uint32_t mix(uint32_t hash, const char *s) {
    return (s ? sample_sum(hash, s, strlen(s)) : hash) * 31 + 7;
}

/* Compiled once for each board: as it was left, to be begun anew. */
static inline sqlite3_stmt *compiled(sqlite3 *db, const char *sql) {
    sqlite3_stmt *one = sqlite3_next_stmt(db, NULL);

    while (one && strcmp(sqlite3_sql(one), sql) != 0)
        one = sqlite3_next_stmt(db, one);
    if (!one && sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &one, NULL) != SQLITE_OK)
        exit(2);
    return one;
}

static inline void act_on(sqlite3 *db, const char *sql) {
    sqlite3_stmt *one = compiled(db, sql);

    sqlite3_step(one);
    sqlite3_reset(one);
}

/* How many rows of a table stand in one of two boards and not in the other, whatever their order; 0: none. */
static inline int differ(sqlite3 *db, const char *table, const char *one, const char *other, uint32_t *sum) {
    char sql[160];
    sqlite3_stmt *rows;
    int count = 0;

    snprintf(sql, sizeof sql, "SELECT*FROM %s.%s EXCEPT SELECT*FROM %s.%s", one, table, other, table);
    rows = compiled(db, sql);
    for (; sqlite3_step(rows) == SQLITE_ROW; count++) {
        uint32_t row = mix(11, one);

        for (int i = 0; i < sqlite3_column_count(rows); i++)
            row = mix(row, (const char *)sqlite3_column_text(rows, i));
        *sum += row;
    }
    sqlite3_reset(rows);
    return count;
}

/* What has changed since drawn_board, table by table. */
static inline void tell_changes(sqlite3 *db, struct text *out) {
    sqlite3_stmt *tables = compiled(db, "SELECT name FROM was.sqlite_schema WHERE type='table' ORDER BY name");

    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        uint32_t sum = 0;
        int gone = differ(db, table, "was", "main", &sum), come = differ(db, table, "main", "was", &sum);

        if (gone || come)
            text_addf(out, " %s -%d +%d %08x", table, gone, come, sum);
    }
    sqlite3_reset(tables);
}

/* What is drawn now is drawn by this number. */
static inline void draw_by(unsigned long seed) {
    chance = (seed + 1) * UINT64_C(0xD1B54A32D192ED03);
}

/* A turn ends with what it changed, and that is undone. */
static inline sqlite3_int64 turn_begin(sqlite3 *db) {
    act_on(db, "SAVEPOINT one");
    return sqlite3_total_changes64(db);
}

static inline void turn_end(sqlite3 *db, sqlite3_int64 before, struct text *said) {
    if (sqlite3_total_changes64(db) != before)
        tell_changes(db, said);
    act_on(db, "ROLLBACK TO one");
    act_on(db, "RELEASE one");
}

/* Which of several equal rows comes first is a matter of SQLite's version: what is written down is of this one. */
static inline int drawn_samples(int argc, char **argv, const char *name, sample_fn *sample) {
    if (sqlite3_libversion_number() / 1000 != 3040) {
        puts("1..0 # skipped: the samples were drawn with SQLite 3.40");
        return 0;
    }
    return samples(argc, argv, name, sample);
}

#endif
