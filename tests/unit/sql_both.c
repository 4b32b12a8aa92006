/* The statements of both engines beside each other: with MC_TEST_DB, a server where databases may be made
 * (hosts/server.py), also what such a server says of them. */
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/postgres_values.h"
#include "store/schema.h"
#include "store/schema_postgres.h"
#include "store/sql_postgres.h"
#include "wires.h"

/* Are the names of a text those of the wire, ":self" aside? */
static bool binds_fit(const char *text, const char *binds) {
    struct numbered numbered = {0};
    size_t count = 0;
    bool fit = true;
    numbered_make(&numbered, text);
    for (int i = 0; i < numbered.count; i++) {
        bool self = strcmp(numbered.names[i], "self") == 0;
        fit = fit && (self || wire_names(binds, numbered.names[i]));
        count += !self;
    }
    numbered_release(&numbered);
    return fit && count == wire_count(binds);
}

static void test_both_tables_are_whole(void **state) {
    (void)state;
    for (size_t i = 0; i < SQL_COUNT; i++) {
        if (!sql_postgres[i] && i != SQL_ARCHIVE_VERSION)
            fail_msg("%s: no text for a server", sql_wires[i].name);
        if (!sql_sqlite[i] && !wire_is_shared_only(i))
            fail_msg("%s: no text for an embedded board", sql_wires[i].name);
        if (sql_postgres[i] && !binds_fit(sql_postgres[i], sql_wires[i].binds))
            fail_msg("%s: values %s are not those of \"%s\"", sql_wires[i].name,
                     sql_wires[i].binds ? sql_wires[i].binds : "(none)", sql_postgres[i]);
    }
}

static void test_what_does_not_fit(void **state) {
    (void)state;
    assert_true(binds_fit("SELECT ':no'||x::text WHERE id=:id AND key=:key AND host=:self", "key,id"));
    assert_false(binds_fit("SELECT x WHERE id=:id", "key,id"));
    assert_false(binds_fit("SELECT x WHERE id=:id AND key=:ke", "key,id"));
    assert_false(binds_fit("SELECT x WHERE id=:id AND key=:key AND x=:x", "key,id"));
    assert_false(binds_fit("SELECT x WHERE id=:id", NULL));
    assert_true(binds_fit("COMMIT", NULL));
}

static const char *const tables[] = {"tickets",          "ticket_needs",  "ticket_activity", "ticket_messages", "runs",
                                     "runtime_sessions", "archived_keys", "effects",         "requests"};

/* Every table is named with its schema: what a role's search_path leads to is nothing of ours. */
static void test_every_table_has_its_schema(void **state) {
    (void)state;
    for (size_t i = 0; i < SQL_COUNT; i++)
        for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
            for (const char *at = sql_postgres[i]; at && (at = strstr(at, tables[k])) != NULL; at++) {
                bool begins = at - sql_postgres[i] >= 5 &&
                              (strncmp(at - 5, "FROM ", 5) == 0 || strncmp(at - 5, "JOIN ", 5) == 0 ||
                               strncmp(at - 5, "INTO ", 5) == 0 || strncmp(at - 5, "DATE ", 5) == 0);
                if (begins)
                    fail_msg("%s: %s without its schema", sql_wires[i].name, tables[k]);
            }
}

/* A board on the server, filled so that a look at all there is would be seen. */
struct server {
    PGconn *connection;
    char database[64];
};

static PGconn *dial(const char *database) {
    const char *const keys[] = {"dbname", database ? "dbname" : NULL, NULL};
    const char *const values[] = {getenv("MC_TEST_DB"), database, NULL};
    PGconn *connection = PQconnectdbParams(keys, values, 1);
    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s: %s", values[0], PQerrorMessage(connection));
    return connection;
}

static void run(PGconn *connection, const char *text) {
    PGresult *result = PQexec(connection, text);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQerrorMessage(connection));
    PQclear(result);
}

static int begin_server(void **state) {
    struct server *server;
    if (!getenv("MC_TEST_DB"))
        return 0;
    server = xcalloc(1, sizeof *server);
    snprintf(server->database, sizeof server->database, "sql_both_%d", (int)getpid());
    char *make = xasprintf("CREATE DATABASE %s", server->database);
    PGconn *first = dial(NULL);
    run(first, make);
    PQfinish(first);
    free(make);
    server->connection = dial(server->database);
    run(server->connection, "BEGIN");
    for (size_t i = 0; schema_postgres[0][i]; i++)
        run(server->connection, schema_postgres[0][i]);
    run(server->connection, "COMMIT");
    *state = server;
    return 0;
}

static int end_server(void **state) {
    struct server *server = *state;
    if (!server)
        return 0;
    PQfinish(server->connection);
    PGconn *last = dial(NULL);
    char *drop = xasprintf("DROP DATABASE %s", server->database);
    run(last, drop);
    PQfinish(last);
    free(drop);
    free(server);
    return 0;
}

/* The server that the test is about; without one it is skipped. */
static struct server *server_of(void **state) {
    if (!*state) {
        print_message("skipped: no MC_TEST_DB\n");
        skip();
    }
    return *state;
}

static bool is_control(size_t sql) {
    return sql == SQL_BEGIN_WRITE || sql == SQL_BEGIN_LOOK || sql == SQL_COMMIT || sql == SQL_ROLLBACK;
}

/* The server's own description of a statement whose values' types nobody has told it. */
static PGresult *describe(PGconn *connection, const struct numbered *numbered, const char *name) {
    PGresult *result = PQprepare(connection, "", numbered->text, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", name, PQerrorMessage(connection));
    PQclear(result);
    result = PQdescribePrepared(connection, "");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", name, PQerrorMessage(connection));
    return result;
}

static void columns_must_fit(const PGresult *described, const struct sql_wire *wire) {
    struct text list = {0};
    for (int i = 0; i < PQnfields(described); i++) {
        unsigned type = PQftype(described, i);
        text_addf(&list, "%s%s", i ? "," : "", PQfname(described, i));
        if (type != TYPE_INT8 && type != TYPE_TEXT && type != TYPE_BOOL && type != TYPE_INT4)
            fail_msg("%s: column %s is of type %u", wire->name, PQfname(described, i), type);
    }
    if (strcmp(text_str(&list), wire->columns ? wire->columns : "") != 0)
        fail_msg("%s: columns %s, not %s", wire->name, text_str(&list), wire->columns ? wire->columns : "(none)");
    text_release(&list);
}

static void test_the_server_takes_each(void **state) {
    struct server *server = server_of(state);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        struct numbered numbered = {0};
        if (is_control(i) || !sql_postgres[i])
            continue;
        numbered_make(&numbered, sql_postgres[i]);
        PGresult *described = describe(server->connection, &numbered, sql_wires[i].name);
        columns_must_fit(described, &sql_wires[i]);
        for (int k = 0; k < PQnparams(described); k++)
            if (PQparamtype(described, k) != TYPE_INT8 && PQparamtype(described, k) != TYPE_TEXT)
                fail_msg("%s: value %s is of type %u", sql_wires[i].name, numbered.names[k], PQparamtype(described, k));
        PQclear(described);
        numbered_release(&numbered);
    }
}

/* Thousands that are closed or wait, hundreds that are ready, a few that are due or at work. */
static const char *const filling[] = {
    "SET session_replication_role=replica",
    "INSERT INTO mc_pickup.tickets(title,status,profile,created_at,updated_at,queued_at)SELECT 'closed',"
    "CASE WHEN i%10=0 THEN 'cancelled' ELSE 'done' END,CASE WHEN i%2=0 THEN 'demo' END,i,i,i FROM "
    "generate_series(1,20000)i",
    "INSERT INTO mc_pickup.tickets(title,status,profile,created_at,updated_at,queued_at,waits)SELECT 'waiting',"
    "'todo','demo',i,i,i,1 FROM generate_series(1,10000)i",
    "INSERT INTO mc_pickup.tickets(title,status,priority,profile,workspace,created_at,updated_at,queued_at)SELECT "
    "'ready','todo',(ARRAY['low','high'])[1+i%2],(ARRAY['demo','codex',NULL])[1+i%3],(ARRAY['web',NULL])[1+i%2],i,i,i "
    "FROM generate_series(1,3000)i",
    "INSERT INTO mc_pickup.tickets(title,status,created_at,updated_at,queued_at,next_attempt_at)SELECT 'due','todo',"
    "i,i,i,i FROM generate_series(1,2000)i",
    "INSERT INTO mc_pickup.tickets(id,title,status,created_at,updated_at,queued_at,worker_host,run_id)SELECT 50000+i,"
    "'working','in_progress',i,i,i,(ARRAY['here','there'])[1+i%2],lpad(i::text,32,'f')FROM generate_series(1,20)i",
    "INSERT INTO mc_pickup.runs(run_id,ticket_id,attempt,host,started_at,ended_at,waited_ms,outcome)SELECT "
    "lpad(i::text,32,'0'),i,1,(ARRAY['here','there'])[1+i%2],i,i,5,'delivered' FROM generate_series(1,20000)i",
    "INSERT INTO mc_pickup.runs(run_id,ticket_id,attempt,host,started_at,owes,branch)SELECT lpad(i::text,32,'f'),"
    "50000+i,1,(ARRAY['here','there'])[1+i%2],i,i%2,'b' FROM generate_series(1,20)i",
    "INSERT INTO mc_pickup.runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)SELECT "
    "'ticket:'||ticket_id||':session',ticket_id,run_id,host,CASE WHEN ended_at IS NULL THEN 'idle' ELSE 'closed' END,1 "
    "FROM mc_pickup.runs",
    "INSERT INTO mc_pickup.ticket_messages(ticket_id,kind,status,run_id,created_at,nonce)SELECT ticket_id,'work',"
    "CASE WHEN ended_at IS NULL THEN 'pending' ELSE 'sent' END,run_id,1,'n' FROM mc_pickup.runs",
    "INSERT INTO mc_pickup.ticket_activity(ticket_id,run_id,kind,created_at,body)SELECT ticket_id,run_id,k,started_at,"
    "'text' FROM mc_pickup.runs,unnest(ARRAY['sent','signal','note'])k",
    "INSERT INTO mc_pickup.effects(run_id,kind,state,at)SELECT run_id,k,'done',1 FROM mc_pickup.runs,"
    "unnest(ARRAY['spawn','send'])k",
    "INSERT INTO mc_pickup.ticket_needs SELECT 20000+i,i FROM generate_series(1,10000)i",
    "INSERT INTO mc_pickup.requests SELECT 'r'||i,'a','b',i FROM generate_series(1,20000)i",
    "INSERT INTO mc_pickup.archived_keys SELECT 'k'||i,i FROM generate_series(1,20000)i",
    "INSERT INTO mc_pickup.worktree_slots(host,slot,workspace,number,path,state)SELECT h,'web/'||i,'web',i,'/p','free' "
    "FROM generate_series(1,20)i,unnest(ARRAY['here','there'])h",
    NULL,
};

static const struct value {
    const char *name, *text;
} values[] = {
    {"self", "here"},       {"host", "here"},         {"profile", "demo"},
    {"workspace", "web"},   {"nameless", "1"},        {"placeless", "1"},
    {"search", "text"},     {"labels", "[\"a\"]"},    {"limit", "50"},
    {"window", "64"},       {"most", "50"},           {"now", "1000"},
    {"horizon", "100000"},  {"latest", "1000"},       {"id", "50003"},
    {"ticket_id", "50003"}, {"needs_id", "100"},      {"session_key", "ticket:50003:session"},
    {"urgency", "1"},       {"queued_at", "10"},      {"run_id", "fffffffffffffffffffffffffffffff3"},
    {"status", "done"},     {"updated_at", "100000"}, {"before", "15000"},
    {"at", "100"},          {"after", "100"},         {"nonce", "n"},
    {"dedupe_key", "k7"},   {"from", "100"},          {"to", "200"},
    {"since", "100"},       {"kind", "signal"},       {"other", "note"},
    {"name", "web/1"},      {"size", "20"},           {"left", "1"},
    {"folder", "/p"},       {"path", "/p"},           {"room", "1000000"},
};

static const char *value_of(const char *name) {
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (strcmp(values[i].name, name) == 0)
            return values[i].text;
    return NULL;
}

/* The server's answer to a statement, or with EXPLAIN in front to how it would go about it, with values like those. */
static PGresult *ask(PGconn *connection, size_t sql, const char *front) {
    struct numbered numbered = {0};
    const char *given[BINDS_MAX];
    Oid types[BINDS_MAX];
    numbered_make(&numbered, sql_postgres[sql]);
    PGresult *described = describe(connection, &numbered, sql_wires[sql].name);
    for (int i = 0; i < numbered.count; i++) {
        types[i] = PQparamtype(described, i);
        given[i] = value_of(numbered.names[i]);
    }
    char *text = xasprintf("%s%s", front, numbered.text);
    PGresult *result = PQexecParams(connection, text, numbered.count, types, given, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql_wires[sql].name, PQerrorMessage(connection));
    PQclear(described);
    numbered_release(&numbered);
    free(text);
    return result;
}

/* The caller frees it. */
static char *plan_of(PGconn *connection, size_t sql) {
    struct text plan = {0};
    PGresult *result = ask(connection, sql, "EXPLAIN(COSTS OFF)");
    for (int i = 0; i < PQntuples(result); i++)
        text_addf(&plan, "%s\n", PQgetvalue(result, i, 0));
    PQclear(result);
    return text_take(&plan);
}

/* What must be found by which index. */
static const struct {
    enum sql sql;
    const char *indexes; /* with spaces between */
} wanted[] = {
    {SQL_CLAIM_ANY, "tickets_ready tickets_due"},
    {SQL_CLAIM_WHICH, "tickets_ready tickets_due"},
    {SQL_CLAIM_READY, "tickets_ready runtime_sessions_pkey"},
    {SQL_CLAIM_READY_TAKE, "tickets_ready runtime_sessions_pkey LockRows"},
    {SQL_CLAIM_DUE, "tickets_due runtime_sessions_pkey"},
    {SQL_CLAIM_BLOCKER, "ticket_needs_pkey tickets_pkey"},
    {SQL_CLAIM_AGENTS, "runtime_sessions_active"},
    {SQL_CLAIM_CHECK, "tickets_pkey runs_of_ticket runtime_sessions_pkey LockRows"},
    {SQL_CLAIM_TICKET, "tickets_pkey runtime_sessions_pkey"},
    {SQL_CLAIM_RUN, "tickets_pkey"},
    {SQL_CLAIM_NOTES, "ticket_messages_of_ticket"},
    {SQL_CLAIM_SWEEP, "tickets_due tickets_pkey LockRows"},
    {SQL_QUEUE_BACK, "tickets_pkey"},
    {SQL_QUEUE_LAST_CLASS, "runs_of_ticket"},
    {SQL_QUEUE_STRAIGHTEN, "tickets_ready tickets_pkey LockRows"},
    {SQL_STUCK_OF, "ticket_needs_pkey tickets_pkey"},
    {SQL_STUCK_BEHIND, "ticket_needs_back tickets_pkey"},
    {SQL_STUCK_NOW, "ticket_needs_pkey tickets_pkey"},
    {SQL_READY_KINDS, "tickets_ready"},
    {SQL_TICKET_BY_DEDUPE, "tickets_dedupe_key_key archived_keys_pkey"},
    {SQL_TICKET_NEED_TOWARDS, "ticket_needs_back ticket_needs_pkey"},
    {SQL_TICKET_NEWEST, "tickets_changed"},
    {SQL_TICKET_LIST, "tickets_changed"},
    {SQL_TICKET_LIST_STATUS, "tickets_status"},
    {SQL_LIST_CHANGED, "tickets_changed"},
    {SQL_LIST_STATUS, "tickets_status"},
    {SQL_LIST_MATCH, "tickets_pkey"},
    {SQL_LIST_NEED, "ticket_needs_pkey tickets_pkey"},
    {SQL_LIST_BRANCH, "runs_of_ticket"},
    {SQL_LINE_READY, "tickets_ready runtime_sessions_pkey"},
    {SQL_LINE_DUE, "tickets_due runtime_sessions_pkey"},
    {SQL_RUNTIME_LIST_ACTIVE, "runtime_sessions_active"},
    {SQL_RUN_WORKED, "runs_pkey runs_of_ticket ticket_messages_of_run"},
    {SQL_RUN_OWING, "runs_owing"},
    {SQL_MESSAGE_WORK, "ticket_messages_of_run"},
    {SQL_MESSAGE_NEXT, "runtime_sessions_active ticket_messages_of_ticket tickets_pkey effects_of_run"},
    {SQL_MESSAGE_RELEASE, "runtime_sessions_active ticket_messages_of_ticket"},
    {SQL_MESSAGE_STANDING, "ticket_messages_of_ticket ticket_messages_go_on"},
    {SQL_MESSAGE_TOLD, "ticket_messages_of_ticket"},
    {SQL_PARKING_LIST, "tickets_pkey ticket_messages_of_ticket effects_of_run"},
    {SQL_ACTIVITY_TAIL, "ticket_activity_of_ticket"},
    {SQL_ACTIVITY_WORD, "ticket_activity_words"},
    {SQL_ACTIVITY_LAST_WORD, "ticket_activity_words"},
    {SQL_ACTIVITY_LAST, "ticket_activity_words"},
    {SQL_GLIMPSE_NEWEST, "tickets_status"},
    {SQL_GLIMPSE_OLDEST, "tickets_status"},
    {SQL_GLIMPSE_TURNS, "activity_turns"},
    {SQL_GLIMPSE_FAILED, "runs_ended"},
    {SQL_GLIMPSE_WAITS, "runs_started"},
    {SQL_COUNT_QUEUED, "tickets_waiting"},
    {SQL_COUNT_RESTING, "tickets_status"},
    {SQL_SNAPSHOT_ANY, "runtime_sessions_active tickets_ runs_owing"},
    {SQL_SNAPSHOT_MARKS, "runtime_sessions_active tickets_ runs_owing"},
    {SQL_SNAPSHOT_RUNTIMES, "runtime_sessions_active tickets_pkey runs_pkey ticket_messages_of_run effects_of_run"},
    {SQL_SNAPSHOT_TICKETS, "tickets_ runs_pkey runtime_sessions_pkey ticket_messages_of_run effects_of_run"},
    {SQL_SNAPSHOT_AGAIN_RUNTIME, "runtime_sessions_ tickets_pkey runs_pkey"},
    {SQL_SNAPSHOT_AGAIN_TICKET, "tickets_ runs_pkey runtime_sessions_pkey"},
    {SQL_SNAPSHOT_SESSION, "runs_pkey tickets_pkey runtime_sessions_"},
    {SQL_RECORD_NEXT, "tickets_pkey"},
    {SQL_RECORD_TICKET, "tickets_pkey"},
    {SQL_RECORD_NEEDS, "ticket_needs_pkey"},
    {SQL_RECORD_RUNS, "runs_of_ticket"},
    {SQL_RECORD_EFFECTS, "runs_of_ticket effects_of_run"},
    {SQL_RECORD_RUNTIME, "runtime_sessions_of_ticket"},
    {SQL_RECORD_MESSAGES, "ticket_messages_of_ticket"},
    {SQL_RECORD_STORY, "ticket_activity_of_ticket"},
    {SQL_ARCHIVE_NEXT, "tickets_status ticket_needs_back runs_of_ticket ticket_messages_of_ticket"},
    {SQL_ARCHIVE_RESTS, "tickets_pkey runs_of_ticket ticket_messages_of_ticket runtime_sessions_pkey"},
    {SQL_REQUESTS_OLD, "requests_pkey"},
};

static bool reads_all(const char *plan) {
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char *scan = xasprintf("Seq Scan on %s", tables[i]);
        bool all = strstr(plan, scan) != NULL;
        free(scan);
        if (all)
            return true;
    }
    return strstr(plan, "Gather") || strstr(plan, "Hash Join");
}

static void plans_must_be_as_wanted(PGconn *connection, const char *when) {
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        char *plan = plan_of(connection, wanted[i].sql), *indexes = xstrdup(wanted[i].indexes), *rest = NULL;
        if (reads_all(plan))
            fail_msg("%s, %s: reads a whole table:\n%s", sql_wires[wanted[i].sql].name, when, plan);
        for (char *index = strtok_r(indexes, " ", &rest); index; index = strtok_r(NULL, " ", &rest))
            if (!strstr(plan, index))
                fail_msg("%s, %s: not by %s:\n%s", sql_wires[wanted[i].sql].name, when, index, plan);
        free(indexes);
        free(plan);
    }
}

static void test_plans(void **state) {
    struct server *server = server_of(state);
    for (size_t i = 0; filling[i]; i++)
        run(server->connection, filling[i]);
    plans_must_be_as_wanted(server->connection, "before it was analyzed");
    run(server->connection, "ANALYZE");
    plans_must_be_as_wanted(server->connection, "analyzed");
}

static void titles_are(PGconn *connection, size_t sql, const char *expected) {
    struct text titles = {0};
    PGresult *result = ask(connection, sql, "");
    for (int i = 0; i < PQntuples(result); i++)
        text_add(&titles, PQgetvalue(result, i, PQfnumber(result, "title")));
    assert_string_equal(text_str(&titles), expected);
    text_release(&titles);
    PQclear(result);
}

/* Work that a hand has taken from every host is any host's to mend, but not where its run is another's. */
static void test_whose_work_it_is(void **state) {
    struct server *server = server_of(state);
    run(server->connection, "INSERT INTO mc_pickup.tickets(id,title,status,worker_host,run_id,created_at,updated_at)"
                            "VALUES(50001,'a','in_progress','here',lpad('1',32,'0'),1,1),"
                            "(50002,'b','in_progress','there',lpad('2',32,'0'),1,1)");
    run(server->connection, "INSERT INTO mc_pickup.runs(run_id,ticket_id,attempt,host,started_at)VALUES("
                            "lpad('1',32,'0'),50001,1,'here',1),(lpad('2',32,'0'),50002,1,'there',1)");
    titles_are(server->connection, SQL_SNAPSHOT_TICKETS, "a");
    run(server->connection, "UPDATE mc_pickup.tickets SET worker_host=NULL");
    titles_are(server->connection, SQL_SNAPSHOT_TICKETS, "a");
    run(server->connection, "UPDATE mc_pickup.tickets SET run_id=NULL,status=CASE id WHEN 50001 THEN 'done' ELSE "
                            "status END");
    titles_are(server->connection, SQL_SNAPSHOT_TICKETS, "b");
}

/* A row that came in under its own number counts for the next one; no count goes back. */
static void test_sequences(void **state) {
    struct server *server = server_of(state);
    run(server->connection, "INSERT INTO mc_pickup.requests VALUES('r','a','b',1)");
    run(server->connection, "INSERT INTO mc_pickup.notices(id,event,created_at,body)VALUES(77,'e',1,'b')");
    for (int expected = 1; expected >= 0; expected--) {
        PGresult *done = ask(server->connection, SQL_RECORD_SEQUENCES, "");
        assert_int_equal(strtol(PQgetvalue(done, 0, 0), NULL, 10), expected);
        PQclear(done);
    }
    run(server->connection, "DELETE FROM mc_pickup.notices");
    PQclear(ask(server->connection, SQL_RECORD_SEQUENCES, ""));
    PGresult *next = PQexec(server->connection, "INSERT INTO mc_pickup.notices(event,created_at,body)VALUES('e',1,'b')"
                                                "RETURNING id");
    assert_string_equal(PQgetvalue(next, 0, 0), "78");
    PQclear(next);
}

static void version_is(PGconn *connection, long version) {
    PGresult *said = ask(connection, SQL_VERSION, "");
    assert_int_equal(strtol(PQgetvalue(said, 0, 0), NULL, 10), version);
    PQclear(said);
}

/* Whoever has seen that there is no board, and then waited for the one that made it, sees it. */
static void test_a_board_made_meanwhile(void **state) {
    struct server *server = server_of(state);
    PGconn *second = dial(server->database);
    run(server->connection, "ALTER SCHEMA mc_pickup RENAME TO not_yet");
    version_is(second, 0);
    run(second, "BEGIN");
    version_is(second, 0);
    run(server->connection, "ALTER SCHEMA not_yet RENAME TO mc_pickup");
    version_is(second, SCHEMA_VERSION);
    PQfinish(second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_tables_are_whole),
        cmocka_unit_test(test_what_does_not_fit),
        cmocka_unit_test(test_every_table_has_its_schema),
        cmocka_unit_test_setup_teardown(test_the_server_takes_each, begin_server, end_server),
        cmocka_unit_test_setup_teardown(test_plans, begin_server, end_server),
        cmocka_unit_test_setup_teardown(test_whose_work_it_is, begin_server, end_server),
        cmocka_unit_test_setup_teardown(test_sequences, begin_server, end_server),
        cmocka_unit_test_setup_teardown(test_a_board_made_meanwhile, begin_server, end_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
