/* What people and agents do to a board with drawn rows, and what is told of it: the answer, and what it changed. Clocks
 * stand still; who lives is told by the number of the process; an agent's end is told and not made. */
#define STORE_MORE 24
#include "samples_store.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/html.h"
#include "desk/changes.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "desk/doctor_agents.h"
#include "desk/doctor_notify.h"
#include "desk/doctor_rows.h"
#include "desk/doctor_seen.h"
#include "desk/health.h"
#include "desk/import.h"
#include "desk/news.h"
#include "desk/page.h"
#include "desk/pane_log.h"
#include "desk/retire.h"
#include "desk/waits.h"
#include "host/infile.h"
#include "host/proc.h"
#include "run/end.h"
#include "run/site.h"

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return NOW;
}
int64_t __wrap_clock_here(void);
int64_t __wrap_clock_here(void) {
    return NOW;
}
int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return NOW + 7;
}
/* No file is there, but for those of which this is the time. */
static int64_t changed_at;
int64_t __wrap_files_changed_at(const char *path);
int64_t __wrap_files_changed_at(const char *path) {
    (void)path;
    return changed_at;
}
enum seen __wrap_proc_alive(const struct identity *identity);
enum seen __wrap_proc_alive(const struct identity *identity) {
    return (enum seen[]){SEEN_NO, SEEN_YES, SEEN_UNKNOWN}[identity->pid % 3];
}

static struct text *ended;
bool __wrap_end_intended(struct site *site, const struct runtime *runtime, const struct end_as *as, struct err *err);
bool __wrap_end_intended(struct site *site, const struct runtime *runtime, const struct end_as *as, struct err *err) {
    (void)site;
    text_addf(ended, " ends %s as %d %s", sample_word(runtime->run_id), as->to, as->reason);
    return runtime->agent.pid != 2 || err_set(err, MC_TEMPFAIL, "it lives");
}

enum { LOOKS = 56 };

/* Transactions within that of the turn. */
static int within;
bool __wrap_board_begin(struct board *board, struct err *err);
bool __wrap_board_begin(struct board *board, struct err *err) {
    (void)err;
    within++;
    return sqlite3_exec(board->handle, "SAVEPOINT own", NULL, NULL, NULL) == SQLITE_OK;
}
bool __wrap_board_begin_read(struct board *board, struct err *err);
bool __wrap_board_begin_read(struct board *board, struct err *err) {
    return __wrap_board_begin(board, err);
}
bool __wrap_board_commit(struct board *board, struct err *err);
bool __wrap_board_commit(struct board *board, struct err *err) {
    (void)err;
    within--;
    return sqlite3_exec(board->handle, "RELEASE own", NULL, NULL, NULL) == SQLITE_OK;
}
void __wrap_board_rollback(struct board *board);
void __wrap_board_rollback(struct board *board) {
    if (within > 0)
        sqlite3_exec(board->handle, "ROLLBACK TO own;RELEASE own", NULL, NULL, NULL);
    within = 0;
}

/* One of the configurations that there are. */
static struct site *site_of(struct board *board) {
    static char prefix[] = "MC", host[] = "h1", a[] = "a", v[] = "v", pool[] = "/none/v", none[] = "/none",
                path[] = "/none/board.db", command[] = "/none/agent", *commands[] = {command, NULL};
    static struct profile profile = {.name = a, .command = {.items = commands, .count = 1}};
    static struct workspace workspace = {.name = v, .repo = none, .pool = pool, .size = 2, .branch_prefix = none + 5};
    static struct site site;

    changed_at = draw(2) ? moment() : 0;
    site = (struct site){.board = board,
                         .board_path = path,
                         .board_label = path,
                         .folder = none,
                         .libexec = none,
                         .self = {.pid = 1, .start = 1, .boot = "b1"},
                         .config = {.host = host,
                                    .ticket_prefix = prefix,
                                    .profiles = &profile,
                                    .profile_count = 1,
                                    .workspaces = &workspace,
                                    .cron_interval_s = 60,
                                    .wait_warn_s = 3600,
                                    .retry = {.backoff_max_s = 3600}}};
    site.config.profile = draw(2) ? a : NULL;
    site.config.workspace_count = draw(2);
    site.config.max_running = draw(3) ? 100 : 1 + draw(8);
    site.config.max_live = draw(3) ? 100 : 1 + draw(12);
    site.config.done_is_done = draw(2);
    site.config.send.transport = draw(2) ? TRANSPORT_HTTP : TRANSPORT_TMUX;
    workspace.size = 1 + draw(6);
    return &site;
}

static void tell_result(struct text *out, const struct desk *desk, const struct desk_result *result) {
    struct json *json = desk_result_json(desk, result);

    text_addc(out, ' ');
    json_print(json, out);
    json_free(json);
}

/* One of the board's tickets, mostly; somebody has just put it and its agent into another state. */
static enum ticket_status stage;
static int64_t staged(struct board *board) {
    static const char *const runtimes[] = {"spawning", "idle", "running", "dead", "closed"};
    sqlite3 *db = board->handle;
    sqlite3_stmt *query = NULL;
    int64_t id = 0;
    unsigned row, half, third;
    const char *as;
    char *sql;

    if (!draw(8))
        return ticket_id();
    sqlite3_prepare_v2(db, "SELECT id FROM tickets ORDER BY id", -1, &query, NULL);
    for (unsigned at = draw(8); sqlite3_step(query) == SQLITE_ROW; at--) {
        id = sqlite3_column_int64(query, 0);
        if (!at)
            break;
    }
    sqlite3_finalize(query);
    stage = draw(3) ? (enum ticket_status)draw(TICKET_STATUS_COUNT) : TICKET_TODO;
    row = draw(4);
    as = runtimes[draw(5)];
    sql =
        xasprintf("UPDATE tickets SET status='%s'WHERE id=%lld;"
                  "UPDATE OR REPLACE runtime_sessions SET status='%s',session_key='ticket:%lld:session',ticket_id=%lld "
                  "WHERE session_key=(SELECT session_key FROM runtime_sessions ORDER BY 1 LIMIT 1 OFFSET %u);",
                  ticket_status_name(stage), (long long)id, as, (long long)id, (long long)id, row);
    sqlite3_exec(db, sql, NULL, NULL, NULL);
    free(sql);
    sql = xasprintf("UPDATE tickets SET run_id=(SELECT run_id FROM runtime_sessions WHERE ticket_id=%lld)WHERE id=%lld;"
                    "UPDATE runs SET ended_at=NULL;DELETE FROM effects",
                    (long long)id, (long long)id);
    if (draw(4))
        sqlite3_exec(db, sql, NULL, NULL, NULL);
    free(sql);
    half = draw(2);
    third = draw(3);
    sql = xasprintf("UPDATE ticket_messages SET ticket_id=%lld,status='pending'WHERE id%%3=%u;"
                    "UPDATE ticket_messages SET kind='note',purpose='person'WHERE id%%2=%u",
                    (long long)id, third, half);
    if (draw(2))
        sqlite3_exec(db, sql, NULL, NULL, NULL);
    free(sql);
    return id;
}

/* The board, otherwise than it was drawn. */
static void shake(struct board *board, struct err *err) {
    static const char *const sometimes[] = {"DELETE FROM settings WHERE key='paused'",
                                            "DELETE FROM settings WHERE key GLOB 'push_fails:*'",
                                            "DELETE FROM settings WHERE key GLOB 'breaker:*'",
                                            "DELETE FROM notices",
                                            "DELETE FROM ticket_needs",
                                            "DELETE FROM worktree_slots",
                                            "DELETE FROM runtime_sessions",
                                            "UPDATE tickets SET next_attempt_at=NULL",
                                            "UPDATE tickets SET next_attempt_at=1000000 WHERE id%2=0",
                                            "UPDATE tickets SET profile=NULL,workspace=NULL",
                                            "UPDATE tickets SET status='todo'WHERE id%2=0",
                                            "UPDATE tickets SET profile='a',workspace='v',status='todo'WHERE id%3>0",
                                            "UPDATE tickets SET status='cancelled'WHERE id%3=0",
                                            "UPDATE tickets SET status='in_review'WHERE id%4=1"};
    char *sql;

    for (size_t i = 0; i < sizeof sometimes / sizeof *sometimes; i++)
        if (draw(2))
            act_on(board->handle, sometimes[i]);
    for (unsigned i = draw(3); i > 0; i--) {
        const char *thing = draw(2) ? "endpoint" : "profile:a";

        breakers_put(board, thing,
                     &(struct breaker){.failures = 3, .openings = 1, .open_until = moment(), .class = "unreachable"},
                     err);
    }
    act_on(board->handle, "DELETE FROM ticket_counts");
    act_on(board->handle, "INSERT INTO ticket_counts(status,n)SELECT status,count(*)FROM tickets GROUP BY status");
    for (unsigned i = draw(16); i > 0; i--) {
        sql = xasprintf("INSERT OR REPLACE INTO settings(key,value)VALUES('push_fails:%u','refused %u')", 1 + draw(12),
                        i);
        sqlite3_exec(board->handle, sql, NULL, NULL, NULL);
        free(sql);
    }
}

typedef bool act_fn(struct desk *desk, struct desk_result *result, struct err *err);

/* As a command does it; with a request id twice, the second time the same or something else. */
static bool act(struct board *board, struct text *out, struct err *err, act_fn *how) {
    struct desk desk = {.site = site_of(board), .by = draw(2) ? "ada" : "operator", .agent = !draw(4), .now = NOW};
    bool again = draw(2), same = draw(2), older = draw(2), ok = true;
    uint64_t before;

    ended = out;
    if (again) {
        desk.request = "r:MC-1";
        desk.request_id = "r";
        desk.group = draw(2) ? "approve MC-1 MC-2" : NULL;
    }
    for (int i = 0; ok && i <= again; i++) {
        struct desk_result result = {0};

        before = chance;
        ok = how(&desk, &result, err);
        if (ok)
            tell_result(out, &desk, &result);
        desk_result_release(&result);
        if (older) /* which did not say what for */
            act_on(board->handle, "UPDATE requests SET act=NULL");
        if (same)
            chance = before;
    }
    return ok;
}

#define ACT(name)                                                                                                      \
    static bool name##_act(struct desk *desk, struct desk_result *result, struct err *err);                            \
    VERB(name) {                                                                                                       \
        return act(board, out, err, name##_act);                                                                       \
    }                                                                                                                  \
    static bool name##_act(struct desk *desk, struct desk_result *result, struct err *err)

ACT(add) {
    const int64_t after[] = {ticket_id(), ticket_id()};
    const struct ticket_new ticket = {.title = "new",
                                      .body = some("body"),
                                      .profile = some("profile"),
                                      .workspace = some("workspace"),
                                      .labels = some("labels"),
                                      .dedupe_key = some("dedupe_key"),
                                      .priority = (enum priority)draw(PRIORITY_COUNT),
                                      .status = draw(2) ? TICKET_TODO : TICKET_INBOX,
                                      .after = after,
                                      .after_count = draw(3)};

    return desk_add(desk, &ticket, result, err);
}

ACT(move) {
    struct desk_order order = {.move = (enum move)draw(MOVE_COUNT), .ticket = staged(desk->site->board)};

    for (int i = 0; i < 4 && move_judge(order.move, stage) == MOVE_REFUSED; i++)
        order.move = (enum move)draw(MOVE_COUNT);
    if (order.move == MOVE_REJECT || order.move == MOVE_ANSWER || (order.move == MOVE_BLOCK && draw(2)))
        order.text = draw(2) ? "Yes." : "No.";
    return desk_move(desk, &order, result, err);
}

ACT(say) {
    const struct desk_telling telling = {
        .ticket = staged(desk->site->board), .text = draw(2) ? "Now." : "Later.", .turn = draw(2), .alone = draw(2)};

    return desk_tell(desk, &telling, result, err);
}

ACT(edit) {
    const int64_t after[] = {ticket_id(), ticket_id()}, no_after[] = {ticket_id(), ticket_id()};
    struct desk_edit edit = {.ticket = staged(desk->site->board),
                             .title = some("title"),
                             .body = draw(2) ? some("body") : NULL,
                             .profile = draw(2)   ? some("profile")
                                        : draw(2) ? ""
                                                  : NULL,
                             .workspace = draw(2) ? some("workspace") : NULL,
                             .priority = (int)draw(PRIORITY_COUNT + 1) - 1,
                             .after = after,
                             .after_count = draw(3),
                             .no_after = no_after,
                             .no_after_count = draw(3),
                             .title_before = draw(4) ? NULL : some("title"),
                             .body_before = draw(4) ? NULL : some("body")};
    bool ok;

    if (draw(2))
        argv_add(&edit.labels, "l");
    if (draw(2))
        argv_add(&edit.no_labels, "m");
    ok = desk_edit(desk, &edit, result, err);
    argv_release(&edit.labels);
    argv_release(&edit.no_labels);
    return ok;
}

/* One and the same id for another act. */
ACT(mixed) {
    const struct ticket_new ticket = {.title = "new", .status = TICKET_TODO};
    sqlite3_stmt *query = NULL;
    int64_t last = 0;

    sqlite3_prepare_v2(desk->site->board->handle, "SELECT max(id)FROM tickets", -1, &query, NULL);
    if (sqlite3_step(query) == SQLITE_ROW)
        last = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    if (draw(2))
        return desk_add(desk, &ticket, result, err);
    if (draw(3))
        return desk_retry(desk, last, result, err);
    return draw(2) ? desk_move(desk, &(struct desk_order){.move = MOVE_BLOCK, .ticket = last}, result, err)
                   : desk_resume(desk, result, err);
}

/* Tickets that wait for each other in a row, of which the first is to wait for the last. */
ACT(circle) {
    const int64_t last = 100 + 17 + draw(6);
    const struct desk_edit edit = {.ticket = 100, .priority = -1, .after = &last, .after_count = 1};
    char *sql;

    for (int64_t id = 100; id <= last; id++) {
        sql = xasprintf("INSERT INTO tickets(id,title,status,priority,created_at,queued_at,updated_at)"
                        "VALUES(%lld,'t','todo','low',1,1,1);"
                        "INSERT INTO ticket_needs(ticket_id,needs_id)SELECT %lld,%lld WHERE %lld>100",
                        (long long)id, (long long)id, (long long)id - 1, (long long)id);
        sqlite3_exec(desk->site->board->handle, sql, NULL, NULL, NULL);
        free(sql);
    }
    return desk_edit(desk, &edit, result, err);
}

ACT(pause) {
    if (draw(2))
        act_on(desk->site->board->handle, "DELETE FROM settings WHERE key='paused'");
    return desk_pause(desk, draw(2) ? "lunch" : NULL, result, err);
}

ACT(resume) {
    return desk_resume(desk, result, err);
}

/* What it paused stands as its reader reads it. */
ACT(pause_resume) {
    bool ok = desk_pause(desk, draw(2) ? "lunch" : NULL, result, err);

    desk_result_release(result);
    return ok && desk_resume(desk, result, err);
}

ACT(close_breaker) {
    return desk_breaker_close(desk, draw(3) ? things[draw(THINGS)] : NULL, result, err);
}

ACT(retry) {
    return desk_retry(desk, staged(desk->site->board), result, err);
}

ACT(word) {
    const struct desk_word word = {.ticket = staged(desk->site->board),
                                   .run_id = any_of("run_id"),
                                   .nonce = some("nonce"),
                                   .word = (enum signal_word)draw(3),
                                   .payload = "so"};

    return desk_signal(desk, &word, result, err);
}

/* What is done outside the board, by its id. */
ACT(outside) {
    const char *const slots[] = {draw(2) ? "s1" : "s2", NULL};
    const struct request_for what = {"pool release", 0, slots};

    result->say = xstrdup(slots[0]);
    return desk_request_ask(desk, &what, err) && desk_request_note(desk, &what, err) &&
           desk_request_ask(desk, &what, err);
}

/* Lines that wait for each other, for tickets and for what is nowhere. */
static void draw_lines(struct text *lines) {
    static const char *const rest[] = {"", ",\"priority\":\"high\"", ",\"profile\":\"a\"", ",\"workspace\":\"v\"",
                                       ",\"body\":\"b\",\"labels\":[\"l\"]"};
    static const char *const keys[] = {"k1", "k2", "k3", "d1", "d2", "d3", "d4", "d5", "d6", "MC-1", "MC-7", "MC-10"};

    for (unsigned i = draw(5); i > 0; i--) {
        text_addf(lines, "{\"title\":\"t%u\"", draw(3));
        if (draw(4))
            text_addf(lines, ",\"dedupe_key\":\"%s\"", keys[draw(9)]);
        if (draw(2)) {
            const char *first = keys[draw(12)];

            text_addf(lines, ",\"after\":[\"%s\",\"%s\"]", keys[draw(12)], first);
        }
        text_addf(lines, "%s}\n", rest[draw(5)]);
    }
    if (!draw(12))
        text_add(lines, "{\"title\":3}\n");
}

static bool import(struct desk *desk, struct import *import, struct desk_result *result, struct err *err) {
    static const char *const wait[] = {"", " waits"};
    struct text said = {0};
    bool ok = desk_import(desk, import, err);

    text_addf(&said, "%zu %zu %zu again %d", import->count, import->added, import->there, import->again);
    for (size_t i = 0; ok && i < import->count; i++) {
        const struct import_row *row = &import->rows[i];

        text_addf(&said, "; %zu MC-%lld %d %d %d%s", row->line, (long long)row->ticket, row->known, row->added,
                  row->archived, wait[row->waits]);
    }
    result->say = text_take(&said);
    return ok;
}

ACT(import) {
    char path[] = "/tmp/mc-lines-XXXXXX";
    static struct infile in;
    struct import lines = {
        .in = &in, .dry_run = draw(4) == 0, .fill = {.priority = PRIORITY_LOW, .status = TICKET_TODO}};
    struct text bytes = {0};
    int file = mkstemp(path);
    bool ok;

    draw_lines(&bytes);
    ok = write(file, text_str(&bytes), bytes.len) == (ssize_t)bytes.len && infile_take(path, err);
    close(file);
    unlink(path);
    infile_begin(&in, "lines");
    ok = ok && import(desk, &lines, result, err);
    import_release(&lines);
    text_release(&bytes);
    return ok;
}

static bool read_ticket(struct board *board, struct ticket *ticket, struct err *err) {
    return tickets_get(board, staged(board), ticket, err);
}

VERB(news) {
    const struct site *site = site_of(board);
    struct backdrop backdrop = {0};
    struct beside beside;
    struct ticket ticket = {0};
    int64_t before = 77;
    const struct next_sight sight = {draw(2), draw(2), draw(2), .before = draw(3)};
    bool ok = read_ticket(board, &ticket, err) && backdrop_read(site, &backdrop, err);

    if (ok && beside_read(site, &ticket, &beside, err) && news_before(&backdrop, ticket.id, &before, err)) {
        char *said[] = {news_stuck(&backdrop, &ticket, &beside), news_waits(&backdrop, &ticket, &beside),
                        news_words(&backdrop, &ticket, &beside), news_next(&backdrop, &ticket, &beside, &sight)};
        const struct slot *slot = news_slot(&backdrop, ticket.id);

        tell(out, before);
        tell_word(out, slot ? slot->name : NULL);
        for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
            tell_word(out, said[i]);
            free(said[i]);
        }
    }
    backdrop_release(&backdrop);
    ticket_release(&ticket);
    return ok;
}

VERB(health) {
    struct site *site = site_of(board);
    struct health health = {0};
    bool ok = health_look(site, &health, err);
    const struct health_facts *facts = &health.facts;
    const char *words[] = {facts->breakers, facts->slots,        facts->hosts,        facts->stuck,  facts->unpushed,
                           facts->paused,   facts->unpushed_why, facts->notify_fault, health.server, facts->unwritable};
    const int64_t numbers[] = {
        facts->now,       facts->last_pickup, facts->cron_interval_s, facts->wait_warn_s, facts->untold_since,
        facts->disk_free, facts->wal,         health.untold,          health.agents.live, health.agents.running,
        health.heard};

    TELL_EACH(tell_word, words);
    TELL_EACH(tell, numbers);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        tell(out, facts->tickets[i].count);
        tell(out, facts->tickets[i].since);
        tell(out, facts->tickets[i].more);
        tell_word(out, facts->tickets[i].keys);
    }
    health_release(&health);
    return ok;
}

VERB(page) {
    static const int64_t limits[] = {0, 1, 5, 1000};
    struct site *site = site_of(board);
    struct text page = {0};
    bool ok = page_compose(site, limits[draw(4)], &page, err);

    if (ok) { /* without the program's version */
        *strstr(page.data, "<footer>") = '\0';
        text_add(out, strstr(page.data, "<title>"));
    }
    tmux_release(&site->tmux);
    text_release(&page);
    return ok;
}

VERB(retire) {
    struct site *site = site_of(board);
    struct slot_list slots = {0};
    bool ok = slots_list(board, draw(2) ? "h1" : "h2", &slots, err);

    for (size_t i = 0; ok && i < slots.count; i++) {
        struct retired retired = {0};

        ok = retire_slot(site, &slots.items[i], &retired, err);
        tell(out, retired.yes);
        tell_word(out, text_str(&retired.line));
        text_release(&retired.line);
    }
    slot_list_release(&slots);
    return ok;
}

VERB(pane_log) {
    const struct site *site = site_of(board);
    const struct pane_log_want want = {.ticket = staged(board),
                                       .key = "KEY",
                                       .run = draw(2)   ? NULL
                                              : draw(2) ? any_of("run_id")
                                              : draw(2) ? "1"
                                                        : "2"};
    struct pane_log log;
    bool over = false, ok = pane_log_find(&log, site, &want, err);

    tell_word(out, log.path);
    tell_word(out, log.run_id);
    if (log.run_id && !err->text && pane_log_is_over(&log, site, &over, err))
        tell(out, over);
    pane_log_release(&log);
    return ok;
}

VERB(changes) {
    struct site *site = site_of(board);
    struct run_list runs = {0};
    struct changes changes = {0};
    int64_t id = staged(board);
    bool ok = runs_of_ticket(board, id, &runs, err) && changes_find(site, &runs, &changes, err) &&
              changes_fetch(&changes, 1000, err);

    if (ok && changes.run)
        changes_look(&changes, 1000);
    tell_word(out, changes.run ? changes.run->run_id : NULL);
    tell_word(out, changes.workspace ? changes.workspace->name : NULL);
    tell_word(out, changes.why);
    for (size_t i = 0; i < changes.slots.count; i++)
        tell_slot(out, &changes.slots.items[i]);
    changes_release(&changes);
    run_list_release(&runs);
    return ok;
}

static bool look(struct board *board, struct text *out, void (*how)(struct doctor *doctor)) {
    static char config[] = "/none/config", path[] = "/none", path_words[] = "its PATH", program[] = "mc-ticket",
                *notify[] = {path, NULL};
    struct doctor_report report = {0};
    struct doctor doctor = {.report = &report,
                            .site = *site_of(board),
                            .config = config,
                            .shell_path = path,
                            .path = path,
                            .path_words = path_words,
                            .options = config,
                            .cron_line = config,
                            .ticket = program,
                            .pickup = program,
                            .now = NOW};

    doctor.config_wrong = !draw(3);
    doctor.site.config.notify = (struct argv){.items = notify, .count = draw(2)};
    how(&doctor);
    for (size_t i = 0; i < report.count; i++)
        text_addf(out, " %s %s [%s]", doctor_state_name(report.items[i].state), text_str(&report.items[i].words),
                  text_str(&report.items[i].mend));
    doctor_report_release(&report);
    return true;
}

VERB(doctor_rows) {
    (void)err;
    return look(board, out, doctor_rows);
}

VERB(doctor_agents) {
    (void)err;
    return look(board, out, doctor_agents);
}

VERB(doctor_notify) {
    (void)err;
    return look(board, out, doctor_notify);
}

static const struct verb acts[] = {
    NAMED(add),          NAMED(move),          NAMED(say),   NAMED(edit),  NAMED(pause),   NAMED(resume),
    NAMED(pause_resume), NAMED(close_breaker), NAMED(retry), NAMED(word),  NAMED(outside), NAMED(retire),
    NAMED(circle),       NAMED(import),        NAMED(mixed), {NULL, NULL},
};

/* These change nothing: nobody looks whether they did. */
static const struct verb looks[] = {
    NAMED(news),        NAMED(health),        NAMED(page),          NAMED(pane_log), NAMED(changes),
    NAMED(doctor_rows), NAMED(doctor_agents), NAMED(doctor_notify), {NULL, NULL},
};

static const struct verb *verb_named(const struct verb *verbs, const char *name) {
    while (verbs->name && strcmp(verbs->name, name) != 0)
        verbs++;
    return verbs->name ? verbs : NULL;
}

static void look_turn(struct board *board, verb_fn *call, struct text *said) {
    struct err err = {0};

    act_on(board->handle, "SAVEPOINT one");
    shake(board, &err);
    if (!call(board, said, &err))
        text_addf(said, " failed %d %s", (int)err.code, sample_word(err.text));
    err_release(&err);
    act_on(board->handle, "ROLLBACK TO one");
    act_on(board->handle, "RELEASE one");
}

static void sample(const char *bytes, size_t n, struct text *out) {
    const struct verb *verb;
    struct asked asked;
    struct board *board;
    uint32_t sum = 7;

    if (!asked_read(&asked, bytes, n))
        return;
    board = store_of(asked.seed);
    draw_by(asked.seed);
    if ((verb = verb_named(acts, asked.name)))
        store_turns(board, verb->call, out);
    if (!(verb = verb_named(looks, asked.name)))
        return;
    for (int turn = 0; turn < LOOKS; turn++) {
        struct text said = {0};

        look_turn(board, verb->call, &said);
        if (turn < TURNS)
            tell_line(out, turn, &said);
        else
            sum = mix(sum, text_str(&said));
        text_release(&said);
    }
    text_addf(out, "~ %08x\n", sum);
}

int main(int argc, char **argv) {
    setenv("TZ", "UTC0", 1);
    setenv("PATH", "/none", 1);
    setenv("HOME", "/none", 1);
    unsetenv("MC_DB");
    unsetenv("MC_PICKUP_CONFIG");
    return drawn_samples(argc, argv, "desk", sample);
}
