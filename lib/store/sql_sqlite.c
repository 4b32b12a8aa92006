#include "store/sql.h"

#include "store/columns.h"
#include "store/conditions.h"

/* All rows of an embedded board are this machine's, whatever it is called today: its name is bound for boards that
 * several machines share. */
#define HERE ":host IS NOT NULL"
#define BOTH_DUE(columns)                                                                                              \
    "SELECT * FROM(SELECT " columns " FROM tickets INDEXED BY tickets_due WHERE " DUE                                  \
    " ORDER BY next_attempt_at LIMIT :window)UNION ALL SELECT * FROM(SELECT " columns                                  \
    " FROM tickets INDEXED BY tickets_due WHERE " STRAY " ORDER BY next_attempt_at LIMIT :window)"

#define DIED "(failure_reason GLOB 'worker_died:*' OR failure_reason GLOB 'starting:*')"
#define BREAKER_KEYS "key>='breaker:' AND key<'breaker;'"
/* Those of profiles and of workspaces. */
#define SAID_KEYS "key>='said:profile:' AND key<'said:workspace;'"
#define STUCK_KEYS "key>='stuck:' AND key<'stuck;'"
#define SAID_OR_STUCK_KEYS "key>='said:profile:' AND key<'stuck;'"

/* One ticket of each profile and workspace in the ready index, by one look each. */
#define READY_FROM "SELECT id FROM tickets INDEXED BY tickets_ready WHERE " READY
#define EACH_KIND                                                                                                      \
    "SELECT * FROM(SELECT profile,workspace,id FROM tickets INDEXED BY tickets_ready WHERE " READY                     \
    " ORDER BY profile,workspace,urgency,queued_at LIMIT 1)UNION ALL SELECT t.profile,t.workspace,t.id FROM p "        \
    "CROSS JOIN tickets t WHERE t.id=COALESCE((" READY_FROM                                                            \
    " AND profile IS p.profile AND workspace>COALESCE(p.workspace,'')ORDER BY workspace,urgency,queued_at LIMIT "      \
    "1),(" READY_FROM " AND profile>COALESCE(p.profile,'')ORDER BY profile,workspace,urgency,queued_at LIMIT 1))"

/* An agent of an earlier run may still be at it, perhaps on another host: until healing has settled that, the ticket
 * cannot be taken, and must not stand before those that can. */
#define NO_AGENT                                                                                                       \
    "NOT EXISTS(SELECT 1 FROM runtime_sessions r WHERE r.session_key='ticket:'||tickets.id||':session' AND " R_ACTIVE  \
    ")"

#define CLAIM_READY                                                                                                    \
    "SELECT id,urgency,queued_at FROM tickets INDEXED BY tickets_ready WHERE " READY                                   \
    " AND profile IS :profile AND workspace IS :workspace AND " NO_AGENT " ORDER BY urgency,queued_at,id LIMIT 1"

/* The run's message under way: the work message before the notes that go with it. */
#define SENDING_OF(run)                                                                                                \
    "ticket_messages m ON m.id=COALESCE("                                                                              \
    "(SELECT id FROM ticket_messages WHERE run_id=" run " AND status='sending' AND kind='work' LIMIT 1),"              \
    "(SELECT min(id) FROM ticket_messages WHERE run_id=" run " AND status='sending'))"
/* Notes that wait and find room in one turn: the oldest, after what goes `already`, beside the ticket's text where that
 * goes along. */
#define SIZE(body) "length(CAST(COALESCE(" body ",'')AS BLOB))"
#define FITTING(ticket, already, text)                                                                                 \
    "id IN(SELECT id FROM(SELECT id,sum(" SIZE("body") "+2)OVER(ORDER BY status='pending',id)AS n FROM "               \
                                                       "ticket_messages WHERE ticket_id=" ticket                       \
                                                       " AND kind='note' AND(status='pending'" already                 \
                                                       "))WHERE n+" text "<=:room)"
#define TICKET_OF_RUN "(SELECT ticket_id FROM runs WHERE run_id=:run_id)"
#define WHOLE_TURN "EXISTS(SELECT 1 FROM ticket_messages WHERE run_id=:run_id AND nonce=:nonce AND kind='work')"
#define BODY_OF(ticket) "(SELECT " SIZE("body") "FROM tickets WHERE id=" ticket ")"

/* What nobody but us has to say is not said when it is no longer true. */
#define DROP "UPDATE ticket_messages SET status='failed_to_inject',next_attempt_at=NULL,error='no longer needed' WHERE "

#define LAST_EFFECT(run, kind)                                                                                         \
    "(SELECT state FROM effects WHERE run_id=" run " AND kind='" kind "' ORDER BY id DESC LIMIT 1)"

/* Message m may go to the agent of r: its ticket is at work, or a person has more to say to it. */
#define MAY_HEAR                                                                                                       \
    "EXISTS(SELECT 1 FROM tickets t WHERE t.id=r.ticket_id AND t.run_id=r.run_id AND(t.status='in_progress' OR "       \
    "t.status='in_review' AND m.kind='note' AND m.purpose='person' AND NOT m.aside))"

/* Somebody has begun to end its agent: that one gets no turn any more. */
#define END_BEGUN(run) "EXISTS(SELECT 1 FROM effects WHERE run_id=" run " AND kind='kill' AND state='intent')"

/* The turn was taken for a prompt that did not arrive: the turn under way is somebody else's. */
#define LOST_TURN "SELECT 1 FROM ticket_messages m WHERE m.run_id=:run_id AND m.status='sending' AND m.nonce=turn_nonce"

#define EFFECTS_OF(run)                                                                                                \
    LAST_EFFECT(run, "spawn") "AS spawn," LAST_EFFECT(run, "send") "AS send," LAST_EFFECT(run, "kill") "AS kill "
#define CASE_OF_RUNTIME                                                                                                \
    "SELECT " COLUMNS_TR RUNTIME_COLUMNS("r.") "," MESSAGE_FIELDS("m.", "NULL AS body") "," EFFECTS_OF(                \
        "r.run_id") ",EXISTS(SELECT 1 FROM ticket_messages m WHERE m.ticket_id=r.ticket_id AND m.status='pending' "    \
                    "AND " AFTER_PAUSE ")AS pausing "
#define CASE_OF_TICKET "SELECT " COLUMNS_TR MESSAGE_FIELDS("m.", "NULL AS body") "," EFFECTS_OF("t.run_id")
#define JOIN_RUNTIME                                                                                                   \
    "LEFT JOIN tickets t ON t.id=r.ticket_id LEFT JOIN runs u ON u.run_id=r.run_id LEFT JOIN " SENDING_OF("r.run_id")
#define JOIN_TICKET "LEFT JOIN runs u ON u.run_id=t.run_id LEFT JOIN " SENDING_OF("t.run_id")
#define NO_RUNTIME                                                                                                     \
    "NOT EXISTS(SELECT 1 FROM runtime_sessions r WHERE r.session_key='ticket:'||t.id||':session' AND " R_ACTIVE        \
    " AND(t.run_id IS NULL OR r.run_id=t.run_id))"

/* Its run has an agent, or is the one that its ticket is worked by. */
#define SLOT_HELD                                                                                                      \
    "(EXISTS(SELECT 1 FROM runtime_sessions r INDEXED BY runtime_sessions_active WHERE " R_ACTIVE                      \
    " AND r.run_id=worktree_slots.run_id)OR EXISTS(SELECT 1 FROM tickets t WHERE t.id=worktree_slots.ticket_id AND "   \
    "t.status='in_progress' AND t.run_id=worktree_slots.run_id))"
#define SLOT_LEFT "state='claimed' AND NOT " SLOT_HELD
/* A run that a hand has taken away is nobody. */
#define SLOT_OF "slot=:name AND run_id IS :run_id"

/* What a list is asked for; NULL asks for nothing. The text is looked for as it stands: no character of it means
 * another. `nameless`: one that names no profile has the one that is asked for. */
#define LIST_MATCH                                                                                                     \
    "(:profile IS NULL OR profile=:profile OR profile IS NULL AND :nameless)"                                          \
    "AND(:workspace IS NULL OR workspace=:workspace OR workspace IS NULL AND :placeless)"                              \
    "AND(:labels IS NULL OR NOT EXISTS(SELECT 1 FROM json_each(:labels)l WHERE "                                       \
    "instr(','||COALESCE(labels,'')||',',','||l.value||',')=0))"                                                       \
    "AND(:search IS NULL OR instr(lower(title),lower(:search))OR instr(lower(body),lower(:search)))"

/* What comes behind a place, also in the middle of many that were made at one time: each arm is a range of the index,
 * and they are merged. */
#define CHANGED(index, which) "SELECT id,updated_at FROM tickets INDEXED BY " index " WHERE " which " AND " LIST_MATCH
#define AFTER_CHANGE(index, status)                                                                                    \
    CHANGED(index, status "updated_at=:updated_at AND id<:id")                                                         \
    " UNION ALL " CHANGED(index, status "updated_at<:updated_at") " ORDER BY updated_at DESC,id DESC LIMIT :limit"
#define BEHIND(which)                                                                                                  \
    "SELECT id,urgency,queued_at FROM tickets INDEXED BY tickets_ready WHERE " READY                                   \
    " AND profile IS :profile AND workspace IS :workspace AND " which " AND " NO_AGENT

/* A tick counts from the boot that is recorded beside it: one of another boot says nothing any more. */
#define TURN_TICK                                                                                                      \
    "turn_started_tick=:tick,stall_tick=NULL,idle_tick=NULL,spawned_tick=CASE WHEN :tick_boot IS NULL OR tick_boot "   \
    "IS :tick_boot "                                                                                                   \
    "THEN spawned_tick END,tick_boot=COALESCE(:tick_boot,tick_boot)"

#define RUNS_OF_TICKET "run_id IN(SELECT run_id FROM runs WHERE ticket_id=:ticket_id)"
#define RUN_IS_TICKETS "EXISTS(SELECT 1 FROM runs WHERE run_id=:run_id AND ticket_id=:ticket_id)"
/* What was said, seen or begun here (said:, stuck:, place, …) is no other board's. */
#define KEPT(key)                                                                                                      \
    "(" key " IN('paused','ticket_prefix')OR " key " GLOB 'base:*' OR " key " GLOB 'breaker:*' OR " key                \
    " GLOB 'remote:*' OR " key " GLOB 'repo:*' OR " key " GLOB 'unpushed:*')"

/* Of a closed ticket: is nothing left of it that is not over? */
#define IS_OVER                                                                                                        \
    "NOT EXISTS(SELECT 1 FROM runtime_sessions r WHERE r.session_key='ticket:'||t.id||':session' "                     \
    "AND r.status IN('spawning','idle','running'))"                                                                    \
    "AND NOT EXISTS(SELECT 1 FROM ticket_messages m WHERE m.ticket_id=t.id AND m.status IN('pending','sending'))"      \
    "AND NOT EXISTS(SELECT 1 FROM notices o WHERE o.ticket_id=t.id)"                                                   \
    "AND NOT EXISTS(SELECT 1 FROM runs u WHERE u.ticket_id=t.id AND(u.ended_at IS NULL OR u.owes=1))"
/* And does nothing speak of it, and has it no newest number? */
#define MAY_GO                                                                                                         \
    "t.updated_at<:before AND NOT EXISTS(SELECT 1 FROM ticket_needs n WHERE n.needs_id=t.id)"                          \
    "AND NOT EXISTS(SELECT 1 FROM worktree_slots s WHERE s.ticket_id=t.id)"                                            \
    "AND " IS_OVER "AND NOT EXISTS(SELECT 1 FROM runs u WHERE u.ticket_id=t.id AND u.ended_at>=:before)"               \
    "AND t.id<>(SELECT max(id)FROM tickets)"                                                                           \
    "AND t.id IS NOT(SELECT ticket_id FROM ticket_activity ORDER BY id DESC LIMIT 1)"                                  \
    "AND t.id IS NOT(SELECT ticket_id FROM ticket_messages ORDER BY id DESC LIMIT 1)"                                  \
    "AND t.id IS NOT(SELECT ticket_id FROM runs WHERE run_id=(SELECT run_id FROM effects ORDER BY id DESC LIMIT 1))"

const char *const sql_sqlite[SQL_COUNT] = {
    [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SQL_BEGIN_LOOK] = "BEGIN",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_VERSION] = "PRAGMA user_version",

    [SQL_TICKET_INSERT] =
        "INSERT INTO "
        "tickets(title,body,status,priority,profile,workspace,labels,dedupe_key,created_at,queued_at,updated_at)"
        "VALUES(:title,:body,:status,:priority,:profile,:workspace,:labels,:dedupe_key,:now,:now,:now)RETURNING id",
    [SQL_TICKET_GET] = "SELECT " TICKET_COLUMNS("") " FROM tickets WHERE id=:id",
    [SQL_TICKET_BY_DEDUPE] = "SELECT id,0 AS archived FROM tickets WHERE dedupe_key=:dedupe_key UNION ALL "
                             "SELECT ticket_id,1 FROM archived_keys WHERE dedupe_key=:dedupe_key",
    [SQL_TICKET_LIST] = "SELECT " TICKET_COLUMNS("") " FROM(SELECT " TICKET_FIELDS(
        "", "NULL AS body") " FROM tickets ORDER BY updated_at DESC,id DESC LIMIT :limit)ORDER BY updated_at,id",
    [SQL_TICKET_LIST_STATUS] = "SELECT " TICKET_COLUMNS("") " FROM(SELECT " TICKET_FIELDS(
        "", "NULL AS body") " FROM tickets WHERE status=:status ORDER BY updated_at DESC,id DESC LIMIT :limit)ORDER BY "
                            "updated_at,id",
    [SQL_LIST_CHANGED] = AFTER_CHANGE("tickets_changed", ""),
    [SQL_LIST_STATUS] = AFTER_CHANGE("tickets_status", "status=:status AND "),
    [SQL_LIST_MATCH] = "SELECT id FROM tickets WHERE id=:id AND " LIST_MATCH,
    [SQL_LIST_ROW] = "SELECT " TICKET_FIELDS("", "NULL AS body") " FROM tickets WHERE id=:id",
    [SQL_LIST_NEED] =
        "SELECT COALESCE(min(CASE t.status WHEN 'cancelled' THEN n.needs_id END),min(n.needs_id))AS "
        "needs_id,COALESCE(max(t.status='cancelled'),0)AS cancelled FROM ticket_needs n JOIN tickets t ON "
        "t.id=n.needs_id WHERE n.ticket_id=:id AND t.status<>'done'",
    [SQL_LIST_BRANCH] = "SELECT branch FROM runs WHERE ticket_id=:id AND branch IS NOT NULL ORDER BY attempt DESC "
                        "LIMIT 1",
    [SQL_LINE_READY] = BEHIND("urgency=:urgency AND queued_at=:queued_at AND id>:id") " UNION ALL " BEHIND(
        "urgency=:urgency AND queued_at>:queued_at") " UNION ALL " BEHIND("urgency>:urgency") " ORDER BY "
                                                                                              "urgency,queued_at,id "
                                                                                              "LIMIT :limit",
    [SQL_LINE_DUE] = "SELECT id,urgency,queued_at,profile,workspace,next_attempt_at," NO_AGENT
                     "AS free FROM tickets INDEXED BY tickets_due WHERE " PUT_OFF
                     " AND(next_attempt_at,id)>(:after,:id)AND next_attempt_at<=:latest ORDER BY next_attempt_at,id "
                     "LIMIT :limit",
    [SQL_TICKET_NEED_ADD] = "INSERT OR IGNORE INTO ticket_needs(ticket_id,needs_id)VALUES(:id,:needs_id)",
    [SQL_TICKET_NEEDS] = "SELECT t.id,t.status FROM ticket_needs n JOIN tickets t ON t.id=n.needs_id "
                         "WHERE n.ticket_id=:id ORDER BY n.needs_id",
    [SQL_TICKET_NEED_REMOVE] = "DELETE FROM ticket_needs WHERE ticket_id=:id AND needs_id=:needs_id",
    [SQL_TICKET_NEED_TOWARDS] =
        "WITH RECURSIVE back(id)AS(VALUES(:needs_id)UNION SELECT n.ticket_id FROM back JOIN ticket_needs n ON "
        "n.needs_id=back.id)SELECT needs_id FROM ticket_needs WHERE ticket_id=:id AND needs_id IN(SELECT id FROM back)"
        "ORDER BY needs_id<>:needs_id,needs_id LIMIT 1",
    [SQL_TICKET_AMEND] = "UPDATE tickets SET title=:title,body=:body,priority=:priority,profile=:profile,"
                         "workspace=:workspace,labels=:labels,updated_at=:now WHERE id=:id",
    [SQL_TICKET_MOVE] =
        "UPDATE tickets SET status=:to,failure_reason=:failure_reason,next_attempt_at=:next_attempt_at,updated_at=:now,"
        "attempts=CASE WHEN :attempts<0 THEN attempts ELSE :attempts END,"
        "run_id=CASE WHEN :clear THEN NULL ELSE run_id END,"
        "worker_pid=CASE WHEN :clear THEN NULL ELSE worker_pid END,"
        "worker_start=CASE WHEN :clear THEN NULL ELSE worker_start END,"
        "worker_boot=CASE WHEN :clear THEN NULL ELSE worker_boot END,"
        "worker_ns=CASE WHEN :clear THEN NULL ELSE worker_ns END,"
        "worker_host=CASE WHEN :clear THEN NULL ELSE worker_host END "
        "WHERE id=:id AND status=:from AND(:run_id IS NULL OR run_id=:run_id)",
    [SQL_TICKET_TURN] = "UPDATE tickets SET turns=min(turns," MOST ")+:count,worked_ms=min(worked_ms," MOST
                        ")+:worked,result=COALESCE(:result,result) "
                        "WHERE id=:id",
    [SQL_TICKET_HEARD] = "UPDATE tickets SET turns=0,worked_ms=0 WHERE id=:id AND(turns<>0 OR worked_ms<>0)",
    [SQL_TICKET_ON] = "UPDATE tickets SET failure_reason=NULL WHERE id=(SELECT ticket_id FROM ticket_messages WHERE "
                      "id=:id)AND status='in_progress' AND failure_reason IS NOT NULL",

    [SQL_TICKET_NEWEST] = "SELECT updated_at FROM tickets ORDER BY updated_at DESC LIMIT 1",
    [SQL_QUICK_CHECK] = "PRAGMA quick_check(1)",

    /* Compiled by every run, also one that finds nothing: of the arms of a union each costs less than an EXISTS. */
    [SQL_CLAIM_ANY] = "SELECT 1 AS found FROM tickets INDEXED BY tickets_ready WHERE " READY
                      " UNION ALL SELECT 1 FROM tickets INDEXED BY tickets_due WHERE " PUT_OFF
                      " UNION ALL SELECT 1 FROM settings WHERE " SAID_OR_STUCK_KEYS,
    [SQL_CLAIM_WHICH] = "SELECT EXISTS(SELECT 1 FROM tickets INDEXED BY tickets_ready WHERE " READY ")AS ready,"
                        "EXISTS(SELECT 1 FROM tickets INDEXED BY tickets_due WHERE " DUE ")"
                        "OR EXISTS(SELECT 1 FROM tickets INDEXED BY tickets_due WHERE " STRAY ")AS due,"
                        "EXISTS(SELECT 1 FROM settings WHERE " STUCK_KEYS ")AS new_stuck,"
                        "EXISTS(SELECT 1 FROM settings WHERE " SAID_KEYS ")AS said",
    [SQL_CLAIM_READY] = CLAIM_READY,
    [SQL_CLAIM_READY_TAKE] = CLAIM_READY,
    [SQL_CLAIM_DUE] = "SELECT id,urgency,queued_at,profile,workspace," NO_AGENT
                      "AS free FROM(" BOTH_DUE("id,urgency,queued_at,profile,workspace") ")tickets",
    [SQL_CLAIM_BLOCKER] =
        "SELECT n.needs_id,t.status='cancelled' AS cancelled FROM ticket_needs n JOIN tickets t ON t.id=n.needs_id "
        "WHERE n.ticket_id=:id AND t.status<>'done' ORDER BY n.needs_id",
    [SQL_CLAIM_AGENTS] =
        "SELECT COALESCE(sum(status<>'idle'),0)AS running,count(*)AS live,EXISTS(SELECT 1 FROM settings WHERE "
        "key='paused')AS paused FROM runtime_sessions "
        "INDEXED BY runtime_sessions_active WHERE " HERE " AND " ACTIVE,
    [SQL_CLAIM_CHECK] =
        "SELECT (SELECT min(COALESCE(max(attempt),0)," MOST
        ")+1 FROM runs WHERE ticket_id=:id)AS attempt FROM tickets WHERE id=:id "
        "AND "
        "status='todo' AND waits=0 AND(next_attempt_at IS NULL OR next_attempt_at<=:now OR next_attempt_at>:horizon)"
        "AND NOT EXISTS(SELECT 1 FROM runtime_sessions WHERE session_key=:session_key AND " ACTIVE ")",
    [SQL_CLAIM_TICKET] =
        "UPDATE tickets SET status='in_progress',run_id=:run_id,worker_host=:host,worker_pid=NULL,worker_start=NULL,"
        "worker_boot=NULL,worker_ns=NULL,next_attempt_at=NULL,failure_reason=NULL,updated_at=:now WHERE id=:id AND "
        "status='todo'",
    [SQL_CLAIM_RUN] =
        "INSERT INTO runs(run_id,ticket_id,attempt,host,workspace,pickup_pid,pickup_start,pickup_boot,pickup_ns,"
        "started_at,waited_ms)SELECT :run_id,id,:attempt,:host,:workspace,:pickup_pid,:pickup_start,:pickup_boot,"
        ":pickup_ns,:now,max(0,:now-max(queued_at,COALESCE(next_attempt_at,0)))FROM tickets WHERE id=:id",
    [SQL_CLAIM_RUNTIME] =
        "INSERT OR REPLACE INTO runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,profile,cwd,"
        "pane_log_path,spawned_at,tick_boot,spawned_tick)VALUES(:session_key,:id,:run_id,:host,'spawning',:tmux_target,"
        ":profile,:cwd,:log,:now,:tick_boot,:tick)",
    [SQL_CLAIM_MESSAGE] =
        "INSERT INTO "
        "ticket_messages(ticket_id,author,kind,status,nonce,run_id,created_at)VALUES(:id,'mc-pickup','work',"
        "CASE WHEN :sending THEN 'sending' ELSE 'pending' END,:nonce,:run_id,:now)",
    [SQL_CLAIM_NOTES] =
        "UPDATE ticket_messages SET status=CASE WHEN :sending THEN 'sending' ELSE 'pending' END,nonce=:nonce,"
        "run_id=:run_id WHERE ticket_id=:id AND status='pending' AND kind='note' AND " FITTING(":id", "",
                                                                                               BODY_OF(":id")),
    [SQL_CLAIM_SWEEP] = "UPDATE tickets SET next_attempt_at=NULL WHERE id IN(" BOTH_DUE("id") ")",

    [SQL_QUEUE_BACK] =
        "UPDATE tickets SET queued_at=:now,world_failures=min(world_failures," MOST ")+:world WHERE id=:id",
    [SQL_QUEUE_FORGET] = "UPDATE tickets SET world_failures=0 WHERE id=:id AND world_failures<>0",
    /* What no agent was started for says nothing. */
    [SQL_QUEUE_LAST_CLASS] =
        "SELECT CASE outcome WHEN 'failed' THEN class END AS class,detail FROM runs WHERE ticket_id=:id AND "
        "run_id<>:run_id AND outcome<>'abandoned' ORDER BY attempt DESC LIMIT 1",
    [SQL_QUEUE_EXCUSE] = "UPDATE tickets SET attempts=max(attempts-:count,0),queued_at=:now,"
                         "world_failures=max(world_failures,1)WHERE id=:id AND status IN('todo','blocked')AND " DIED,
    [SQL_QUEUE_RELEASE] = "UPDATE tickets SET status='todo',next_attempt_at=NULL,updated_at=:now "
                          "WHERE id=:id AND status='blocked' AND " DIED,
    [SQL_QUEUE_STRAIGHTEN] =
        "WITH RECURSIVE p(profile,workspace,id)AS(" EACH_KIND
        ")UPDATE tickets SET queued_at=:now WHERE id IN(SELECT t.id FROM p CROSS JOIN tickets t INDEXED BY "
        "tickets_ready WHERE t.status='todo' AND t.next_attempt_at IS NULL AND t.waits=0 AND t.profile IS p.profile "
        "AND t.workspace IS p.workspace AND t.urgency IN(0,1,2,3)AND t.queued_at>:latest LIMIT 1000)",
    [SQL_STUCK_OF] = "SELECT n.ticket_id,n.needs_id FROM ticket_needs n JOIN tickets c ON c.id=n.needs_id "
                     "WHERE n.ticket_id=:id AND c.status='cancelled' ORDER BY n.needs_id LIMIT 1",
    [SQL_STUCK_BEHIND] = "SELECT n.ticket_id,n.needs_id FROM ticket_needs n JOIN tickets t ON t.id=n.ticket_id "
                         "WHERE n.needs_id=:id AND t." STUCK_STATUS " ORDER BY n.ticket_id",
    [SQL_STUCK_NEW] = "SELECT n.ticket_id,min(n.needs_id)AS needs_id FROM settings s JOIN tickets t ON "
                      "t.id=CAST(substr(s.key,7)AS INTEGER)"
                      "JOIN ticket_needs n ON n.ticket_id=t.id JOIN tickets c ON c.id=n.needs_id WHERE s." STUCK_KEYS
                      " AND t." STUCK_STATUS " AND c.status='cancelled' GROUP BY n.ticket_id ORDER BY n.ticket_id",
    [SQL_STUCK_NOW] = "SELECT l.ticket_id,(SELECT min(n.needs_id)FROM ticket_needs n JOIN tickets c ON c.id=n.needs_id "
                      "WHERE n.ticket_id=l.ticket_id AND c.status='cancelled')AS needs_id FROM ticket_lost l "
                      "ORDER BY l.ticket_id LIMIT :limit",
    [SQL_STUCK_SAID] = "DELETE FROM settings WHERE " STUCK_KEYS,
    [SQL_READY_KINDS] = "WITH RECURSIVE p(profile,workspace,id)AS(" EACH_KIND ")SELECT profile,workspace,id FROM p",
    [SQL_SAID_MARKS] = "SELECT key FROM settings WHERE " SAID_KEYS,
    [SQL_BREAKER_LIST] = "SELECT key,value FROM settings WHERE " BREAKER_KEYS " ORDER BY key",
    [SQL_BREAKER_PROVE] =
        "DELETE FROM settings WHERE key IN('breaker:machine','breaker:'||:profile,"
        "'breaker:'||:workspace,'breaker:'||:endpoint)AND(:turn OR instr(value,'\"class\":\"awaiting_human\"')=0)",
    [SQL_BREAKER_CLOSE] = "DELETE FROM settings WHERE " BREAKER_KEYS " AND(:thing IS NULL OR key='breaker:'||:thing)",

    [SQL_RUNTIME_GET] = "SELECT " RUNTIME_COLUMNS("") " FROM runtime_sessions WHERE session_key=:session_key",
    [SQL_RUNTIME_LIST_ACTIVE] = "SELECT " RUNTIME_COLUMNS("") " FROM runtime_sessions WHERE " ACTIVE
                                                              " AND(:host IS NULL OR " HERE ")ORDER BY ticket_id",
    [SQL_RUNTIME_SET_AGENT] = "UPDATE runtime_sessions SET pane_id=:pane_id,pid=:pid,pid_start=:start,boot_id=:boot,"
                              "pid_ns=:ns WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE,
    [SQL_RUNTIME_SET_WORKER] =
        "UPDATE tickets SET worker_pid=:pid,worker_start=:start,worker_boot=:boot,worker_ns=:ns,worker_host=(SELECT "
        "host FROM runtime_sessions WHERE session_key=:session_key),updated_at=:now WHERE id=(SELECT ticket_id FROM "
        "runtime_sessions WHERE session_key=:session_key)AND run_id=:run_id AND status='in_progress'",
    [SQL_RUNTIME_TAKE_TURN] =
        "UPDATE runtime_sessions SET "
        "status='running',turn_nonce=:nonce,turn_started_at=:now,turn_count=min(turn_count," MOST ")+1," TURN_TICK " "
        "WHERE session_key=:session_key AND run_id=:run_id AND status IN('idle','spawning')AND NOT " END_BEGUN(
            ":run_id"),
    [SQL_RUNTIME_END_TURN] =
        "UPDATE runtime_sessions SET status='idle',last_turn_marker=COALESCE(turn_nonce,last_turn_marker),"
        "turn_nonce=NULL,last_output_at=:now,stall_tick=NULL,idle_tick=:tick "
        "WHERE session_key=:session_key AND run_id=:run_id AND status='running' AND turn_nonce IS :nonce",
    [SQL_RUNTIME_RETURN_TURN] =
        "UPDATE runtime_sessions SET status=:to,turn_nonce=NULL,turn_started_at=NULL,turn_started_tick=NULL,"
        "stall_tick=NULL,idle_tick=:tick,turn_count=max(turn_count-1,0),last_output_at=:now "
        "WHERE session_key=:session_key AND run_id=:run_id AND status='running' AND turn_nonce IS :nonce",
    /* Of one with a turn under way somebody may have made a start again by hand. */
    [SQL_RUNTIME_SETTLE_IDLE] = "UPDATE runtime_sessions SET status=CASE WHEN turn_nonce IS NOT NULL AND "
                                "turn_started_at IS NOT NULL THEN 'running' ELSE 'idle' END,"
                                "last_output_at=:now,idle_tick=:tick "
                                "WHERE session_key=:session_key AND run_id=:run_id AND status='spawning'",
    [SQL_RUNTIME_RETIRE] = "UPDATE runtime_sessions SET status=:to,failure_reason=:reason,closed_at=:now,"
                           "last_turn_marker=COALESCE(turn_nonce,last_turn_marker),turn_nonce=NULL "
                           "WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE,
    [SQL_RUNTIME_NO_WORKER] =
        "UPDATE tickets SET worker_pid=NULL,worker_start=NULL,worker_boot=NULL,worker_ns=NULL WHERE id=(SELECT "
        "ticket_id FROM runtime_sessions WHERE session_key=:session_key)AND run_id=:run_id AND worker_pid IS NOT NULL",
    [SQL_RUNTIME_REBUILD] = "INSERT OR REPLACE INTO runtime_sessions(" RUNTIME_COLUMNS(
        "") ")SELECT :session_key,:ticket_id,:run_id,:host,"
            ":status,:tmux_target,:pane_id,:pid,:start,:boot,:ns,:profile,:cwd,:log,:turn_nonce,:last_turn_marker,"
            ":harvest_offset,NULL,:spawned_at,:turn_started_at,:last_output_at,NULL,:turn_count,"
            ":tick_boot,:spawned_tick,:turn_started_tick,:stall_tick,:idle_tick,:quiet "
            "WHERE EXISTS(SELECT 1 FROM runs WHERE run_id=:run_id AND ticket_id=:ticket_id)AND NOT EXISTS("
            "SELECT 1 FROM runtime_sessions WHERE session_key=:session_key AND " ACTIVE ")",
    /* Of several that see the stall at once one finds the mark as it was. */
    [SQL_RUNTIME_NOTE_STALL] =
        "UPDATE runtime_sessions SET stall_tick=:tick,last_output_at=COALESCE(:activity,last_output_at)"
        "WHERE session_key=:session_key AND run_id=:run_id AND status='running' AND turn_started_tick IS :turn AND "
        "stall_tick IS :before",
    [SQL_RUNTIME_RESUME] = "UPDATE runtime_sessions SET turn_started_tick=:tick,stall_tick=NULL "
                           "WHERE run_id=:run_id AND status='running' AND tick_boot=:tick_boot",
    [SQL_RUNTIME_START_CLOCK] =
        "UPDATE runtime_sessions SET tick_boot=:tick_boot,spawned_tick=:tick,stall_tick=NULL,"
        "turn_started_tick=CASE WHEN status='running' THEN :tick END,idle_tick=CASE WHEN status='idle' THEN :tick END "
        "WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE
        " AND(tick_boot IS NOT :tick_boot OR spawned_tick IS NULL)",
    [SQL_RUNTIME_SET_TARGET] = "UPDATE runtime_sessions SET tmux_target=:tmux_target "
                               "WHERE session_key=:session_key AND run_id=:run_id AND status='spawning'",
    [SQL_RUNTIME_SET_HARVEST] = "UPDATE runtime_sessions SET harvest_offset=:offset "
                                "WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE,
    [SQL_RUNTIME_RENEW] = "UPDATE runtime_sessions SET quiet=0 WHERE session_key='ticket:'||:id||':session'",
    [SQL_RUNTIME_SET_QUIET] = "UPDATE runtime_sessions SET quiet=:quiet WHERE session_key=:session_key AND "
                              "run_id=:run_id AND quiet<>:quiet",

    [SQL_RUN_GET] = "SELECT " RUN_COLUMNS("") " FROM runs WHERE run_id=:run_id",
    [SQL_RUN_OF_TICKET] = "SELECT " RUN_COLUMNS("") " FROM runs WHERE ticket_id=:ticket_id ORDER BY attempt",
    [SQL_RUN_WORKED] = "SELECT " RUN_COLUMNS("u.") " FROM runs u JOIN runs n ON n.ticket_id=u.ticket_id AND "
                                                   "n.attempt>u.attempt WHERE n.run_id=:run_id AND EXISTS(SELECT 1 "
                                                   "FROM ticket_messages m WHERE m.run_id=u.run_id AND m.kind='work' "
                                                   "AND m.status IN('sent','unknown'))ORDER BY u.attempt DESC LIMIT 1",
    [SQL_RUN_ANY] = "SELECT 1 AS one FROM runs LIMIT 1",
    [SQL_RUN_SETTLE] = "UPDATE runs SET outcome=:outcome,class=:class,detail=:detail,ended_at=:ended_at "
                       "WHERE run_id=:run_id AND ended_at IS NULL",
    [SQL_RUN_REOPEN] = "UPDATE runs SET outcome=NULL,class=NULL,detail=NULL,ended_at=NULL "
                       "WHERE run_id=:run_id AND ended_at IS NOT NULL",
    [SQL_RUN_SET_PICKUP] = "UPDATE runs SET pickup_pid=:pid,pickup_start=:start,pickup_boot=:boot,pickup_ns=:ns "
                           "WHERE run_id=:run_id AND ended_at IS NULL AND(:from IS NULL OR "
                           "pickup_pid IS :from AND pickup_start IS :from_start)",

    [SQL_MESSAGE_ADD] =
        "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,purpose,aside,alone,next_attempt_at,created_at)"
        "VALUES(:ticket_id,:author,'note',:body,'pending',:purpose,:aside,:alone,:next_at,:now)RETURNING id",
    [SQL_MESSAGE_GET] = "SELECT " MESSAGE_COLUMNS("") " FROM ticket_messages WHERE id=:id",
    [SQL_MESSAGE_OF_TICKET] = "SELECT " MESSAGE_COLUMNS("") " FROM ticket_messages WHERE ticket_id=:ticket_id ORDER BY "
                                                            "id",
    [SQL_MESSAGE_WORK] = "SELECT " MESSAGE_COLUMNS("") " FROM ticket_messages WHERE run_id=:run_id AND kind='work' "
                                                       "ORDER BY id DESC LIMIT 1",
    [SQL_MESSAGE_NOTES_OF_NONCE] = "SELECT body FROM ticket_messages WHERE ticket_id=:ticket_id AND kind='note' AND "
                                   "nonce=:nonce ORDER BY id",
    [SQL_MESSAGE_NOTES_PENDING] = "SELECT body FROM ticket_messages WHERE ticket_id=:ticket_id AND kind='note' AND "
                                  "status='pending' ORDER BY id",
    [SQL_MESSAGE_NEXT] = "SELECT " MESSAGE_COLUMNS("m.") "," RUNTIME_COLUMNS(
        "r.") " FROM runtime_sessions r INDEXED BY "
              "runtime_sessions_active CROSS JOIN ticket_messages m ON m.ticket_id=r.ticket_id "
              "WHERE " HERE " AND " R_ACTIVE " AND(" NO_TURN
              ")AND m.status='pending' AND COALESCE(m.next_attempt_at,0)NOT BETWEEN :now+1 AND "
              "CASE WHEN m.error IN('limit','paused')OR m.purpose='go_on' THEN :now+" LIMIT_LONGEST " ELSE :latest END "
              "AND(m.kind='note' OR m.run_id=r.run_id)"
              "AND " MAY_HEAR
              " AND NOT " END_BEGUN("r.run_id") " ORDER BY m.aside,m.purpose<>'person',m.alone,m.id LIMIT 1",
    [SQL_MESSAGE_HELD] = "SELECT m.ticket_id,m.created_at,m.error FROM runtime_sessions r INDEXED BY "
                         "runtime_sessions_active CROSS JOIN ticket_messages m ON m.ticket_id=r.ticket_id "
                         "WHERE " R_ACTIVE " AND(" NO_TURN
                         ")AND m.status='pending' AND m.error IS NOT NULL AND " MAY_HEAR " ORDER BY m.id",
    [SQL_MESSAGE_SEND] = "UPDATE ticket_messages SET status='sending',next_attempt_at=NULL "
                         "WHERE run_id=:run_id AND status='pending' AND nonce=:nonce",
    [SQL_MESSAGE_TAKE] = "UPDATE ticket_messages SET status='sending',run_id=:run_id,nonce=:nonce,next_attempt_at=NULL "
                         "WHERE id=:id AND status='pending'",
    [SQL_MESSAGE_TAKE_WORK] =
        "UPDATE ticket_messages SET status='sending',nonce=:nonce,attempts=0,next_attempt_at=NULL "
        "WHERE run_id=:run_id AND kind='work' AND status IN('pending','failed_to_inject')",
    [SQL_MESSAGE_TAKE_NOTES] =
        "UPDATE ticket_messages SET status='sending',run_id=:run_id,nonce=:nonce,next_attempt_at=NULL "
        "WHERE ticket_id=" TICKET_OF_RUN "AND kind='note' AND status='pending' AND(aside OR " WHOLE_TURN
        "OR purpose='person' AND NOT alone AND NOT EXISTS(SELECT 1 FROM ticket_messages WHERE run_id=:run_id AND "
        "nonce=:nonce AND alone))AND " FITTING(TICKET_OF_RUN, " OR nonce=:nonce",
                                               "CASE WHEN " WHOLE_TURN "THEN " BODY_OF(TICKET_OF_RUN) " ELSE 0 END"),
    [SQL_MESSAGE_POSTPONE] =
        "UPDATE ticket_messages SET error=:error,attempts=min(attempts," MOST ")+1,next_attempt_at=:next_at "
        "WHERE id=:id AND status='pending'",
    [SQL_MESSAGE_DROP] = "DELETE FROM ticket_messages WHERE id=:id AND status='pending'",
    [SQL_MESSAGE_BREAKER] = "UPDATE ticket_messages SET error='breaker',next_attempt_at=:next_at "
                            "WHERE id=:id AND status='pending'",
    [SQL_MESSAGE_RELEASE] = "UPDATE ticket_messages SET error=NULL,next_attempt_at=NULL WHERE ticket_id IN(SELECT "
                            "ticket_id FROM runtime_sessions WHERE " ACTIVE ")AND status='pending' AND error='breaker'",
    [SQL_MESSAGE_SETTLE] = "UPDATE ticket_messages SET status=:to,error=:error,sent_at=:sent_at "
                           "WHERE run_id=:run_id AND status='sending' AND nonce=:nonce",
    [SQL_MESSAGE_SETTLE_PENDING] =
        "UPDATE ticket_messages SET status='pending',nonce=NULL,error=:error,attempts=min(attempts," MOST ")+:count,"
        "next_attempt_at=:next_at WHERE run_id=:run_id AND status='sending' AND nonce=:nonce",
    [SQL_MESSAGE_GIVE_BACK_WORK] = "UPDATE ticket_messages SET status='failed_to_inject',error=:error "
                                   "WHERE run_id=:run_id AND kind='work' AND status<>'sent'",
    [SQL_MESSAGE_GIVE_BACK_NOTES] =
        "UPDATE ticket_messages SET status='pending',run_id=NULL,nonce=NULL,sent_at=NULL,next_attempt_at=NULL,"
        "error=:error WHERE run_id=:run_id AND kind='note' AND purpose='person'",
    /* What waits for the agent, and whether the turn of this nonce was one of ours after a pause. Those that were sent
     * long ago are not read for it. */
    [SQL_MESSAGE_STANDING] =
        "SELECT COALESCE(max(author IS NOT 'agent'),0)AS waiting,EXISTS(SELECT 1 FROM ticket_messages g INDEXED BY "
        "ticket_messages_go_on WHERE g.ticket_id=:ticket_id AND g.purpose='go_on' AND g.kind='note' AND g.nonce IS "
        ":nonce)AS after_go_on,COALESCE(max(purpose='person' AND author IS NOT 'agent'),0)AS person "
        "FROM ticket_messages WHERE ticket_id=:ticket_id AND status='pending' AND kind='note'",
    [SQL_MESSAGE_TOLD] = "SELECT body FROM(SELECT id,body FROM ticket_messages WHERE ticket_id=:ticket_id AND "
                         "kind='note' AND purpose='person' AND author IS NOT 'agent' AND status IN('sent','unknown')"
                         "ORDER BY id DESC LIMIT 5)ORDER BY id",
    [SQL_MESSAGE_HOLD] = "UPDATE ticket_messages SET next_attempt_at=:until,error='limit' "
                         "WHERE ticket_id=:ticket_id AND status='pending' AND kind='note'",
    [SQL_MESSAGE_DROP_OURS] = DROP "ticket_id=:ticket_id AND status='pending' AND purpose<>'person'",
    [SQL_MESSAGE_DROP_NUDGE] = DROP "ticket_id=:ticket_id AND status='pending' AND purpose='nudge'",
    [SQL_MESSAGE_DROP_OF_RUN] = DROP "ticket_id=(SELECT ticket_id FROM runs WHERE run_id=:run_id)AND purpose<>'person'"
                                     "AND(status='pending' OR run_id=:run_id AND status IN('sending','unknown'))",

    [SQL_ADOPT_TICKET] =
        "UPDATE tickets SET status='in_progress',run_id=:run_id,worker_pid=:pid,worker_start=:start,worker_boot=:boot,"
        "worker_ns=:ns,worker_host=:host,failure_reason=NULL,next_attempt_at=NULL,updated_at=:now WHERE id=:id AND "
        "status IN('todo','in_progress')"
        "AND EXISTS(SELECT 1 FROM runtime_sessions WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE
        ")AND(status,run_id,worker_pid,worker_start,worker_boot,worker_ns,failure_reason,next_attempt_at)"
        "IS NOT('in_progress',:run_id,:pid,:start,:boot,:ns,NULL,NULL)",
    [SQL_ADOPT_RUNTIME] =
        "UPDATE runtime_sessions SET "
        "status='running',pane_id=:pane_id,pid=:pid,pid_start=:start,boot_id=:boot,pid_ns=:ns,"
        "turn_started_at=CASE WHEN status='running' THEN turn_started_at ELSE :now END,"
        "turn_started_tick=CASE WHEN status='running' THEN turn_started_tick ELSE :tick END,"
        "stall_tick=CASE WHEN status='running' THEN stall_tick END,"
        "spawned_tick=CASE WHEN status='running' OR :tick_boot IS NULL OR tick_boot IS :tick_boot THEN spawned_tick "
        "END,"
        "tick_boot=CASE WHEN status='running' OR :tick_boot IS NULL THEN tick_boot ELSE :tick_boot END,"
        "turn_nonce=CASE WHEN :seen OR NOT EXISTS(" LOST_TURN ")THEN turn_nonce END "
        "WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE
        " AND((status,pane_id,pid,pid_start,boot_id,pid_ns)IS NOT('running',:pane_id,:pid,:start,:boot,:ns)"
        "OR NOT :seen AND EXISTS(" LOST_TURN "))",
    [SQL_ADOPT_MESSAGES] =
        "UPDATE ticket_messages SET status=CASE WHEN :seen THEN 'sent' ELSE 'pending' END,error=NULL,"
        "sent_at=CASE WHEN :seen THEN :now END,nonce=CASE WHEN :seen THEN nonce END,"
        "next_attempt_at=CASE WHEN :seen THEN NULL ELSE :due END WHERE run_id=:run_id AND(status='sending' OR "
        "status='pending' AND next_attempt_at IS NULL AND :due IS NOT NULL)",
    [SQL_ADOPT_RUN] = "UPDATE runs SET outcome='adopted',ended_at=NULL "
                      "WHERE run_id=:run_id AND(outcome IS NOT 'adopted' OR ended_at IS NOT NULL)",

    [SQL_SLOT_LIST] = "SELECT " SLOT_COLUMNS("") " FROM worktree_slots WHERE " HERE " " SLOT_ORDER,
    [SQL_SLOT_LEFT] = "SELECT " SLOT_COLUMNS("") " FROM worktree_slots WHERE " HERE " AND " SLOT_LEFT " " SLOT_ORDER,
    [SQL_SLOT_GET] = "SELECT " SLOT_COLUMNS("") " FROM worktree_slots WHERE slot=:name",
    [SQL_SLOT_OF_RUN] = "SELECT " SLOT_COLUMNS("") " FROM worktree_slots WHERE state='claimed' AND run_id=:run_id",
    [SQL_SLOT_STILL_LEFT] = "SELECT slot FROM worktree_slots WHERE " SLOT_OF " AND " SLOT_LEFT,
    /* Where its ticket was at work last its build caches are. */
    [SQL_SLOT_NEXT] =
        "WITH RECURSIVE n(i)AS(VALUES(1)UNION ALL SELECT i+1 FROM n WHERE i<:size)"
        "SELECT n.i AS number,head FROM n LEFT JOIN worktree_slots ON " HERE " AND workspace=:workspace AND number=n.i "
        "WHERE slot IS NULL OR state='free' OR :left AND " SLOT_LEFT " ORDER BY :folder||'/pool-'||n.i IS NOT("
        "SELECT cwd FROM runtime_sessions WHERE session_key='ticket:'||:id||':session'),n.i<=:after,n.i LIMIT 1",
    [SQL_SLOT_MAKE] =
        "INSERT INTO worktree_slots(host,slot,workspace,number,path,state)SELECT :host,:name,:workspace,:number,:path,"
        "'free' WHERE NOT EXISTS(SELECT 1 FROM worktree_slots WHERE " HERE
        " AND workspace=:workspace AND number=:number)",
    [SQL_SLOT_TAKE] = "UPDATE worktree_slots SET state='claimed',path=:path,ticket_id=:id,run_id=:run_id,branch=NULL,"
                      "claimed_at=:now,note=NULL WHERE " HERE " AND workspace=:workspace AND number=:number AND "
                      "state='free'",
    [SQL_SLOT_CWD] = "UPDATE runtime_sessions SET cwd=:path WHERE session_key='ticket:'||:id||':session' AND "
                     "run_id=:run_id",
    [SQL_SLOT_SET_BRANCH] = "UPDATE worktree_slots SET branch=:branch WHERE " SLOT_OF " AND state='claimed'",
    [SQL_SLOT_NOTE] = "UPDATE worktree_slots SET note=:note WHERE " SLOT_OF
                      " AND state IN('claimed','quarantined')AND note IS NOT :note",
    /* Before its branch is made, what is in it is of no run that had begun. */
    [SQL_SLOT_QUARANTINE] =
        "UPDATE worktree_slots SET state='quarantined',note=:note,ticket_id=CASE WHEN branch IS NOT NULL THEN "
        "ticket_id END WHERE " SLOT_OF " AND state='claimed'",
    [SQL_SLOT_FREE] = "UPDATE worktree_slots SET state='free',ticket_id=NULL,run_id=NULL,branch=NULL,claimed_at=NULL,"
                      "note=NULL,head=:head WHERE " SLOT_OF " AND state IN('claimed','quarantined')",
    [SQL_SLOT_DROP] = "DELETE FROM worktree_slots WHERE slot=:name AND path=:path AND state='free'",
    [SQL_TICKET_PLACE] = "UPDATE tickets SET workspace=:workspace WHERE id=:id AND workspace IS NULL",
    [SQL_RUN_SET_WORK] = "UPDATE runs SET branch=:branch,base=:base,base_commit=:base_commit WHERE run_id=:run_id",
    [SQL_RUN_SET_PRESERVED] = "UPDATE runs SET preserved=:oid WHERE run_id=:run_id",
    [SQL_RUN_SET_OWES] = "UPDATE runs SET owes=:owes WHERE run_id=:run_id AND owes<>:owes AND(branch IS NOT NULL OR "
                         ":owes=0)",
    [SQL_RUN_OWE_UNPUSHED] = "UPDATE runs SET owes=1 WHERE owes=0 AND branch IS NOT NULL AND run_id IN(SELECT "
                             "substr(key,10)FROM settings WHERE key>'unpushed:' AND key<'unpushed;' AND "
                             "value=:workspace)",
    [SQL_RUN_OWING] = "SELECT run_id FROM runs INDEXED BY runs_owing WHERE " HERE " AND owes=1",

    [SQL_EFFECT_INTEND] = "INSERT INTO effects(run_id,kind,state,detail,at)VALUES(:run_id,:kind,'intent',:detail,:now)",
    /* An end that was begun and not finished is gone on with, every minute if need be: one intent tells it. To look
     * into the table that it writes takes a table of its own in between, which a claim has no time for. */
    [SQL_EFFECT_INTEND_ONCE] =
        "INSERT INTO effects(run_id,kind,state,detail,at)SELECT :run_id,:kind,'intent',:detail,:now "
        "WHERE NOT EXISTS(SELECT 1 FROM effects WHERE run_id=:run_id AND kind=:kind AND state='intent')",
    [SQL_EFFECT_RESULT] =
        "UPDATE effects SET state=:state,detail=COALESCE(:detail,detail),at=:now WHERE id=(SELECT id FROM effects "
        "WHERE run_id=:run_id AND kind=:kind AND state='intent' ORDER BY id DESC LIMIT 1)",
    [SQL_EFFECT_SPAWNED] = "SELECT EXISTS(SELECT 1 FROM effects WHERE run_id=:run_id AND kind='spawn' AND state IN("
                           "'done','unknown'))AS spawned",
    [SQL_EFFECT_END_BEGUN] = "SELECT " END_BEGUN(":run_id") "AS begun",
    [SQL_PARKING_LIST] = "SELECT " RUNTIME_COLUMNS(
        "r.") ",t.status AS ticket_status,t.run_id IS r.run_id AS owns,EXISTS(SELECT 1 FROM "
              "ticket_messages m WHERE m.ticket_id=r.ticket_id AND(m.status='sending' OR m.status='pending' AND "
              "m.kind='note'"
              "AND m.purpose='person' AND NOT m.aside))AS awaited," END_BEGUN(
                  "r.run_id") "AS ending,(SELECT max(at)FROM "
                              "effects WHERE run_id=r.run_id AND kind='kill' AND state='intent' AND detail='parked')AS "
                              "parked_at,(SELECT "
                              "workspace FROM worktree_slots WHERE run_id=r.run_id AND state='claimed')AS workspace "
                              "FROM runtime_sessions r "
                              "INDEXED BY runtime_sessions_active JOIN tickets t ON t.id=r.ticket_id WHERE " HERE
                              " AND " R_ACTIVE " AND(:ticket_id IS NULL OR r.ticket_id=:ticket_id)ORDER BY r.ticket_id",

    [SQL_ACTIVITY_ADD] = "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)"
                         "VALUES(:ticket_id,:run_id,:author,:kind,:body,:now)",
    [SQL_ACTIVITY_LIST] = "SELECT " ACTIVITY_COLUMNS("") " FROM ticket_activity WHERE ticket_id=:ticket_id ORDER BY id",
    [SQL_ACTIVITY_TAIL] = "SELECT " ACTIVITY_COLUMNS("") " FROM(SELECT " ACTIVITY_COLUMNS(
        "") " FROM ticket_activity WHERE ticket_id=:ticket_id ORDER BY id DESC LIMIT :limit)ORDER BY id",
    [SQL_ACTIVITY_COUNT] = "SELECT count(*)AS count FROM ticket_activity WHERE ticket_id=:ticket_id",
    [SQL_ACTIVITY_SAID] = "SELECT EXISTS(SELECT 1 FROM ticket_activity WHERE ticket_id=:ticket_id AND kind=:kind AND "
                          "run_id IS :run_id AND created_at>=:since)AS said",
    /* The words of a ticket have an index: a long story is not read, while others wait, to find them. */
    [SQL_ACTIVITY_WORD] = "SELECT body FROM ticket_activity INDEXED BY ticket_activity_words WHERE "
                          "ticket_id=:ticket_id AND run_id=:run_id AND kind='signal' AND instr(body,:nonce)>0 "
                          "ORDER BY id DESC LIMIT 1",
    [SQL_ACTIVITY_LAST_WORD] = "SELECT run_id,body FROM ticket_activity INDEXED BY ticket_activity_words WHERE "
                               "ticket_id=:ticket_id AND kind='signal' ORDER BY id DESC LIMIT 1",
    [SQL_ACTIVITY_LAST] = "SELECT body FROM ticket_activity WHERE ticket_id=:ticket_id AND run_id=:run_id AND "
                          "kind=:kind ORDER BY id DESC LIMIT 1",
    [SQL_ACTIVITY_END] = "SELECT body FROM ticket_activity WHERE ticket_id=:ticket_id AND run_id=:run_id AND "
                         "kind IN('signal','terminal_state')ORDER BY id DESC LIMIT 1",
    [SQL_ACTIVITY_NEWEST] = "SELECT " ACTIVITY_COLUMNS(
        "") " FROM ticket_activity WHERE ticket_id=:ticket_id AND "
            "run_id=:run_id AND kind IN(:kind,:other)AND created_at>=:since ORDER BY id DESC LIMIT 1",
    [SQL_PUSH_FAILS] = "SELECT t.id,s.value FROM settings s CROSS JOIN tickets t ON "
                       "t.id=CAST(substr(s.key,12)AS INTEGER)WHERE s.key>'push_fails:' AND s.key<'push_fails;' AND"
                       "(t.status NOT IN('done','cancelled')OR t.updated_at>:since)ORDER BY s.key LIMIT :limit",
    [SQL_SETTING_GET] = "SELECT value FROM settings WHERE key=:key",
    [SQL_SETTING_PUT] = "INSERT INTO settings(key,value)VALUES(:key,:value)"
                        "ON CONFLICT(key)DO UPDATE SET value=excluded.value WHERE value<>excluded.value",
    [SQL_SETTING_REMOVE] = "DELETE FROM settings WHERE key=:key",
    [SQL_REQUEST_GET] = "SELECT answer,act FROM requests WHERE id=:id",
    [SQL_REQUEST_PUT] =
        "INSERT INTO requests(id,act,answer,created_at)VALUES(:id,:act,:answer,:now)ON CONFLICT(id)DO NOTHING",
    [SQL_REQUEST_REMOVE] = "DELETE FROM requests WHERE id=:id",

    [SQL_GLIMPSE_NEWEST] = "SELECT " TICKET_GLIMPSE " FROM tickets WHERE status=:status "
                           "ORDER BY updated_at DESC,id DESC LIMIT :limit",
    [SQL_GLIMPSE_OLDEST] =
        "SELECT " TICKET_GLIMPSE " FROM tickets WHERE status=:status ORDER BY updated_at,id LIMIT :limit",
    [SQL_GLIMPSE_BODY] = "SELECT substr(body,1,:width)AS body FROM tickets WHERE id=:id",
    [SQL_GLIMPSE_STORY] = "SELECT " ACTIVITY_COLUMNS(
        "") " FROM(SELECT id,ticket_id,run_id,substr(author,1,60)AS author,substr(kind,1,40)AS "
            "kind,substr(body,1,:width)AS "
            "body,created_at "
            "FROM ticket_activity WHERE ticket_id=:ticket_id ORDER BY id DESC LIMIT :limit)ORDER BY id",
    [SQL_GLIMPSE_RUNS] =
        "SELECT " RUN_COLUMNS("") " FROM(SELECT " RUN_GLIMPSE
                                  " FROM runs WHERE ticket_id=:ticket_id ORDER BY attempt DESC LIMIT :limit)"
                                  "ORDER BY attempt",
    [SQL_GLIMPSE_TURNS] = "SELECT kind,count(*)AS n FROM ticket_activity WHERE kind IN('sent','signal','quiet')AND "
                          "created_at>=:from AND created_at<:to GROUP BY kind",
    [SQL_GLIMPSE_FAILED] = "SELECT count(*)AS n FROM runs WHERE ended_at IS NOT NULL AND ended_at>=:from AND "
                           "ended_at<:to AND outcome='failed'",
    [SQL_GLIMPSE_WAITS] =
        "SELECT waited_ms FROM runs WHERE started_at>=:from AND started_at<:to AND waited_ms IS NOT NULL",

    [SQL_NOTICE_ADD] = "INSERT INTO notices(event,ticket_id,run_id,created_at,body)"
                       "VALUES(:event,:ticket_id,:run_id,:now,:body)",
    [SQL_NOTICE_LIST] = "SELECT id,body FROM notices ORDER BY id LIMIT :limit",
    [SQL_NOTICE_REMOVE] = "DELETE FROM notices WHERE id=:id",
    [SQL_NOTICE_CLEAR] = "DELETE FROM notices",

    [SQL_COUNT_TICKETS] = "SELECT status,n FROM ticket_counts",
    [SQL_COUNT_QUEUED] = "SELECT id,queued_at FROM tickets INDEXED BY tickets_waiting WHERE status='todo' AND waits=0 "
                         "ORDER BY queued_at LIMIT :limit",
    [SQL_COUNT_RESTING] = "SELECT id,updated_at FROM tickets INDEXED BY tickets_status WHERE status=:status "
                          "ORDER BY updated_at LIMIT :limit",
    [SQL_COUNT_UNTOLD] = "SELECT count(*)AS n,COALESCE(min(created_at),0)AS since FROM(SELECT created_at FROM notices "
                         "ORDER BY id LIMIT 10000)",

    [SQL_SNAPSHOT_ANY] = "SELECT 1 AS found FROM runtime_sessions INDEXED BY runtime_sessions_active WHERE " ACTIVE
                         " UNION ALL SELECT 1 FROM tickets INDEXED BY tickets_working WHERE status='in_progress' "
                         "UNION ALL SELECT 1 FROM settings WHERE key>='mass_death' AND key<='no_server' "
                         "UNION ALL SELECT 1 FROM settings WHERE key='unreachable' "
                         "UNION ALL SELECT 1 FROM notices WHERE id>0 "
                         "UNION ALL SELECT 1 FROM worktree_slots INDEXED BY worktree_slots_taken WHERE state<>'free' "
                         "UNION ALL SELECT 1 FROM runs INDEXED BY runs_owing WHERE owes=1",
    [SQL_SNAPSHOT_MARKS] =
        "SELECT EXISTS(SELECT 1 FROM runtime_sessions INDEXED BY runtime_sessions_active WHERE " HERE " AND " ACTIVE
        ")OR EXISTS(SELECT 1 FROM tickets INDEXED BY tickets_working WHERE " HERE
        " AND status='in_progress')OR EXISTS(SELECT 1 FROM worktree_slots INDEXED BY worktree_slots_taken "
        "WHERE state<>'free' AND " SLOT_LEFT
        ")AS any,EXISTS(SELECT 1 FROM settings WHERE key='unreachable')AS unreachable,"
        "(SELECT value FROM settings WHERE key='mass_death')AS mass_death,"
        "(SELECT value FROM settings WHERE key='no_server')AS no_server,"
        "EXISTS(SELECT 1 FROM notices WHERE id>0)AS notices,"
        "EXISTS(SELECT 1 FROM worktree_slots INDEXED BY worktree_slots_taken WHERE state<>'free')AS slots,"
        "EXISTS(SELECT 1 FROM runs INDEXED BY runs_owing WHERE owes=1)AS owing,"
        "EXISTS(SELECT 1 FROM settings WHERE key='new_trial')AS trial",
    [SQL_SNAPSHOT_RUNTIMES] = CASE_OF_RUNTIME "FROM runtime_sessions r INDEXED BY runtime_sessions_active " JOIN_RUNTIME
                                              " WHERE " HERE " AND " R_ACTIVE,
    [SQL_SNAPSHOT_TICKETS] = CASE_OF_TICKET "FROM tickets t INDEXED BY tickets_working " JOIN_TICKET " WHERE " HERE
                                            " AND t.status='in_progress' AND " NO_RUNTIME,
    [SQL_SNAPSHOT_AGAIN_RUNTIME] =
        CASE_OF_RUNTIME "FROM runtime_sessions r " JOIN_RUNTIME
                        " WHERE r.session_key='ticket:'||:ticket_id||':session' AND " HERE " AND " R_ACTIVE,
    [SQL_SNAPSHOT_AGAIN_TICKET] = CASE_OF_TICKET "FROM tickets t " JOIN_TICKET " WHERE t.id=:ticket_id AND " HERE
                                                 " AND t.status='in_progress' AND " NO_RUNTIME,
    [SQL_SNAPSHOT_SESSION] = "SELECT " RUN_COLUMNS(
        "u.") ",t.run_id IS u.run_id AND t.status='in_progress' AS is_tickets,r.closed_at "
              "FROM runs u LEFT JOIN tickets t ON t.id=u.ticket_id LEFT JOIN runtime_sessions r ON "
              "r.session_key='ticket:'||u.ticket_id||':session' AND r.run_id=u.run_id AND r.status IN('dead','closed')"
              "WHERE u.run_id=:run_id",

    [SQL_RECORD_NEXT] = "SELECT max(id)AS id FROM(SELECT id FROM tickets WHERE id>:after ORDER BY id LIMIT :limit)",
    [SQL_RECORD_ANY] = "SELECT 1 AS found FROM tickets UNION ALL SELECT 1 FROM worktree_slots UNION ALL SELECT 1 FROM "
                       "notices UNION ALL SELECT 1 FROM requests UNION ALL SELECT 1 FROM archived_keys",
    [SQL_RECORD_TICKET] = "SELECT " TICKET_COLUMNS("") " FROM tickets WHERE id BETWEEN :from AND :to ORDER BY id",
    [SQL_RECORD_TICKET_PUT] = "INSERT INTO tickets(" TICKET_COLUMNS("") ")VALUES(" TICKET_COLUMNS(":") ")",
    [SQL_RECORD_NEEDS] = "SELECT ticket_id,needs_id FROM ticket_needs WHERE " WITHIN " ORDER BY ticket_id,needs_id",
    [SQL_RECORD_RUNS] = "SELECT " RUN_WHOLE("") " FROM runs WHERE " WITHIN " ORDER BY ticket_id,attempt,run_id",
    /* A word of boards that several machines share; neither was counted. */
    [SQL_RECORD_RUN_PUT] = "INSERT INTO runs(" RUN_WHOLE("") ")VALUES(" RUN_WHOLE_FIELDS(
        ":", "CASE :outcome WHEN 'host_lost' THEN 'abandoned' ELSE :outcome END") ")",
    [SQL_RECORD_EFFECTS] = "SELECT " EFFECT_COLUMNS(
        "e.") ",r.ticket_id FROM runs r CROSS JOIN effects e ON e.run_id=r.run_id WHERE r." WITHIN
              " ORDER BY r.ticket_id,e.id",
    [SQL_RECORD_EFFECT_PUT] =
        "INSERT INTO effects(" EFFECT_COLUMNS("") ")SELECT " EFFECT_COLUMNS(":") " WHERE " RUN_IS_TICKETS,
    [SQL_RECORD_RUNTIME] =
        "SELECT " RUNTIME_COLUMNS("") " FROM runtime_sessions WHERE " WITHIN
                                      " AND session_key='ticket:'||ticket_id||':session' ORDER BY ticket_id",
    [SQL_RECORD_RUNTIME_PUT] = "INSERT INTO runtime_sessions(" RUNTIME_COLUMNS("") ")SELECT " RUNTIME_COLUMNS(
        ":") " WHERE :session_key='ticket:'||:ticket_id||':session' AND " RUN_IS_TICKETS,
    [SQL_RECORD_MESSAGES] = "SELECT " MESSAGE_WHOLE("") " FROM ticket_messages WHERE " WITHIN " ORDER BY ticket_id,id",
    [SQL_RECORD_MESSAGE_PUT] = "INSERT INTO ticket_messages(" MESSAGE_WHOLE("") ")VALUES(" MESSAGE_WHOLE(":") ")",
    [SQL_RECORD_STORY] = "SELECT " ACTIVITY_COLUMNS("") " FROM ticket_activity WHERE " WITHIN " ORDER BY ticket_id,id",
    [SQL_RECORD_STORY_PUT] = "INSERT INTO ticket_activity(" ACTIVITY_COLUMNS("") ")VALUES(" ACTIVITY_COLUMNS(":") ")",
    [SQL_RECORD_NOTICES] = "SELECT " NOTICE_COLUMNS("") " FROM notices WHERE " WITHIN " ORDER BY ticket_id,id",
    [SQL_RECORD_NOTICE_PUT] = "INSERT INTO notices(" NOTICE_COLUMNS("") ")VALUES(" NOTICE_COLUMNS(":") ")",
    [SQL_RECORD_SETTINGS] = "SELECT key,value FROM settings WHERE " KEPT("key") " ORDER BY key",
    [SQL_RECORD_SETTING_PUT] = "INSERT INTO settings(key,value)SELECT :key,:value WHERE " KEPT(":key"),
    [SQL_RECORD_SLOTS] = "SELECT " SLOT_COLUMNS("") " FROM worktree_slots ORDER BY host,slot",
    [SQL_RECORD_SLOT_PUT] = "INSERT INTO worktree_slots(" SLOT_COLUMNS("") ")VALUES(" SLOT_COLUMNS(":") ")",
    [SQL_RECORD_BARE_NOTICES] = "SELECT " NOTICE_COLUMNS("") " FROM notices WHERE ticket_id IS NULL ORDER BY id",
    [SQL_RECORD_BARE_NOTICE_PUT] =
        "INSERT INTO notices(" NOTICE_COLUMNS("") ")SELECT " NOTICE_COLUMNS(":") " WHERE :ticket_id IS NULL",
    [SQL_RECORD_REQUESTS] = "SELECT " REQUEST_COLUMNS("") " FROM requests ORDER BY id",
    [SQL_RECORD_REQUEST_PUT] = "INSERT INTO requests(" REQUEST_COLUMNS("") ")VALUES(" REQUEST_COLUMNS(":") ")",
    [SQL_RECORD_ARCHIVED] = "SELECT dedupe_key,ticket_id FROM archived_keys ORDER BY dedupe_key",
    [SQL_RECORD_ARCHIVED_PUT] = "INSERT INTO archived_keys(dedupe_key,ticket_id)VALUES(:dedupe_key,:ticket_id)",
    [SQL_RECORD_CLEAR_SETTINGS] = "DELETE FROM settings WHERE " KEPT("key"),
    [SQL_RECORD_UNARCHIVE] =
        "DELETE FROM archived_keys WHERE dedupe_key=(SELECT dedupe_key FROM tickets WHERE id=:ticket_id)",
    [SQL_RECORD_DROP_BEHIND] = "DELETE FROM ticket_needs WHERE needs_id=:needs_id RETURNING ticket_id",
    [SQL_RECORD_DROP_NOTICES] = "DELETE FROM notices WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_MESSAGES] = "DELETE FROM ticket_messages WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_EFFECTS] = "DELETE FROM effects WHERE " RUNS_OF_TICKET,
    [SQL_RECORD_DROP_RUNTIME] = "DELETE FROM runtime_sessions WHERE session_key='ticket:'||:ticket_id||':session'",
    [SQL_RECORD_DROP_STORY] = "DELETE FROM ticket_activity WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_RUNS] = "DELETE FROM runs WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_PUSH] = "DELETE FROM settings WHERE key='push_fails:'||:ticket_id",
    [SQL_RECORD_DROP_NEEDS] = "DELETE FROM ticket_needs WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_TICKET] = "DELETE FROM tickets WHERE id=:ticket_id",

    [SQL_ARCHIVE_NEXT] =
        "SELECT t.id AS id,t.updated_at AS updated_at FROM tickets t WHERE t.status=:status AND "
        "t.updated_at>=:at AND(t.updated_at>:at OR t.id>:after)AND " MAY_GO " ORDER BY t.updated_at,t.id LIMIT :most",
    [SQL_ARCHIVE_VERSION] = "PRAGMA data_version",
    [SQL_ARCHIVE_RESTS] = "SELECT 1 AS found FROM tickets t WHERE t.id=:id AND " IS_OVER,
    [SQL_ARCHIVE_KEY] = "INSERT INTO archived_keys(dedupe_key,ticket_id)SELECT dedupe_key,id FROM tickets WHERE id=:id "
                        "AND dedupe_key IS NOT NULL ON CONFLICT(dedupe_key)DO UPDATE SET ticket_id=excluded.ticket_id",
    [SQL_REQUESTS_OLD] = "SELECT id FROM requests WHERE id>:after AND created_at<:before ORDER BY id LIMIT :most",

    [SQL_HOST_LIST] = NULL, /* to SQL_HOST_UNCLOCK: all its rows are one machine's */
};
