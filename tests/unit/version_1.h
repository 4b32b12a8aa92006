#ifndef MC_VERSION_1_H
#define MC_VERSION_1_H

/* The texts that made boards of version 1, as they were: such boards are still about. */
static const char *const version_1_texts[] = {
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

/* Rows such as a pickup of that version left, of every table that a migration changes. */
static const char *const version_1_rows[] = {
    "INSERT INTO tickets(title,body,status,priority,profile,run_id,worker_pid,worker_host,attempts,failure_reason,"
    "created_at,updated_at)VALUES('works','Do it.','in_progress','high','demo','0123456789abcdef0123456789abcdef',42,"
    "'here',1,'exited: x',10,30),('waits','And that.','todo','low',NULL,NULL,NULL,NULL,0,NULL,20,20),"
    "('later',NULL,'todo','medium',NULL,NULL,NULL,NULL,2,'timeout: y',15,40)",
    "UPDATE tickets SET next_attempt_at=900 WHERE id=3",
    "INSERT INTO ticket_needs(ticket_id,needs_id)VALUES(2,1)",
    "INSERT INTO runs(run_id,ticket_id,attempt,host,pickup_pid,pickup_start,pickup_boot,started_at)"
    "VALUES('0123456789abcdef0123456789abcdef',1,2,'here',7,8,'boot-1',25)",
    "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,pane_id,pid,pid_start,boot_id,"
    "turn_nonce,spawned_at,turn_started_at,turn_count)VALUES('ticket:1:session',1,'0123456789abcdef0123456789abcdef',"
    "'here','running','mc-MC-1','%1',42,43,'boot-1','MC_TICKET_TURN:1:1000:00000001',25,26,1)",
    "INSERT INTO ticket_messages(ticket_id,author,kind,status,nonce,run_id,created_at,sent_at)VALUES(1,'mc-pickup',"
    "'work','sent','MC_TICKET_TURN:1:1000:00000001','0123456789abcdef0123456789abcdef',25,26)",
    "INSERT INTO ticket_activity(ticket_id,author,kind,body,created_at)VALUES(1,'you','created','works',10)",
    "INSERT INTO settings(key,value)VALUES('paused','lunch')",
    NULL,
};

#endif
