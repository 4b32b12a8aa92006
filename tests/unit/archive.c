#include "store/archive.h"

#include "store_fixture.h"

#include "store/records.h"

enum { BEFORE = 1000 };

/* Ticket 1, closed long ago with a run and something of each kind that is over; 2 has all the newest numbers. */
static void fill(struct fixture *f) {
    fixture_sql(f, "INSERT INTO tickets(id,title,status,dedupe_key,created_at,updated_at)VALUES(1,'a','done','k',1,9),"
                   "(2,'b','done',NULL,1,2000),(3,'c','inbox',NULL,1,1);"
                   "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at)VALUES"
                   "(printf('%032d',1),1,1,'h',1,9),(printf('%032d',2),2,1,'h',1,2000);"
                   "INSERT INTO ticket_messages(ticket_id,status,created_at)VALUES(1,'sent',1),(2,'sent',1);"
                   "INSERT INTO ticket_activity(ticket_id,kind,created_at)VALUES(1,'x',1),(2,'x',1);"
                   "INSERT INTO effects(run_id,kind,state,at)VALUES(printf('%032d',1),'send','done',1),"
                   "(printf('%032d',2),'send','done',1);"
                   "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)VALUES"
                   "('ticket:1:session',1,printf('%032d',1),'h','closed',1)");
}

static bool may(struct fixture *f) {
    const struct archive_want want = {.status = TICKET_DONE, .before = BEFORE};
    struct archive_rows rows;
    bool yes;

    must(archive_next(f->board, &want, &rows, &f->err));
    yes = rows.count == 1;
    assert_true(yes || rows.count == 0);
    if (yes) {
        assert_int_equal(rows.items[0].ticket, 1);
        assert_int_equal(rows.items[0].closed_at, 9);
    }
    return yes;
}

/* Each alone keeps the ticket on the board. */
static void what_speaks_of_it_keeps_it(void **state) {
    static const char *const each[][2] = {
        {"UPDATE tickets SET status='blocked' WHERE id=1", "UPDATE tickets SET status='done' WHERE id=1"},
        {"UPDATE tickets SET updated_at=1000 WHERE id=1", "UPDATE tickets SET updated_at=9 WHERE id=1"},
        {"INSERT INTO ticket_needs VALUES(3,1)", "DELETE FROM ticket_needs"},
        {"INSERT INTO "
         "worktree_slots(host,slot,workspace,number,path,state,ticket_id)VALUES('h','p','w',1,'/','free',1)",
         "DELETE FROM worktree_slots"},
        {"UPDATE runtime_sessions SET status='idle'", "UPDATE runtime_sessions SET status='closed'"},
        {"UPDATE runtime_sessions SET status='spawning'", "UPDATE runtime_sessions SET status='dead'"},
        {"UPDATE ticket_messages SET status='pending' WHERE ticket_id=1", "UPDATE ticket_messages SET status='sent'"},
        {"UPDATE ticket_messages SET status='sending' WHERE ticket_id=1", "UPDATE ticket_messages SET status='sent'"},
        {"INSERT INTO notices(event,ticket_id,created_at,body)VALUES('failed',1,1,'')", "DELETE FROM notices"},
        {"UPDATE runs SET ended_at=NULL WHERE ticket_id=1", "UPDATE runs SET ended_at=9 WHERE ticket_id=1"},
        {"UPDATE runs SET ended_at=1000 WHERE ticket_id=1", "UPDATE runs SET ended_at=9 WHERE ticket_id=1"},
        {"UPDATE runs SET owes=1 WHERE ticket_id=1", "UPDATE runs SET owes=0"},
        {"INSERT INTO ticket_activity(ticket_id,kind,created_at)VALUES(1,'x',1)",
         "INSERT INTO ticket_activity(ticket_id,kind,created_at)VALUES(2,'x',1)"},
        {"INSERT INTO ticket_messages(ticket_id,status,created_at)VALUES(1,'sent',1)",
         "INSERT INTO ticket_messages(ticket_id,status,created_at)VALUES(2,'sent',1)"},
        {"INSERT INTO effects(run_id,kind,state,at)VALUES(printf('%032d',1),'kill','done',1)",
         "INSERT INTO effects(run_id,kind,state,at)VALUES(printf('%032d',2),'kill','done',1)"},
    };
    struct fixture *f = *state;

    fill(f);
    assert_true(may(f));
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        fixture_sql(f, each[i][0]);
        if (may(f))
            fail_msg("it may go after %s", each[i][0]);
        fixture_sql(f, each[i][1]);
        if (!may(f))
            fail_msg("it may not go after %s", each[i][1]);
    }
    fixture_sql(f, "UPDATE tickets SET updated_at=9 WHERE id=2");
    fixture_sql(f, "DELETE FROM tickets WHERE id=3");
    fixture_sql(f, "UPDATE runs SET ended_at=9");
    assert_true(may(f)); /* and not the one with the newest numbers */
}

static void its_key_stays_known(void **state) {
    struct fixture *f = *state;

    fill(f);
    fixture_sql(f, "INSERT INTO settings VALUES('push_fails:1','no'),('push_fails:2','no')");
    must(board_begin(f->board, &f->err));
    must(archive_key(f->board, 1, &f->err));
    must(archive_key(f->board, 2, &f->err)); /* it has none */
    must(records_drop(f->board, 1, &f->err));
    must(board_commit(f->board, &f->err));
    fixture_is(f, "SELECT dedupe_key||ticket_id FROM archived_keys", "k1");
    fixture_is(f, "SELECT key FROM settings WHERE key LIKE 'push_fails:%'", "push_fails:2");
    fixture_is(f, "SELECT group_concat(id) FROM (SELECT id FROM tickets ORDER BY id)s", "2,3");
}

static int64_t version(struct fixture *f) {
    int64_t version = 0;

    must(archive_version(f->board, &version, &f->err));
    return version;
}

static void another_writes(struct fixture *f) {
    sqlite3 *other = NULL;

    assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "UPDATE tickets SET title=title||'x' WHERE id=2", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(other);
}

/* In a transaction and out of one, and not by what we write. */
static void another_ones_write_is_seen(void **state) {
    struct fixture *f = *state;
    int64_t before, after;

    only_of_files("a server's rows are read again instead");
    fill(f);
    before = version(f);
    must(board_begin(f->board, &f->err));
    must(archive_key(f->board, 1, &f->err));
    must(board_commit(f->board, &f->err));
    assert_int_equal(version(f), before);
    another_writes(f);
    after = version(f);
    assert_true(after != before);
    another_writes(f);
    must(board_begin(f->board, &f->err));
    assert_true(version(f) != after);
    board_rollback(f->board);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_speaks_of_it_keeps_it, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(its_key_stays_known, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(another_ones_write_is_seen, fixture_board, fixture_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
