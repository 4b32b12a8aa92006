#ifndef MC_SAMPLES_STORE_H
#define MC_SAMPLES_STORE_H

/* Verbs of the store on boards with drawn rows: what each gives, and what it changes. What they write to stands in
 * memory that was something else before. */
#include "base/argv.h"
#include "rules/breaker.h"
#include "rules/rows.h"
#include "samples_draw.h"
#include "store/breakers.h"
#include "store/claim.h"
#include "store/db.h"
#include "store/engine.h"
#include "store/journal.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "store/tickets.h"

#ifndef STORE_MORE
#define STORE_MORE 24 /* turns in one number: who only reads takes more */
#endif

enum { TURNS = 8, SHOWN = 56, HORIZON = NOW + 3000 };

/* A verb with drawn values; false: it has failed. */
typedef bool verb_fn(struct board *board, struct text *out, struct err *err);

struct verb {
    const char *name;
    verb_fn *call;
};

static inline void dirty(void *at, size_t size) {
    memset(at, 0xA5, size);
}

/* A text for that name, as drawn for that table. It lives until some more are drawn. */
static inline const char *some_of(const char *table, const char *name) {
    static char words[32][80];
    static unsigned next;
    char *word = words[next++ % 32];

    return text_for(word, sizeof *words, name, table);
}

static inline const char *some(const char *name) {
    return some_of("tickets", name);
}

/* The same, and never NULL. */
static inline const char *any_of(const char *name) {
    const char *word = some(name);

    return word ? word : "x";
}

static inline int64_t ticket_id(void) {
    return 1 + draw(8);
}

static inline int64_t moment(void) {
    return number_for("at", "tickets");
}

static inline struct identity identity(void) {
    struct identity identity = {.pid = draw(3), .start = draw(3), .ns = draw(3)};
    const char *boot = some("boot");

    snprintf(identity.boot, sizeof identity.boot, "%s", boot ? boot : "");
    return identity;
}

static inline struct tick tick(void) {
    return (struct tick){.ms = NOW + draw(3), .boot = some("boot")};
}

static inline void tell(struct text *out, int64_t number) {
    text_addf(out, " %lld", (long long)number);
}

static inline void tell_word(struct text *out, const char *word) {
    text_addf(out, word ? " [%s]" : " -", word);
}

#define TELL_EACH(teller, items)                                                                                       \
    for (size_t i = 0; i < sizeof(items) / sizeof *(items); i++)                                                       \
    teller(out, (items)[i])

static inline void tell_words(struct text *out, const struct argv *words) {
    for (size_t i = 0; i < words->count; i++)
        tell_word(out, words->items[i]);
}

static inline void tell_identity(struct text *out, const struct identity *one) {
    text_addf(out, " %lld.%lld.%s.%lld", (long long)one->pid, (long long)one->start, one->boot, (long long)one->ns);
}

static inline void tell_ticket(struct text *out, const struct ticket *t) {
    const char *words[] = {t->title,      t->body,   t->profile,     t->workspace,      t->labels,
                           t->dedupe_key, t->run_id, t->worker_host, t->failure_reason, t->result};
    int64_t numbers[] = {t->id,        t->status,     t->priority,       t->attempts, t->next_attempt_at, t->created_at,
                         t->queued_at, t->updated_at, t->world_failures, t->turns,    t->worked_ms};

    TELL_EACH(tell, numbers);
    TELL_EACH(tell_word, words);
    tell_identity(out, &t->worker);
}

static inline void tell_added(struct text *out, const struct ticket_added *added) {
    text_addf(out, " %lld %d %d", (long long)added->id, added->made, added->archived);
}

static inline void tell_run(struct text *out, const struct run *r) {
    const char *words[] = {r->run_id,    r->host,   r->outcome, r->class,       r->detail,
                           r->workspace, r->branch, r->base,    r->base_commit, r->preserved};
    int64_t numbers[] = {r->ticket_id, r->attempt, r->started_at, r->ended_at, r->owes};

    TELL_EACH(tell_word, words);
    TELL_EACH(tell, numbers);
    tell_identity(out, &r->pickup);
}

static inline void tell_runtime(struct text *out, const struct runtime *r) {
    const char *words[] = {r->session_key, r->run_id,           r->host,      r->tmux_target,
                           r->pane_id,     r->profile,          r->cwd,       r->pane_log_path,
                           r->turn_nonce,  r->last_turn_marker, r->tick_boot, r->failure_reason};
    int64_t numbers[] = {r->ticket_id,      r->status,    r->harvest_offset, r->spawned_at,   r->turn_started_at,
                         r->last_output_at, r->closed_at, r->turn_count,     r->spawned_tick, r->turn_started_tick,
                         r->stall_tick,     r->idle_tick, r->quiet};

    TELL_EACH(tell_word, words);
    TELL_EACH(tell, numbers);
    tell_identity(out, &r->agent);
}

static inline void tell_message(struct text *out, const struct message *m) {
    const char *words[] = {m->author, m->body, m->nonce, m->run_id, m->error};
    int64_t numbers[] = {m->id,       m->ticket_id,       m->kind,       m->status, m->purpose,
                         m->attempts, m->next_attempt_at, m->created_at, m->sent_at};

    TELL_EACH(tell, numbers);
    TELL_EACH(tell_word, words);
}

static inline void tell_slot(struct text *out, const struct slot *s) {
    const char *words[] = {s->host, s->name, s->workspace, s->path, s->run_id, s->branch, s->note, s->head};

    TELL_EACH(tell_word, words);
    text_addf(out, " %lld %d %lld %lld", (long long)s->number, s->state, (long long)s->ticket_id,
              (long long)s->claimed_at);
}

static inline void tell_activity(struct text *out, const struct activity *a) {
    text_addf(out, " %lld %lld %lld", (long long)a->id, (long long)a->ticket_id, (long long)a->created_at);
    tell_word(out, a->run_id);
    tell_word(out, a->author);
    tell_word(out, a->kind);
    tell_word(out, a->body);
}

static inline void tell_stuck(struct text *out, const struct stuck *one) {
    text_addf(out, " %lld.%lld", (long long)one->ticket, (long long)one->needs);
}

static inline void tell_breaker(struct text *out, const struct breaker *b) {
    text_addf(out, " %d %d %lld %lld %d [%s] [%s] [%s]", b->failures, b->openings, (long long)b->open_until,
              (long long)b->trial, b->told, b->class, b->detail, b->next);
    for (size_t i = 0; i < BREAKER_TICKETS; i++)
        text_addf(out, " %lld.%d", (long long)b->shares[i].ticket, b->shares[i].failures);
}

static inline struct breaker drawn_breaker(void) {
    static const char *const classes[] = {"limit", "unreachable", "denied", "awaiting_human", ""};
    struct breaker one = {.failures = (int)draw(4),
                          .openings = (int)draw(3),
                          .open_until = draw(4) ? moment() : NOW + BREAKER_LONGEST,
                          .trial = draw(4),
                          .told = draw(2)};

    snprintf(one.class, sizeof one.class, "%s", classes[draw(5)]);
    snprintf(one.detail, sizeof one.detail, "%s", draw(2) ? "seen" : "");
    snprintf(one.next, sizeof one.next, "%s", draw(2) ? "log in" : "");
    for (unsigned i = 0; i < draw(BREAKER_TICKETS + 1); i++)
        one.shares[i] = (struct breaker_share){1 + draw(6), (int)draw(3)};
    return one;
}

static inline struct breakers_need drawn_need(void) {
    return (struct breakers_need){.profile = any_of("profile"),
                                  .workspace = some("workspace"),
                                  .endpoint = draw(2),
                                  .ticket = ticket_id(),
                                  .now = moment(),
                                  .spoken = draw(2)};
}

static const char *const things[] = {"machine", "endpoint", "profile:a", "profile:b", "workspace:v", "workspace:w"};
enum { THINGS = sizeof things / sizeof *things };

/* More that can be claimed than chance gives; and what stands in settings is read as more than a text. */
static inline void settle(sqlite3 *db) {
    static const char *const wrong[] = {
        "[]", "{\"failures\":-1,\"openings\":3000000000,\"told\":0,\"tickets\":[{\"ticket\":0,\"failures\":1}]}",
        "{\"failures\":2,\"open_until\":\"x\",\"trial\":7,\"class\":3,\"tickets\":[{\"ticket\":1,\"failures\":1},{"
        "\"ticket\":"
        "0},{\"ticket\":-2,\"failures\":1},{\"ticket\":2,\"failures\":-2},{\"ticket\":3},{\"ticket\":4,\"failures\":4}]"
        "}"};
    static const char *const sometimes[] = {"UPDATE tickets SET status='todo' WHERE id%3",
                                            "UPDATE tickets SET waits=0,next_attempt_at=NULL WHERE id%2",
                                            "UPDATE tickets SET waits=0 WHERE id<8",
                                            "UPDATE tickets SET next_attempt_at=NULL WHERE id=4",
                                            "DELETE FROM runtime_sessions WHERE ticket_id%3=1",
                                            "DELETE FROM settings WHERE key='paused'",
                                            "DELETE FROM settings WHERE key='paused' AND value='x'",
                                            "UPDATE worktree_slots SET state='free' WHERE number=1",
                                            "DELETE FROM settings WHERE key GLOB 'said:*'"};
    struct board board = {.engine = &engine_sqlite, .handle = db};
    struct err err = {0};

    for (size_t i = 0; i < sizeof sometimes / sizeof *sometimes; i++)
        if (draw(3))
            act_on(db, sometimes[i]);
    act_on(db, "DELETE FROM settings WHERE key GLOB 'breaker:*'");
    for (size_t i = 0; i < THINGS; i++) {
        struct breaker one = drawn_breaker();

        if (draw(i < 2 ? 6 : 2) == 0) /* all wait for the first two */
            breakers_put(&board, things[i], &one, &err);
    }
    settings_put(&board, "breaker:profile:c", wrong[draw(3)], &err);
    err_release(&err);
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(board.statements[i]);
}

static inline struct board *store_of(unsigned long seed) {
    static struct board boards[BOARDS];
    struct board *board = &boards[which_board(seed)];

    if (!board->engine) {
        board->engine = &engine_sqlite;
        board->path = xstrdup("/b/board.db");
        board->handle = drawn_board(seed, settle);
    }
    return board;
}

/* A long line is cut, with the sum of all of it. */
static inline void tell_line(struct text *out, int turn, const struct text *said) {
    if (said->len <= SHOWN + 8)
        text_addf(out, "%d:%s\n", turn, text_str(said));
    else
        text_addf(out, "%d:%.*s..%08x\n", turn, SHOWN, text_str(said), mix(1, text_str(said)));
}

static inline void store_turn(struct board *board, verb_fn *call, struct text *said) {
    sqlite3_int64 before = turn_begin(board->handle);
    struct err err = {0};

    if (!call(board, said, &err))
        text_addf(said, " failed %d %s", (int)err.code, sample_word(err.text));
    err_release(&err);
    turn_end(board->handle, before, said);
}

/* The first turns as they are, and some more in one number. */
static inline void store_turns(struct board *board, verb_fn *call, struct text *out) {
    uint32_t sum = 7;

    for (int turn = 0; turn < TURNS + STORE_MORE; turn++) {
        struct text said = {0};

        store_turn(board, call, &said);
        if (turn < TURNS)
            tell_line(out, turn, &said);
        else
            sum = mix(sum, text_str(&said));
        text_release(&said);
    }
    text_addf(out, "~ %08x\n", sum);
}

#define ONE(type, named, what)                                                                                         \
    struct type named;                                                                                                 \
    bool ok;                                                                                                           \
                                                                                                                       \
    dirty(&named, sizeof named);                                                                                       \
    ok = what;                                                                                                         \
    if (ok)                                                                                                            \
        tell_##type(out, &named);                                                                                      \
    if (ok)                                                                                                            \
        type##_release(&named);                                                                                        \
    return ok

/* A list: what is called, how one of its items is told, what releases it. */
#define LIST(type, what, teller, releases)                                                                             \
    struct type list = {0};                                                                                            \
    bool ok = what;                                                                                                    \
                                                                                                                       \
    for (size_t i = 0; i < list.count; i++)                                                                            \
        teller(out, &list.items[i]);                                                                                   \
    releases(&list);                                                                                                   \
    tell(out, (int64_t)list.count);                                                                                    \
    tell(out, list.items != NULL);                                                                                     \
    return ok

/* A value that the call writes to, over what stood there before. */
#define GIVEN(type, named, before, what)                                                                               \
    type named = before;                                                                                               \
    bool ok = what;                                                                                                    \
                                                                                                                       \
    tell(out, named);                                                                                                  \
    return ok

#define YES(what) GIVEN(bool, yes, true, what)
#define CHANGED(what) GIVEN(bool, changed, true, what)
#define COUNTED(what) GIVEN(int, count, 77, what)
#define NUMBER(what) GIVEN(int64_t, number, 77, what)

#define TEXT(what)                                                                                                     \
    char *word = NULL;                                                                                                 \
    bool ok = what;                                                                                                    \
                                                                                                                       \
    tell_word(out, word);                                                                                              \
    free(word);                                                                                                        \
    return ok

#define DONE(what)                                                                                                     \
    (void)out;                                                                                                         \
    return what

/* A function that is in the table of verbs by its name. */
#define VERB(name) static bool name##_(struct board *board, struct text *out, struct err *err)
#define NAMED(name)                                                                                                    \
    { #name, name##_ }

static const struct verb *store_verbs;

static inline void store_sample(const char *bytes, size_t n, struct text *out) {
    const struct verb *verb = store_verbs;
    struct asked asked;
    struct board *board;

    if (!asked_read(&asked, bytes, n))
        return;
    while (verb->name && strcmp(verb->name, asked.name) != 0)
        verb++;
    if (!verb->name)
        return;
    board = store_of(asked.seed);
    draw_by(asked.seed);
    store_turns(board, verb->call, out);
}

static inline int store_samples(int argc, char **argv, const char *name, const struct verb *verbs) {
    store_verbs = verbs;
    return drawn_samples(argc, argv, name, store_sample);
}

#endif
