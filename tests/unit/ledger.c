/* Rows go out of a board as lines and come into another as they were, or not at all. */
#include "store_fixture.h"

#include "base/text.h"
#include "rules/words.h"
#include "run/ledger.h"
#include "store/records.h"
#include "store/sql.h"

/* Each with something in every column. */
static const char lively[] =
    "INSERT INTO tickets(id,title,body,status,priority,profile,workspace,labels,dedupe_key,run_id,worker_pid,"
    "worker_start,worker_boot,worker_ns,worker_host,attempts,next_attempt_at,world_failures,failure_reason,created_at,"
    "queued_at,updated_at,turns,worked_ms,result)VALUES(1,'one \"q\" \\ \xF0\x9F\x98\x80','line "
    "1\nline\t2\r\n\x01','done',"
    "'high','demo','web','a,b','K-1','" RUN_A
    "',12,9007199254740993,'boot',4026531836,'here',2,5000,1,'why',10,20,30,3,"
    "4000,'all "
    "well'),(2,'t','','cancelled','low',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,0,NULL,11,11,"
    "11,0,0,NULL),(999999999999999,'last',NULL,'in_progress','medium',NULL,NULL,NULL,NULL,'" RUN_B "',NULL,NULL,NULL,"
    "NULL,'here',0,NULL,0,NULL,12,12,12,0,0,NULL);"
    "INSERT INTO ticket_needs VALUES(1,2),(1,999999999999999),(999999999999999,2);"
    "INSERT INTO runs(run_id,ticket_id,attempt,host,pickup_pid,pickup_start,pickup_boot,pickup_ns,started_at,ended_at,"
    "outcome,class,detail,workspace,branch,base,base_commit,preserved,owes,waited_ms)VALUES('" RUN_A "',1,1,'here',1,2,"
    "'boot',3,40,50,'delivered','accepted','d','web','mc/MC-1','main','abc','def',1,77),('" RUN_B
    "',999999999999999,1,'here',1,2,'boot',3,40,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);"
    "INSERT INTO effects VALUES(1,'" RUN_A "','spawn','done','d',41),(2,'" RUN_B "','send','intent',NULL,42);"
    "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,pane_id,pid,pid_start,boot_id,"
    "profile,cwd,pane_log_path,turn_nonce,last_turn_marker,harvest_offset,failure_reason,spawned_at,turn_started_at,"
    "last_output_at,closed_at,turn_count,pid_ns,tick_boot,spawned_tick,turn_started_tick,stall_tick,idle_tick,quiet)"
    "VALUES('ticket:1:session',1,'" RUN_A "','here','closed','mc-MC-1','%1',5,6,'boot','demo','/w','/s/run/" RUN_A
    "/pane.log','n','m',7,'f',43,"
    "44,45,46,8,9,'tick',10,11,12,13,14);"
    "INSERT INTO "
    "ticket_messages(id,ticket_id,author,kind,status,nonce,run_id,attempts,next_attempt_at,error,created_at,"
    "sent_at,purpose,aside,alone,body)VALUES(3,1,'anna','note','sent','n','" RUN_A
    "',1,60,'e',61,62,'nudge',1,1,'say'),"
    "(4,2,NULL,'note','pending',NULL,NULL,0,NULL,NULL,63,NULL,'person',0,0,'');"
    "INSERT INTO ticket_activity(id,ticket_id,run_id,author,kind,body,created_at)VALUES(1,1,'" RUN_A
    "','anna','note','text',70),(2,2,NULL,NULL,'created',NULL,71),"
    "(3,1,NULL,'x','note','later',72);"
    "INSERT INTO notices VALUES(5,'blocked',1,'" RUN_A "',80,'{}'),(6,'breaker',NULL,NULL,81,'{}');"
    "INSERT INTO settings VALUES('paused','lunch'),('base:web','main'),('breaker:profile:demo','{}'),('said:profile:x',"
    "'1'),('mass_death','m'),('unpushed:" RUN_A "','web');"
    "INSERT INTO worktree_slots VALUES('here','pool-1','default',1,'/p','claimed',1,'" RUN_A "','b',90,'n','h');"
    "INSERT INTO requests(id,act,answer,created_at)VALUES('r','add','{}',95);"
    "INSERT INTO archived_keys VALUES('old',7);";

static bool gather(void *to, const struct text *line, struct err *err) {
    (void)err;
    text_add(to, text_str(line));
    return true;
}

/* All of a board; the head alone is left out where another board's place stands in it. */
static void export_all(struct fixture *f, struct text *out) {
    static const enum ledger_kind order[] = {LEDGER_HEAD,   LEDGER_TICKET,  LEDGER_SLOT,    LEDGER_SETTING,
                                             LEDGER_NOTICE, LEDGER_REQUEST, LEDGER_ARCHIVED};
    text_clear(out);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        must(ledger_write_all(f->board, order[i], &(struct ledger_sink){gather, out}, &f->err));
}

static bool restore_line(struct fixture *f, const char *bytes, size_t n, struct ledger_owed *owed) {
    struct ledger *line = ledger_read(bytes, n, &f->err);
    bool ok = line && ledger_restore(f->board, line, owed, &f->err);
    ledger_free(line);
    return ok;
}

/* Each line, in one transaction. */
static bool restore_as(struct fixture *f, const char *lines, bool together) {
    struct ledger_owed owed = {.together = together};
    struct ledger_need missing = {0};
    bool ok = board_begin(f->board, &f->err);
    for (size_t n; ok && *lines; lines += n + (lines[n] == '\n')) {
        n = strcspn(lines, "\n");
        ok = restore_line(f, lines, n, &owed);
    }
    ok = ok && ledger_settle(f->board, &owed, &missing, &f->err);
    ledger_owed_release(&owed);
    if (ok && missing.ticket == 0)
        return board_commit(f->board, &f->err);
    if (together && board_refused(f->board))
        f->err.code = MC_DATAERR;
    board_rollback(f->board);
    return ok && err_set(&f->err, MC_DATAERR, "needs %lld", (long long)missing.needs);
}

static bool restore(struct fixture *f, const char *lines) {
    return restore_as(f, lines, false);
}

static void is_lively(struct fixture *other) {
    fixture_is(other, "SELECT group_concat(id||''||waits,' ')FROM(SELECT id,waits FROM tickets ORDER BY id)s",
               "11 20 9999999999999991");
    fixture_is(other, "SELECT worker_start FROM tickets WHERE id=1", "9007199254740993");
    fixture_is(other, "SELECT group_concat(status||n,' ')FROM ticket_counts WHERE n>0",
               "cancelled1 done1 in_progress1");
    fixture_is(other, "SELECT hex(body)FROM tickets WHERE id=1", "6C696E6520310A6C696E6509320D0A01");
    fixture_is(other, "SELECT count(*)FROM settings WHERE key IN('said:profile:x','mass_death')", "0");
    fixture_is_whole(other);
}

static void test_round_trip(void **state) {
    struct fixture *f = *state, *other;
    struct text before = {0}, after = {0};
    fixture_sql(f, lively);
    export_all(f, &before);
    for (int together = 0; together < 2; together++) {
        assert_int_equal(fixture_board((void **)&other), 0);
        fixture_sql(other, "INSERT INTO settings VALUES('base:before','x')");
        if (!restore_as(other, text_str(&before), together))
            fail_msg("%s", other->err.text);
        export_all(other, &after);
        assert_string_equal(text_str(&before), text_str(&after));
        is_lively(other);
        fixture_end((void **)&other);
    }
    text_release(&before);
    text_release(&after);
}

/* The word for a run whose host was given up is none of an embedded board's: the line of one is taken all the same. */
static void test_a_lost_host_is_an_abandoned_run(void **state) {
    struct fixture *f = *state, *other;
    struct text lines = {0};
    char *word;
    fixture_sql(f, lively);
    export_all(f, &lines);
    word = strstr(lines.data, "\"delivered\"");
    assert_non_null(word);
    memcpy(word, "\"host_lost\"", strlen("\"host_lost\""));
    assert_int_equal(fixture_board((void **)&other), 0);
    if (!restore(other, text_str(&lines)))
        fail_msg("%s", other->err.text);
    fixture_is(other, "SELECT outcome||ended_at FROM runs WHERE ticket_id=1",
               server_given() ? "host_lost50" : "abandoned50");
    text_release(&lines);
    fixture_end((void **)&other);
}

/* A column that is added and not thought of here would be lost. */
static void test_no_column_is_left_out(void **state) {
    only_of_files("the columns are asked of SQLite");
    struct fixture *f = *state;
    static const struct {
        const char *table, *without;
        enum sql each;
    } rows[] = {
        {"tickets", "'waits','urgency'", SQL_RECORD_TICKET},
        {"runs", "''", SQL_RECORD_RUNS},
        {"effects", "''", SQL_RECORD_EFFECTS},
        {"runtime_sessions", "''", SQL_RECORD_RUNTIME},
        {"ticket_messages", "''", SQL_RECORD_MESSAGES},
        {"ticket_activity", "''", SQL_RECORD_STORY},
        {"notices", "''", SQL_RECORD_NOTICES},
        {"settings", "''", SQL_RECORD_SETTINGS},
        {"worktree_slots", "''", SQL_RECORD_SLOTS},
        {"requests", "''", SQL_RECORD_REQUESTS},
        {"archived_keys", "''", SQL_RECORD_ARCHIVED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *sql =
            xasprintf("SELECT COALESCE(group_concat(name),'')FROM pragma_table_xinfo('%s')WHERE name NOT IN(%s) "
                      "AND instr(',%s,',','||name||',')=0",
                      rows[i].table, rows[i].without, sql_wires[rows[i].each].columns);
        fixture_is(f, sql, "");
        free(sql);
    }
    /* and no table */
    fixture_is(f,
               "SELECT group_concat(name)FROM(SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE "
               "'sqlite_%' ORDER BY name)",
               "archived_keys,effects,notices,requests,runs,runtime_sessions,settings,ticket_activity,ticket_counts,"
               "ticket_lost,ticket_messages,ticket_needs,tickets,worktree_slots");
}

static void test_one_line(void **state) {
    struct fixture *f = *state;
    only_of_files("a server keeps no text that is not UTF-8");
    struct text line = {0};
    fixture_sql(f,
                "INSERT INTO tickets(id,title,body,status,created_at,updated_at)VALUES(7,'t',CAST(x'61ff62' AS TEXT),"
                "'done',1,2)");
    must(ledger_write(f->board, 7, &line, &f->err));
    assert_string_equal(text_str(&line),
                        "{\"ticket\":{\"id\":7,\"title\":\"t\",\"body\":{\"hex\":\"61ff62\"},\"status\":\"done\","
                        "\"priority\":\"medium\",\"attempts\":0,\"world_failures\":0,\"created_at\":1,\"queued_at\":0,"
                        "\"updated_at\":2,\"turns\":0,\"worked_ms\":0}}");
    fixture_sql(f, "DELETE FROM tickets");
    must(restore(f, text_str(&line)));
    fixture_is(f, "SELECT hex(body)FROM tickets WHERE id=7", "61FF62");
    must_fail(ledger_write(f->board, 8, &line, &f->err), MC_NOINPUT);
    text_release(&line);
}

#define TICKET(id, rest)                                                                                               \
    "{\"ticket\":{\"id\":" id ",\"title\":\"t\",\"status\":\"done\",\"priority\":\"low\","                             \
    "\"attempts\":0,\"world_failures\":0,\"created_at\":1,\"queued_at\":1,\"updated_at\":1,"                           \
    "\"turns\":0,\"worked_ms\":0}" rest "}\n"
/* Which only a look at what was written finds. */
#define UNREAD(id) TICKET(id ",\"worker_boot\":\"0123456789012345678901234567890123456789\"", "")
#define RUN(id) "{\"run_id\":\"" id "\",\"attempt\":1,\"host\":\"h\",\"started_at\":1,\"owes\":0}"

#define RUNTIME                                                                                                        \
    "\"session_key\":\"ticket:1:session\",\"run_id\":\"" RUN_A                                                         \
    "\",\"host\":\"h\",\"status\":\"closed\",\"spawned_at\":1,\"turn_count\":0,\"harvest_offset\":0,\"quiet\":0"

static void test_what_is_refused(void **state) {
    struct fixture *f = *state;
    static const char *const rows[] = {
        "\n",
        "[]\n",
        "1\n",
        "{}\n",
        "{\"ticket\":1}\n",
        "{\"ticket\":{}}\n",
        "{\"x\":1}\n",
        "{\"needs\":[1]}\n",
        "{\"ticket\":{\"id\":1},\"slot\":{}}\n",
        "{\"mc_export\":1}\n",
        "{\"board\":\"x\"}\n",
        "{\"mc_export\":3,\"schema\":5,\"board\":\"0123456789abcdef\"}\n",
        "{\"mc_export\":0,\"schema\":5,\"board\":\"0123456789abcdef\"}\n",
        "{\"mc_export\":1,\"schema\":99,\"board\":\"0123456789abcdef\"}\n",
        "{\"mc_export\":1,\"schema\":5,\"board\":\"0123456789abcdeX\"}\n",
        "{\"mc_export\":1,\"schema\":5,\"board\":\"0123456789abcdef0\"}\n",
        "{\"mc_export_end\":\"1\"}\n",
        "{\"mc_export_end\":1.5}\n",
        "{\"mc_export_end\":1,\"slot\":{}}\n",
        "{\"mc_export_end\":1,\"board\":\"0123456789abcdef\"}\n",
        TICKET("0", ""),
        TICKET("-1", ""),
        TICKET("1000000000000000", ""),
        TICKET("99999999999999999", ""),
        TICKET("1.5", ""),
        TICKET("\"1\"", ""),
        TICKET("1,\"id\":1", ""),
        TICKET("1,\"waits\":1", ""),
        TICKET("1,\"profile\":1.5", ""),
        TICKET("1,\"profile\":[]", ""),
        TICKET("1,\"profile\":{\"hex\":\"6\"}", ""),
        TICKET("1,\"profile\":{\"hex\":\"00\"}", ""),
        TICKET("1,\"profile\":{\"hex\":\"6G\"}", ""),
        TICKET("1,\"profile\":true", ""),
        TICKET("1,\"run_id\":\"short\"", ""),
        TICKET("1,\"run_id\":5", ""),
        TICKET("1,\"worker_pid\":\"x\"", ""),
        UNREAD("1"),
        TICKET("1", ",\"needs\":[1]"),
        TICKET("1", ",\"needs\":[\"2\"]"),
        TICKET("1", ",\"needs\":[2]"),
        TICKET("1", ",\"runs\":{}"),
        TICKET("1", ",\"runs\":[1]"),
        TICKET("1", ",\"runs\":[" RUN("x") "]"),
        TICKET("1", ",\"runs\":[" RUN(RUN_A) "," RUN(RUN_A) "]"),
        TICKET("1", ",\"runs\":[" RUN(RUN_A) "],\"runs\":[]"),
        TICKET("1", ",\"effects\":[{\"id\":1,\"run_id\":\"" RUN_A "\",\"kind\":\"send\",\"state\":\"done\",\"at\":1}]"),
        TICKET("1", ",\"activity\":[{\"id\":1,\"kind\":\"x\",\"created_at\":1,\"ticket_id\":2}]"),
        TICKET("1", ",\"activity\":[{\"id\":1000000000000000,\"kind\":\"x\",\"created_at\":1}]"),
        TICKET("1", ",\"activity\":[{\"id\":0,\"kind\":\"x\",\"created_at\":1}]"),
        TICKET("1", ",\"runs\":[" RUN(RUN_A) "],\"runtime\":{" RUNTIME ",\"pane_log_path\":\"/etc/shadow\"}"),
        TICKET("1", ",\"runs\":[" RUN(RUN_A) "],\"runtime\":{" RUNTIME ",\"pane_log_path\":\"/" RUN_B "/pane.log\"}"),
        TICKET("1", "") TICKET("1", ""),
        UNREAD("1") TICKET("2", ""),
        TICKET("1", "") UNREAD("2") TICKET("3", ""),
        TICKET("3", "") UNREAD("1"),
        "{\"setting\":{\"key\":\"place\",\"value\":\"x\"}}\n",
        "{\"setting\":{\"key\":\"board\",\"value\":\"x\"}}\n",
        "{\"notice\":{\"id\":1,\"event\":\"e\",\"ticket_id\":1,\"created_at\":1,\"body\":\"\"}}\n",
        "{\"request\":{\"id\":\"r\"}}\n",
        "{\"slot\":{\"slot\":\"x\"}}\n",
        "{\"slot\":{\"host\":\"h\",\"slot\":\"s\",\"workspace\":\"w\",\"number\":1,\"path\":\"/"
        "\",\"state\":\"claimed\","
        "\"ticket_id\":5}}\n",
        "{\"runs\":[]}\n",
    };
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        if (restore_as(f, rows[i / 2], i % 2))
            fail_msg("was taken: %s", rows[i / 2]);
        if (f->err.code != MC_DATAERR)
            fail_msg("%s: exit %d: %s", rows[i / 2], (int)f->err.code, f->err.text);
        err_release(&f->err);
        fixture_is(
            f,
            "SELECT (SELECT count(*)FROM tickets)+(SELECT count(*)FROM settings WHERE key<>'board' AND key<>'place')",
            "0");
    }
    must(restore(f,
                 TICKET("1", ",\"runs\":[" RUN(RUN_A) "],\"runtime\":{" RUNTIME ",\"pane_log_path\":\"/s/" RUN_A
                                                      "/pane.log\"}") TICKET("2", ",\"needs\":[1,3]") TICKET("3", "")));
    fixture_is(f, "SELECT count(*)FROM ticket_needs", "2");
    must_fail(restore(f, TICKET("4", ",\"effects\":[{\"id\":1,\"run_id\":\"" RUN_A
                                     "\",\"kind\":\"send\",\"state\":\"done\",\"at\":1}]")),
              MC_DATAERR);
}

static void test_what_is_wrong_is_said(void **state) {
    struct fixture *f = *state;
    static const char *const rows[][2] = {
        {TICKET("0", ""), "its ticket has no number from 1 to 999999999999999 as \"id\""},
        {TICKET("1", ",\"activity\":[{\"id\":0,\"kind\":\"x\",\"created_at\":1}]"),
         "\"activity\": \"id\" is not from 1 to 999999999999999"},
        {TICKET("1,\"turns\":1000000000000000000", ""),
         "\"ticket\": \"turns\" is longer than anything that is written there"},
        {TICKET("1,\"created_at\":-1000000000000000000", ""),
         "\"ticket\": \"created_at\" is longer than anything that is written there"},
        {UNREAD("1"), "\"ticket\": \"worker_boot\" is longer than anything that is written there"},
        {TICKET("1", ",\"runs\":[" RUN(RUN_A) "],\"runtime\":{" RUNTIME
                                              ",\"tick_boot\":\"0123456789012345678901234567890123456789\"}"),
         "\"runtime\": \"tick_boot\" is longer than anything that is written there"},
        {TICKET("1,\"run_id\":\"short\"", ""), "\"ticket\": \"run_id\" is none"},
        {TICKET("1,\"profile\":1.5", ""),
         "\"ticket\": \"profile\" is neither text nor a whole number nor null, or is one too many"},
        {TICKET("1", ",\"runs\":{}"), "\"runs\": it is no list"},
        {TICKET("1", ",\"runs\":[1]"), "\"runs\": it is no object"},
        {TICKET("1", ",\"runs\":[" RUN("x") "]"), "\"runs\": \"run_id\" is none"},
        {TICKET("1", ",\"runs\":[" RUN(RUN_A) "],\"runtime\":{" RUNTIME ",\"pane_log_path\":\"/etc/shadow\"}"),
         "\"runtime\": \"pane_log_path\" is no log of its run"},
        {"{\"mc_export\":1,\"schema\":5,\"board\":\"0123456789abcdeX\"}\n", "\"board\": it is no board's name"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_false(restore(f, rows[i][0]));
        assert_string_equal(f->err.text, rows[i][1]);
        err_release(&f->err);
    }
}

static void test_drop(void **state) {
    struct fixture *f = *state;
    struct text before = {0}, after = {0}, line = {0};
    fixture_sql(f, lively);
    export_all(f, &before);
    must_fail(records_drop(f->board, 1, &f->err), MC_DATAERR); /* a slot is its */
    fixture_sql(f, "DELETE FROM worktree_slots");
    export_all(f, &before);
    must(ledger_write(f->board, 1, &line, &f->err));
    must(records_drop(f->board, 1, &f->err));
    fixture_is(
        f,
        "SELECT (SELECT count(*)FROM ticket_activity)||''||(SELECT count(*)FROM runs)||(SELECT count(*)FROM notices)",
        "111");
    fixture_is(f, "SELECT count(*)FROM settings WHERE key='archiving'", "0");
    fixture_sql(f, "INSERT INTO archived_keys VALUES('K-1',1)");
    must(restore(f, text_str(&line)));
    fixture_is(f, "SELECT group_concat(dedupe_key)FROM archived_keys", "old");
    export_all(f, &after);
    assert_string_equal(text_str(&before), text_str(&after));
    must_fail(records_drop(f->board, 2, &f->err), MC_DATAERR); /* 1 needs it */
    text_release(&before);
    text_release(&after);
    text_release(&line);
}

/* Others wait for it: what it costs does not grow with the board. */
static void test_drop_reads_no_other_rows(void **state) {
    struct fixture *f = *state;
    only_of_files("an SQLite statement counts its steps");
    fixture_sql(
        f, "WITH RECURSIVE n(i)AS(VALUES(1)UNION ALL SELECT i+1 FROM n WHERE i<2000)INSERT INTO tickets(title,status,"
           "created_at,updated_at)SELECT 't','done',1,1 FROM n;"
           "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)SELECT printf('%032x',id),id,1,'h',1 FROM "
           "tickets;"
           "INSERT INTO effects(run_id,kind,state,at)SELECT run_id,'spawn','done',1 FROM runs;"
           "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)SELECT 'ticket:'||"
           "ticket_id||':session',ticket_id,run_id,'h','closed',1 FROM runs;"
           "INSERT INTO ticket_messages(ticket_id,run_id,status,created_at)SELECT ticket_id,run_id,'sent',1 FROM "
           "runs;"
           "INSERT INTO ticket_activity(ticket_id,kind,created_at)SELECT id,'x',1 FROM tickets");
    must(records_drop(f->board, 1000, &f->err));
    for (int sql = SQL_RECORD_DROP_NOTICES; sql <= SQL_RECORD_DROP_TICKET; sql++) {
        int steps = sqlite3_stmt_status(f->board->statements[sql], SQLITE_STMTSTATUS_VM_STEP, 0);
        if (steps < 1 || steps > 300)
            fail_msg("%s takes %d steps", sql_wires[sql].name, steps);
    }
    fixture_is(f, "SELECT count(*)FROM runtime_sessions", "1999");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_lost_host_is_an_abandoned_run, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_no_column_is_left_out, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_one_line, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_is_refused, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_is_wrong_is_said, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_drop, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_drop_reads_no_other_rows, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
