#include "store/schema.h"

#include <stddef.h>

#include "base/err.h"
#include "store/db.h"

/* `waits` is derived: some ticket it depends on is not done. The triggers keep it, whoever writes, so that a claim does
 * not pass by every waiting ticket. `urgency` turns the priority's word into its order. Bodies stand last, so that a
 * long one is not read to get at what stands behind it. No comments inside the texts: they would be parsed at every
 * opening. */
static const char *const version_1[] = {
    "CREATE TABLE tickets("
    "id INTEGER PRIMARY KEY,"
    "title TEXT NOT NULL,"
    "status TEXT NOT NULL CHECK(status IN('inbox','todo','in_progress','in_review','needs_input','blocked','done',"
    "'cancelled')),"
    "priority TEXT NOT NULL DEFAULT 'medium' CHECK(priority IN('critical','high','medium','low')),"
    "profile TEXT,"
    "labels TEXT,"
    "dedupe_key TEXT UNIQUE,"
    "run_id TEXT,"
    "worker_pid INTEGER,"
    "worker_host TEXT,"
    "attempts INTEGER NOT NULL DEFAULT 0 CHECK(attempts>=0),"
    "next_attempt_at INTEGER,"
    "failure_reason TEXT,"
    "created_at INTEGER NOT NULL,"
    "updated_at INTEGER NOT NULL,"
    "waits INTEGER NOT NULL DEFAULT 0 CHECK(waits IN(0,1)),"
    "body TEXT,"
    "urgency INTEGER AS(CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END)"
    ")STRICT",
    "CREATE INDEX tickets_ready ON tickets(profile,urgency,created_at)"
    "WHERE status='todo' AND next_attempt_at IS NULL AND waits=0",
    "CREATE INDEX tickets_due ON tickets(next_attempt_at,profile,urgency,created_at)"
    "WHERE status='todo' AND next_attempt_at IS NOT NULL AND waits=0",
    "CREATE INDEX tickets_working ON tickets(worker_host)WHERE status='in_progress'",

    "CREATE TABLE ticket_needs("
    "ticket_id INTEGER NOT NULL REFERENCES tickets(id),"
    "needs_id INTEGER NOT NULL REFERENCES tickets(id),"
    "PRIMARY KEY(ticket_id,needs_id),CHECK(ticket_id<>needs_id)"
    ")STRICT,WITHOUT ROWID",
    "CREATE INDEX ticket_needs_back ON ticket_needs(needs_id)",
    "CREATE TRIGGER need_added AFTER INSERT ON ticket_needs BEGIN UPDATE tickets SET waits=EXISTS("
    "SELECT 1 FROM ticket_needs n JOIN tickets t ON t.id=n.needs_id "
    "WHERE n.ticket_id=NEW.ticket_id AND t.status<>'done')WHERE id=NEW.ticket_id;END",
    "CREATE TRIGGER need_removed AFTER DELETE ON ticket_needs BEGIN UPDATE tickets SET waits=EXISTS("
    "SELECT 1 FROM ticket_needs n JOIN tickets t ON t.id=n.needs_id "
    "WHERE n.ticket_id=OLD.ticket_id AND t.status<>'done')WHERE id=OLD.ticket_id;END",
    "CREATE TRIGGER need_fixed BEFORE UPDATE ON ticket_needs BEGIN "
    "SELECT RAISE(ABORT,'remove the need and add another');END",
    "CREATE TRIGGER need_met AFTER UPDATE OF status ON tickets WHEN(OLD.status='done')<>(NEW.status='done')BEGIN "
    "UPDATE tickets SET waits=EXISTS(SELECT 1 FROM ticket_needs n JOIN tickets t ON t.id=n.needs_id "
    "WHERE n.ticket_id=tickets.id AND t.status<>'done')"
    "WHERE id IN(SELECT ticket_id FROM ticket_needs WHERE needs_id=NEW.id);END",

    "CREATE TABLE runs("
    "run_id TEXT PRIMARY KEY CHECK(length(run_id)=32),"
    "ticket_id INTEGER NOT NULL REFERENCES tickets(id),"
    "attempt INTEGER NOT NULL,"
    "host TEXT NOT NULL,"
    "pickup_pid INTEGER,"
    "pickup_start INTEGER,"
    "pickup_boot TEXT,"
    "started_at INTEGER NOT NULL,"
    "ended_at INTEGER,"
    "outcome TEXT CHECK(outcome IN('delivered','asked','adopted','failed','abandoned','stopped')),"
    "class TEXT,"
    "detail TEXT"
    ")STRICT,WITHOUT ROWID",
    "CREATE INDEX runs_of_ticket ON runs(ticket_id,attempt)",

    "CREATE TABLE runtime_sessions("
    "session_key TEXT PRIMARY KEY,"
    "ticket_id INTEGER NOT NULL REFERENCES tickets(id),"
    "run_id TEXT NOT NULL REFERENCES runs(run_id),"
    "host TEXT NOT NULL,"
    "status TEXT NOT NULL CHECK(status IN('spawning','idle','running','dead','closed')),"
    "tmux_target TEXT,"
    "pane_id TEXT,"
    "pid INTEGER,"
    "pid_start INTEGER,"
    "boot_id TEXT,"
    "profile TEXT,"
    "cwd TEXT,"
    "pane_log_path TEXT,"
    "turn_nonce TEXT,"
    "last_turn_marker TEXT,"
    "harvest_offset INTEGER NOT NULL DEFAULT 0,"
    "failure_reason TEXT,"
    "spawned_at INTEGER NOT NULL,"
    "turn_started_at INTEGER,"
    "last_output_at INTEGER,"
    "closed_at INTEGER,"
    "turn_count INTEGER NOT NULL DEFAULT 0"
    ")STRICT,WITHOUT ROWID",
    "CREATE INDEX runtime_sessions_active ON runtime_sessions(host,status,run_id)"
    "WHERE status IN('spawning','idle','running')",

    "CREATE TABLE ticket_messages("
    "id INTEGER PRIMARY KEY,"
    "ticket_id INTEGER NOT NULL REFERENCES tickets(id),"
    "author TEXT,"
    "kind TEXT NOT NULL DEFAULT 'note' CHECK(kind IN('work','note')),"
    "status TEXT NOT NULL CHECK(status IN('pending','sending','sent','failed_to_inject','unknown')),"
    "nonce TEXT,"
    "run_id TEXT REFERENCES runs(run_id),"
    "attempts INTEGER NOT NULL DEFAULT 0,"
    "next_attempt_at INTEGER,"
    "error TEXT,"
    "created_at INTEGER NOT NULL,"
    "sent_at INTEGER,"
    "body TEXT NOT NULL DEFAULT ''"
    ")STRICT",
    "CREATE INDEX ticket_messages_of_ticket ON ticket_messages(ticket_id,status)",
    "CREATE INDEX ticket_messages_of_run ON ticket_messages(run_id,status)WHERE run_id IS NOT NULL",

    "CREATE TABLE ticket_activity("
    "id INTEGER PRIMARY KEY,"
    "ticket_id INTEGER NOT NULL REFERENCES tickets(id),"
    "run_id TEXT,"
    "author TEXT,"
    "kind TEXT NOT NULL,"
    "body TEXT,"
    "created_at INTEGER NOT NULL"
    ")STRICT",
    "CREATE INDEX ticket_activity_of_ticket ON ticket_activity(ticket_id)",
    "CREATE TRIGGER activity_no_update BEFORE UPDATE ON ticket_activity BEGIN "
    "SELECT RAISE(ABORT,'ticket_activity is append only');END",
    "CREATE TRIGGER activity_no_delete BEFORE DELETE ON ticket_activity BEGIN "
    "SELECT RAISE(ABORT,'ticket_activity is append only');END",
    "CREATE TRIGGER activity_no_replace BEFORE INSERT ON ticket_activity "
    "WHEN EXISTS(SELECT 1 FROM ticket_activity WHERE id=NEW.id)BEGIN "
    "SELECT RAISE(ABORT,'ticket_activity is append only');END",

    "CREATE TABLE worktree_slots("
    "slot TEXT PRIMARY KEY,"
    "path TEXT NOT NULL,"
    "state TEXT NOT NULL CHECK(state IN('free','claimed','quarantined')),"
    "ticket_id INTEGER REFERENCES tickets(id),"
    "run_id TEXT REFERENCES runs(run_id),"
    "branch TEXT,"
    "claimed_at INTEGER"
    ")STRICT,WITHOUT ROWID",

    "CREATE TABLE effects("
    "id INTEGER PRIMARY KEY,"
    "run_id TEXT NOT NULL REFERENCES runs(run_id),"
    "kind TEXT NOT NULL CHECK(kind IN('worktree','spawn','send','kill','close')),"
    "state TEXT NOT NULL CHECK(state IN('intent','done','failed','unknown')),"
    "detail TEXT,"
    "at INTEGER NOT NULL"
    ")STRICT",
    "CREATE INDEX effects_of_run ON effects(run_id,kind)",

    "CREATE TABLE settings(key TEXT PRIMARY KEY,value TEXT NOT NULL)STRICT,WITHOUT ROWID",
    "CREATE TABLE requests(id TEXT PRIMARY KEY,answer TEXT,created_at INTEGER NOT NULL)STRICT,WITHOUT ROWID",
    "PRAGMA application_id=0x4d435055",
    "PRAGMA user_version=1",
    NULL,
};

/* The body is moved behind the new columns, as above. A row that is written without queued_at is the first of its
 * priority. A ticket that waits for one that was cancelled is put on the list of those that a pickup speaks of once, in
 * settings; the breaker of all there was before is one for each thing now. */
static const char *const version_2[] = {
    "ALTER TABLE tickets ADD COLUMN worker_start INTEGER",
    "ALTER TABLE tickets ADD COLUMN worker_boot TEXT",
    "ALTER TABLE tickets ADD COLUMN worker_ns INTEGER",
    "ALTER TABLE tickets ADD COLUMN queued_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tickets ADD COLUMN world_failures INTEGER NOT NULL DEFAULT 0 CHECK(world_failures>=0)",
    "ALTER TABLE tickets RENAME COLUMN body TO body_before",
    "ALTER TABLE tickets ADD COLUMN body TEXT",
    "UPDATE tickets SET queued_at=created_at,body=body_before",
    "ALTER TABLE tickets DROP COLUMN body_before",
    "DROP INDEX tickets_ready",
    "CREATE INDEX tickets_ready ON tickets(profile,urgency,queued_at)"
    "WHERE status='todo' AND next_attempt_at IS NULL AND waits=0",
    "DROP INDEX tickets_due",
    "CREATE INDEX tickets_due ON tickets(next_attempt_at,profile,urgency,queued_at)"
    "WHERE status='todo' AND next_attempt_at IS NOT NULL AND waits=0",
    "ALTER TABLE runs ADD COLUMN pickup_ns INTEGER",
    "ALTER TABLE runtime_sessions ADD COLUMN pid_ns INTEGER",
    "ALTER TABLE runtime_sessions ADD COLUMN tick_boot TEXT",
    "ALTER TABLE runtime_sessions ADD COLUMN spawned_tick INTEGER",
    "ALTER TABLE runtime_sessions ADD COLUMN turn_started_tick INTEGER",
    "ALTER TABLE runtime_sessions ADD COLUMN stall_tick INTEGER",
    "ALTER TABLE runtime_sessions ADD COLUMN idle_tick INTEGER",
    "CREATE TRIGGER need_lost AFTER UPDATE OF status ON tickets WHEN NEW.status='cancelled' BEGIN "
    "INSERT OR IGNORE INTO settings(key,value)SELECT 'stuck:'||ticket_id,needs_id FROM ticket_needs "
    "WHERE needs_id=NEW.id;END",
    "CREATE TRIGGER need_added_lost AFTER INSERT ON ticket_needs WHEN EXISTS("
    "SELECT 1 FROM tickets WHERE id=NEW.needs_id AND status='cancelled')BEGIN "
    "INSERT OR IGNORE INTO settings(key,value)VALUES('stuck:'||NEW.ticket_id,NEW.needs_id);END",
    "INSERT OR IGNORE INTO settings(key,value)SELECT 'stuck:'||n.ticket_id,n.needs_id FROM ticket_needs n "
    "JOIN tickets t ON t.id=n.needs_id WHERE t.status='cancelled'",
    "DELETE FROM settings WHERE key='breaker'",
    "INSERT INTO settings(key,value)VALUES('board',lower(hex(randomblob(8))))"
    "ON CONFLICT(key)DO UPDATE SET value=excluded.value",
    "PRAGMA user_version=2",
    NULL,
};

/* What a turn leaves: the last word's line, how many turns a ticket has had since a person last said something of it
 * and how long they ran, how many ended without a word; why a message that no person wrote is there; and what is still
 * to be told to notify. */
static const char *const version_3[] = {
    "ALTER TABLE tickets ADD COLUMN turns INTEGER NOT NULL DEFAULT 0 CHECK(turns>=0)",
    "ALTER TABLE tickets ADD COLUMN worked_ms INTEGER NOT NULL DEFAULT 0 CHECK(worked_ms>=0)",
    "ALTER TABLE tickets ADD COLUMN result TEXT",
    "ALTER TABLE tickets RENAME COLUMN body TO body_before",
    "ALTER TABLE tickets ADD COLUMN body TEXT",
    "UPDATE tickets SET body=body_before",
    "ALTER TABLE tickets DROP COLUMN body_before",
    "ALTER TABLE runtime_sessions ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0 CHECK(quiet>=0)",
    ("ALTER TABLE ticket_messages ADD COLUMN purpose TEXT NOT NULL DEFAULT 'person' "
     "CHECK(purpose IN('person','nudge','go_on'))"),
    "ALTER TABLE ticket_messages ADD COLUMN aside INTEGER NOT NULL DEFAULT 0 CHECK(aside IN(0,1))",
    "ALTER TABLE ticket_messages ADD COLUMN alone INTEGER NOT NULL DEFAULT 0 CHECK(alone IN(0,1))",
    "ALTER TABLE ticket_messages RENAME COLUMN body TO body_before",
    "ALTER TABLE ticket_messages ADD COLUMN body TEXT NOT NULL DEFAULT ''",
    "UPDATE ticket_messages SET body=body_before",
    "ALTER TABLE ticket_messages DROP COLUMN body_before",
    "CREATE TABLE notices("
    "id INTEGER PRIMARY KEY,"
    "event TEXT NOT NULL,"
    "ticket_id INTEGER REFERENCES tickets(id),"
    "run_id TEXT,"
    "created_at INTEGER NOT NULL,"
    "body TEXT NOT NULL"
    ")STRICT",
    "PRAGMA user_version=3",
    NULL,
};

/* Worktrees: a ticket names its workspace; a run knows the branch that it works on, what that starts from, what of its
 * work was kept when its worktree was given back, and whether what follows a turn (after_run, push) is still owed. No
 * row was ever written to the table of slots before. */
static const char *const version_4[] = {
    "ALTER TABLE tickets ADD COLUMN workspace TEXT",
    "ALTER TABLE tickets RENAME COLUMN body TO body_before",
    "ALTER TABLE tickets ADD COLUMN body TEXT",
    "UPDATE tickets SET body=body_before",
    "ALTER TABLE tickets DROP COLUMN body_before",
    "DROP INDEX tickets_ready",
    ("CREATE INDEX tickets_ready ON tickets(profile,workspace,urgency,queued_at)"
     "WHERE status='todo' AND next_attempt_at IS NULL AND waits=0"),
    "DROP INDEX tickets_due",
    ("CREATE INDEX tickets_due ON tickets(next_attempt_at,profile,workspace,urgency,queued_at)"
     "WHERE status='todo' AND next_attempt_at IS NOT NULL AND waits=0"),
    "ALTER TABLE runs ADD COLUMN workspace TEXT",
    "ALTER TABLE runs ADD COLUMN branch TEXT",
    "ALTER TABLE runs ADD COLUMN base TEXT",
    "ALTER TABLE runs ADD COLUMN base_commit TEXT",
    "ALTER TABLE runs ADD COLUMN preserved TEXT",
    "ALTER TABLE runs ADD COLUMN owes INTEGER NOT NULL DEFAULT 0 CHECK(owes IN(0,1))",
    "CREATE INDEX runs_owing ON runs(run_id)WHERE owes=1",
    "DROP TABLE worktree_slots",
    "CREATE TABLE worktree_slots("
    "host TEXT NOT NULL,"
    "slot TEXT NOT NULL,"
    "workspace TEXT NOT NULL,"
    "number INTEGER NOT NULL,"
    "path TEXT NOT NULL,"
    "state TEXT NOT NULL CHECK(state IN('free','claimed','quarantined')),"
    "ticket_id INTEGER REFERENCES tickets(id),"
    "run_id TEXT REFERENCES runs(run_id),"
    "branch TEXT,"
    "claimed_at INTEGER,"
    "note TEXT,"
    "head TEXT,"
    "PRIMARY KEY(host,slot),UNIQUE(host,workspace,number)"
    ")STRICT,WITHOUT ROWID",
    "CREATE INDEX worktree_slots_taken ON worktree_slots(state)WHERE state<>'free'",
    "CREATE UNIQUE INDEX worktree_slots_of_run ON worktree_slots(run_id)WHERE state='claimed'",
    "PRAGMA user_version=4",
    NULL,
};

/* For people who look: lists in their order, counts that are not counted (triggers keep them, whoever writes), how long
 * a run's ticket had waited. For keeping: what goes to the archive may be deleted, and its dedupe key is remembered, so
 * that nobody's work is done a second time (without an index for each foreign key every deletion would read all of the
 * agents' rows); "archiving" in settings is the ticket that is being moved. A request id
 * belongs to what it was first used for. */
/* Of a ticket t. */
#define LOST                                                                                                           \
    "EXISTS(SELECT 1 FROM ticket_needs n JOIN tickets c ON c.id=n.needs_id "                                           \
    "WHERE n.ticket_id=t.id AND c.status='cancelled')"

static const char *const version_5[] = {
    "CREATE INDEX tickets_changed ON tickets(updated_at)",
    "CREATE INDEX tickets_status ON tickets(status,updated_at)",
    "CREATE INDEX tickets_waiting ON tickets(queued_at)WHERE status='todo' AND waits=0",
    "CREATE TABLE ticket_counts(status TEXT PRIMARY KEY,n INTEGER NOT NULL)STRICT,WITHOUT ROWID",
    ("INSERT INTO ticket_counts(status,n)VALUES('inbox',0),('todo',0),('in_progress',0),('in_review',0),"
     "('needs_input',0),('blocked',0),('done',0),('cancelled',0)"),
    "UPDATE ticket_counts SET n=(SELECT count(*)FROM tickets t WHERE t.status=ticket_counts.status)",
    ("CREATE TRIGGER counted_in AFTER INSERT ON tickets BEGIN "
     "UPDATE ticket_counts SET n=n+1 WHERE status=NEW.status;END"),
    ("CREATE TRIGGER counted_over AFTER UPDATE OF status ON tickets WHEN OLD.status<>NEW.status BEGIN "
     "UPDATE ticket_counts SET n=n-1 WHERE status=OLD.status;"
     "UPDATE ticket_counts SET n=n+1 WHERE status=NEW.status;END"),
    ("CREATE TRIGGER counted_out AFTER DELETE ON tickets BEGIN "
     "UPDATE ticket_counts SET n=n-1 WHERE status=OLD.status;END"),
    "ALTER TABLE runs ADD COLUMN waited_ms INTEGER",
    "CREATE INDEX runs_started ON runs(started_at,waited_ms)",
    "CREATE INDEX runs_ended ON runs(ended_at,outcome)WHERE ended_at IS NOT NULL",
    "CREATE INDEX activity_turns ON ticket_activity(created_at,kind)WHERE kind IN('sent','signal','quiet')",
    "CREATE INDEX ticket_activity_words ON ticket_activity(ticket_id)WHERE kind='signal'",
    "CREATE INDEX ticket_messages_go_on ON ticket_messages(ticket_id)WHERE purpose='go_on'",
    /* Tickets to do that wait for a cancelled one: few, and found without a look at all that wait. */
    "CREATE TABLE ticket_lost(ticket_id INTEGER PRIMARY KEY)STRICT",
    "INSERT INTO ticket_lost SELECT DISTINCT n.ticket_id FROM ticket_needs n JOIN tickets c ON c.id=n.needs_id "
    "JOIN tickets t ON t.id=n.ticket_id WHERE c.status='cancelled' AND t.status='todo'",
    ("CREATE TRIGGER lost_need_moved AFTER UPDATE OF status ON tickets "
     "WHEN(OLD.status='cancelled')<>(NEW.status='cancelled')BEGIN "
     "DELETE FROM ticket_lost WHERE ticket_id IN(SELECT ticket_id FROM ticket_needs WHERE needs_id=NEW.id);"
     "INSERT INTO ticket_lost SELECT t.id FROM tickets t WHERE t.id IN(SELECT ticket_id FROM ticket_needs "
     "WHERE needs_id=NEW.id)AND t.status='todo' AND " LOST ";END"),
    ("CREATE TRIGGER lost_moved AFTER UPDATE OF status ON tickets "
     "WHEN NEW.waits=1 AND(OLD.status='todo')<>(NEW.status='todo')BEGIN "
     "DELETE FROM ticket_lost WHERE ticket_id=NEW.id;"
     "INSERT INTO ticket_lost SELECT t.id FROM tickets t WHERE t.id=NEW.id AND t.status='todo' AND " LOST ";END"),
    ("CREATE TRIGGER lost_need_added AFTER INSERT ON ticket_needs BEGIN "
     "INSERT OR IGNORE INTO ticket_lost SELECT t.id FROM tickets t WHERE t.id=NEW.ticket_id AND t.status='todo' AND "
     "EXISTS(SELECT 1 FROM tickets c WHERE c.id=NEW.needs_id AND c.status='cancelled');END"),
    ("CREATE TRIGGER lost_need_removed AFTER DELETE ON ticket_needs BEGIN "
     "DELETE FROM ticket_lost WHERE ticket_id=OLD.ticket_id AND NOT EXISTS("
     "SELECT 1 FROM tickets t WHERE t.id=OLD.ticket_id AND " LOST ");END"),
    ("CREATE TRIGGER lost_gone AFTER DELETE ON tickets BEGIN "
     "DELETE FROM ticket_lost WHERE ticket_id=OLD.id;END"),
    "CREATE TABLE archived_keys(dedupe_key TEXT PRIMARY KEY,ticket_id INTEGER NOT NULL)STRICT,WITHOUT ROWID",
    "CREATE INDEX runtime_sessions_of_ticket ON runtime_sessions(ticket_id)",
    "CREATE INDEX runtime_sessions_of_run ON runtime_sessions(run_id)",
    "DROP TRIGGER activity_no_delete",
    ("CREATE TRIGGER activity_no_delete BEFORE DELETE ON ticket_activity WHEN NOT EXISTS("
     "SELECT 1 FROM settings WHERE key='archiving' AND value=CAST(OLD.ticket_id AS TEXT))BEGIN "
     "SELECT RAISE(ABORT,'ticket_activity is append only');END"),
    "ALTER TABLE requests ADD COLUMN act TEXT",
    "PRAGMA user_version=5",
    NULL,
};

/* migrations[n] takes a board from version n to n + 1. */
static const char *const *const migrations[] = {version_1, version_2, version_3, version_4, version_5};
_Static_assert(sizeof migrations / sizeof *migrations == SCHEMA_VERSION, "one migration a version");

bool schema_version(struct board *board, int64_t *version, struct err *err) {
    return db_number(board, CALL_BARE(SQL_VERSION), version, err);
}

bool schema_refuse_newer(const struct board *board, int64_t version, struct err *err) {
    return err_set(err, MC_CONFIG, "board %s is of version %lld, newer than this program's %d: update mc-pickup",
                   board->path, (long long)version, SCHEMA_VERSION);
}

bool schema_migrate(struct board *board, bool *changed, struct err *err) {
    int64_t version = 0;
    *changed = false;
    if (!schema_version(board, &version, err))
        return false;
    for (; version < SCHEMA_VERSION; version++, *changed = true)
        if (!db_script(board, migrations[version], err))
            return false;
    return true;
}
