#include "store/sql_postgres.h"

#include "store/columns.h"
#include "store/conditions.h"
#include "store/whole_postgres.h"

/* The same statements as in sql_sqlite.c. What differs is said here once:
 * - A value says its type where no column does; one that is a yes or a no is a number.
 * - Nothing is equal to NULL for an index: what may be NULL is looked for as COALESCE(...,'').
 * - No index can be named. A look that wants one row of many says an order that an index has and the table has not, and
 *   what is asked of each row by itself has an OFFSET 0, so that it stays a look by its key. Else the planner, which
 *   knows how many rows there are but not that they lie at the table's end, may read all of it. A +0 keeps it from an
 *   index that is not the one of what is asked for.
 * - Rows of one machine are judged by its name: :host, or :self, which the engine itself gives. */

#define BY_TIME " ORDER BY next_attempt_at,id LIMIT CASE WHEN :window::bigint>=0 THEN :window::bigint END"
#define BOTH_DUE(columns, lock)                                                                                        \
    "SELECT * FROM(SELECT " columns " FROM mc_pickup.tickets WHERE " DUE BY_TIME lock                                  \
    ")d UNION ALL SELECT * FROM(SELECT " columns " FROM mc_pickup.tickets WHERE " STRAY BY_TIME lock ")s"
/* Below 0: all there is. */
#define LIMITED "LIMIT CASE WHEN :limit::bigint>=0 THEN :limit::bigint END"
/* What another transaction has in hand is left to it. Rows that refer to the ticket do not count as that. */
#define TAKEN " FOR NO KEY UPDATE SKIP LOCKED"

#define PROFILE "COALESCE(profile,'')"
#define WORKSPACE "COALESCE(workspace,'')"
#define OF_KIND PROFILE "=COALESCE(:profile::text,'')AND " WORKSPACE "=COALESCE(:workspace::text,'')"
#define SESSION_OF_ID "'ticket:'||:id::bigint::text||':session' "
#define SESSION_OF_TICKET "'ticket:'||:ticket_id::bigint::text||':session' "

/* What a ticket needs, and its status. */
#define NEEDED                                                                                                         \
    "mc_pickup.ticket_needs n CROSS JOIN LATERAL(SELECT id,status FROM mc_pickup.tickets WHERE id=n.needs_id OFFSET "  \
    "0)t "
/* Of a need n. */
#define IS_LOST "EXISTS(SELECT 1 FROM mc_pickup.tickets c WHERE c.id=n.needs_id AND c.status='cancelled' OFFSET 0)"
#define DIED "(starts_with(failure_reason,'worker_died:')OR starts_with(failure_reason,'starting:'))"
/* Notes that wait and find room in one turn: the oldest, after what goes `already`, beside the ticket's text where that
 * goes along. */
#define FITTING(ticket, already, text)                                                                                 \
    "id IN(SELECT f.id FROM(SELECT id,sum(octet_length(body)+2)OVER(ORDER BY status='pending',id)AS n FROM "           \
    "mc_pickup.ticket_messages WHERE ticket_id=" ticket " AND kind='note' AND(status='pending'" already                \
    "))f WHERE f.n+" text "<=:room::bigint)"
#define BODY_OF(ticket) "(SELECT octet_length(COALESCE(t.body,''))FROM mc_pickup.tickets t WHERE t.id=" ticket ")"
#define TICKET_OF_RUN "(SELECT ticket_id FROM mc_pickup.runs WHERE run_id=:run_id)"
#define WHOLE_TURN                                                                                                     \
    "EXISTS(SELECT 1 FROM mc_pickup.ticket_messages m WHERE m.run_id=:run_id AND m.nonce=:nonce AND m.kind='work')"
/* Of settings, what concerns one machine is kept under its name, what concerns the board under none. */
#define SCOPE(key)                                                                                                     \
    "CASE WHEN " key                                                                                                   \
    "~'^((base|breaker|remote|repo|said|unpushed):|(mass_death|new_trial|no_server|place|tmux_socket|unreachable"      \
    ")$)' THEN :self::text ELSE '' END"
#define SCOPE_OF_KEY SCOPE(":key::text")
#define BREAKER_KEYS "host=:self AND key>='breaker:' AND key<'breaker;'"
/* Those of profiles and of workspaces. */
#define SAID_KEYS "host=:self AND key>='said:profile:' AND key<'said:workspace;'"
#define STUCK_KEYS "host='' AND key>='stuck:' AND key<'stuck;'"
/* The number behind the word of a key; a person may have written anything there. */
#define STUCK_NUMBER "(CASE WHEN key~'^stuck:[0-9]{1,18}$' THEN substr(key,7)::bigint END)"
#define PUSH_NUMBER "(CASE WHEN key~'^push_fails:[0-9]{1,18}$' THEN substr(key,12)::bigint END)"

#define ANY_READY "(SELECT 1 FROM mc_pickup.tickets WHERE " READY " ORDER BY " PROFILE " LIMIT 1)"
#define ANY_PUT_OFF "(SELECT 1 FROM mc_pickup.tickets WHERE " PUT_OFF " ORDER BY next_attempt_at LIMIT 1)"
#define ANY_DUE "(SELECT 1 FROM mc_pickup.tickets WHERE " DUE " ORDER BY next_attempt_at LIMIT 1)"
#define ANY_STRAY "(SELECT 1 FROM mc_pickup.tickets WHERE " STRAY " ORDER BY next_attempt_at LIMIT 1)"
#define ANY_SAID "(SELECT 1 FROM mc_pickup.settings WHERE " SAID_KEYS " LIMIT 1)"
#define ANY_STUCK "(SELECT 1 FROM mc_pickup.settings WHERE " STUCK_KEYS " LIMIT 1)"
#define ANY_MARK                                                                                                       \
    "(SELECT 1 FROM mc_pickup.settings WHERE host=:self AND key IN('mass_death','new_trial','no_server',"              \
    "'unreachable')LIMIT 1)"
#define ANY_NOTICE "(SELECT 1 FROM mc_pickup.notices WHERE id>0 LIMIT 1)"
#define ANY_AGENT(host) "(SELECT 1 FROM mc_pickup.runtime_sessions WHERE host=" host " AND " ACTIVE " LIMIT 1)"
#define ANY_WORKING(host)                                                                                              \
    "(SELECT 1 FROM mc_pickup.tickets WHERE status='in_progress' AND(worker_host=" host                                \
    " OR worker_host IS NULL)LIMIT 1)"
#define ANY_SLOT(host) "(SELECT 1 FROM mc_pickup.worktree_slots WHERE host=" host " AND state<>'free' LIMIT 1)"
#define ANY_OWING(host) "(SELECT 1 FROM mc_pickup.runs WHERE host=" host " AND owes=1 LIMIT 1)"

/* One ticket of each profile and workspace in the ready index, by one look each. */
#define FIRST_OF_KIND(behind)                                                                                          \
    "(SELECT " PROFILE "AS profile," WORKSPACE "AS workspace,id FROM mc_pickup.tickets WHERE " READY behind            \
    " ORDER BY " PROFILE "," WORKSPACE ",urgency,queued_at,id LIMIT 1)"
#define BEHIND_P " AND(" PROFILE "," WORKSPACE ")>(p.profile,p.workspace)"
#define EACH_KIND                                                                                                      \
    "WITH RECURSIVE p(profile,workspace,id)AS(" FIRST_OF_KIND(                                                         \
        "") "UNION ALL SELECT n.* FROM p CROSS JOIN LATERAL" FIRST_OF_KIND(BEHIND_P) "n)"

/* An agent of an earlier run may still be at it, perhaps on another host: until healing has settled that, the ticket
 * cannot be taken, and must not stand before those that can. */
#define NO_AGENT                                                                                                       \
    "NOT EXISTS(SELECT 1 FROM mc_pickup.runtime_sessions r WHERE r.session_key='ticket:'||tickets.id::text||"          \
    "':session' AND " R_ACTIVE " OFFSET 0)"
#define NO_AGENT_OF_KEY                                                                                                \
    "NOT EXISTS(SELECT 1 FROM mc_pickup.runtime_sessions WHERE session_key=:session_key AND " ACTIVE ")"

#define CLAIM_READY                                                                                                    \
    "SELECT id,urgency,queued_at FROM mc_pickup.tickets WHERE " READY " AND " OF_KIND " AND " NO_AGENT                 \
    " ORDER BY urgency,queued_at,id LIMIT 1"

/* What nobody but us has to say is not said when it is no longer true. */
#define DROP                                                                                                           \
    "UPDATE mc_pickup.ticket_messages SET status='failed_to_inject',next_attempt_at=NULL,error='no longer needed' "    \
    "WHERE "
/* Of a run u: its prompt came to an agent. */
#define WAS_TOLD                                                                                                       \
    "EXISTS(SELECT 1 FROM mc_pickup.ticket_messages m WHERE m.run_id=u.run_id AND m.kind='work' AND "                  \
    "m.status IN('sent','unknown')OFFSET 0)"
/* Is r's agent, whose ticket may be in review, to get the message m? Does anything wait for it? */
#define MAY_HEAR                                                                                                       \
    "EXISTS(SELECT 1 FROM mc_pickup.tickets t WHERE t.id=r.ticket_id AND t.run_id=r.run_id AND("                       \
    "t.status='in_progress' OR t.status='in_review' AND m.kind='note' AND m.purpose='person' AND m.aside=0)OFFSET 0)"
#define IS_AWAITED                                                                                                     \
    "EXISTS(SELECT 1 FROM mc_pickup.ticket_messages m WHERE m.ticket_id=r.ticket_id AND(m.status='sending' OR "        \
    "m.status='pending' AND m.kind='note' AND m.purpose='person' AND m.aside=0)OFFSET 0)"

#define LAST_EFFECT(run, kind)                                                                                         \
    "(SELECT state FROM mc_pickup.effects WHERE run_id=" run " AND kind='" kind "' ORDER BY id DESC LIMIT 1)"

/* Somebody has begun to end its agent: that one gets no turn any more. */
#define END_BEGUN "EXISTS(SELECT 1 FROM mc_pickup.effects WHERE run_id=:run_id AND kind='kill' AND state='intent')"
#define R_END_BEGUN                                                                                                    \
    "EXISTS(SELECT 1 FROM mc_pickup.effects WHERE run_id=r.run_id AND kind='kill' AND state='intent' OFFSET 0)"

/* The turn was taken for a prompt that did not arrive: the turn under way is somebody else's. */
#define LOST_TURN                                                                                                      \
    "EXISTS(SELECT 1 FROM mc_pickup.ticket_messages m WHERE m.run_id=:run_id AND m.status='sending' AND "              \
    "m.nonce=turn_nonce OFFSET 0)"

#define EFFECTS_OF(run)                                                                                                \
    LAST_EFFECT(run, "spawn") "AS spawn," LAST_EFFECT(run, "send") "AS send," LAST_EFFECT(run, "kill") "AS kill "
#define CASE_OF_RUNTIME                                                                                                \
    "SELECT " COLUMNS_TR RUNTIME_COLUMNS("r.") "," MESSAGE_FIELDS("m.", "NULL AS body") "," EFFECTS_OF(                \
        "r.run_id") ",EXISTS(SELECT 1 FROM mc_pickup.ticket_messages m WHERE m.ticket_id=r.ticket_id AND "             \
                    "m.status='pending' AND " AFTER_PAUSE " OFFSET 0)AS pausing "
#define CASE_OF_TICKET "SELECT " COLUMNS_TR MESSAGE_FIELDS("m.", "NULL AS body") "," EFFECTS_OF("t.run_id")
/* The run's message under way: the work message before the notes that go with it. */
#define JOIN_SENDING(run)                                                                                              \
    "LEFT JOIN LATERAL(SELECT * FROM mc_pickup.ticket_messages WHERE run_id=" run                                      \
    " AND status='sending' ORDER BY kind<>'work',id LIMIT 1)m ON true "
#define FROM_RUNTIME                                                                                                   \
    "FROM mc_pickup.runtime_sessions r LEFT JOIN mc_pickup.tickets t ON t.id=r.ticket_id LEFT JOIN mc_pickup.runs u "  \
    "ON u.run_id=r.run_id " JOIN_SENDING("r.run_id")
#define FROM_TICKET "FROM mc_pickup.tickets t LEFT JOIN mc_pickup.runs u ON u.run_id=t.run_id " JOIN_SENDING("t.run_id")
/* What a hand has taken from every host is any host's to mend, but not where its run is another's. */
#define WORKED_HERE "(t.worker_host=:host OR t.worker_host IS NULL AND COALESCE(u.host,:host)=:host)"
#define NO_RUNTIME                                                                                                     \
    "NOT EXISTS(SELECT 1 FROM mc_pickup.runtime_sessions r WHERE r.session_key='ticket:'||t.id::text||':session' "     \
    "AND " R_ACTIVE " AND(t.run_id IS NULL OR r.run_id=t.run_id)OFFSET 0)"

/* Its run has an agent, or is the one that its ticket is worked by. */
#define SLOT_LEFT                                                                                                      \
    "state='claimed' AND NOT EXISTS(SELECT 1 FROM mc_pickup.runtime_sessions r WHERE " R_ACTIVE                        \
    " AND r.run_id=worktree_slots.run_id OFFSET 0)AND NOT EXISTS(SELECT 1 FROM mc_pickup.tickets t WHERE "             \
    "t.id=worktree_slots.ticket_id AND t.status='in_progress' AND t.run_id=worktree_slots.run_id OFFSET 0)"
/* A run that a hand has taken away is nobody. */
#define SLOT_OF "host=:self AND slot=:name AND run_id IS NOT DISTINCT FROM :run_id"

/* What a list is asked for; NULL asks for nothing. The text is looked for as it stands: no character of it means
 * another. `nameless`: one that names no profile has the one that is asked for. Letters are those of ASCII. */
#define LIST_MATCH                                                                                                     \
    "(:profile::text IS NULL OR profile=:profile OR profile IS NULL AND :nameless::bigint<>0)"                         \
    "AND(:workspace::text IS NULL OR workspace=:workspace OR workspace IS NULL AND :placeless::bigint<>0)"             \
    "AND(:labels::text IS NULL OR NOT EXISTS(SELECT 1 FROM json_array_elements_text(:labels::text::json)l(value)"      \
    "WHERE strpos(','||COALESCE(labels,'')||',',','||l.value||',')=0))"                                                \
    "AND(:search::text IS NULL OR strpos(lower(title),lower(:search::text COLLATE \"C\"))>0 OR "                       \
    "strpos(lower(body),lower(:search::text COLLATE \"C\"))>0)"

/* What comes behind a place, also in the middle of many that were made at one time. A CASE is guessed to be true for
 * every second row: what is rare is looked for on the way along the index, not sorted out of everything. */
#define AFTER_CHANGE(status)                                                                                           \
    "SELECT id,updated_at FROM mc_pickup.tickets WHERE " status                                                        \
    "(updated_at,id)<(:updated_at,:id)AND CASE WHEN " LIST_MATCH                                                       \
    " THEN true END ORDER BY updated_at DESC,id DESC " LIMITED
#define NEWEST_FIRST " ORDER BY updated_at DESC,id DESC " LIMITED

/* A tick counts from the boot that is recorded beside it: one of another boot says nothing any more. */
#define TURN_TICK                                                                                                      \
    "turn_started_tick=:tick,stall_tick=NULL,idle_tick=NULL,spawned_tick=CASE WHEN :tick_boot::text IS NULL OR "       \
    "tick_boot IS NOT DISTINCT FROM :tick_boot THEN spawned_tick END,tick_boot=COALESCE(:tick_boot,tick_boot)"

/* A session begins anew: nothing of the one before stays in its row. */
#define OR_REPLACE                                                                                                     \
    "ON CONFLICT(session_key)DO UPDATE SET(" RUNTIME_COLUMNS("") ")=ROW(" RUNTIME_COLUMNS("excluded.") ")"

/* What is written whole for a ticket, and what is read back. */
#define RUNS_OF_TICKET "run_id=ANY(ARRAY(SELECT run_id FROM mc_pickup.runs WHERE ticket_id=:ticket_id))"
/* Of rows that come together none may be left out in silence: NULL, where none may stand. */
#define RUN_OF_TICKET "(SELECT run_id FROM mc_pickup.runs WHERE run_id=:run_id AND ticket_id=:ticket_id)"
#define RUN_IS_TICKETS "EXISTS(SELECT 1 FROM mc_pickup.runs WHERE run_id=:run_id AND ticket_id=:ticket_id) "
/* What was said, seen or begun here (said:, stuck:, place, ...) is no other board's. */
#define KEPT(key) key "~'^((base|breaker|remote|repo|unpushed):|(paused|ticket_prefix)$)'"
#define KEPT_KEY KEPT(":key::text")
#define KEPT_HERE "host=" SCOPE("key") " AND " KEPT("key")

/* Of a closed ticket: is nothing left of it that is not over? */
#define IS_OVER                                                                                                        \
    "NOT EXISTS(SELECT 1 FROM mc_pickup.runtime_sessions r WHERE r.session_key='ticket:'||t.id::text||':session' "     \
    "AND " R_ACTIVE " OFFSET 0)"                                                                                       \
    "AND NOT EXISTS(SELECT 1 FROM mc_pickup.ticket_messages m WHERE m.ticket_id=t.id AND "                             \
    "m.status IN('pending','sending')OFFSET 0)"                                                                        \
    "AND NOT EXISTS(SELECT 1 FROM mc_pickup.notices o WHERE o.ticket_id=t.id OFFSET 0)"                                \
    "AND NOT EXISTS(SELECT 1 FROM mc_pickup.runs u WHERE u.ticket_id=t.id AND(u.ended_at IS NULL OR u.owes=1)OFFSET "  \
    "0)"
/* And does nothing speak of it, and has it no newest number? */
#define MAY_GO                                                                                                         \
    "t.updated_at<:before AND NOT EXISTS(SELECT 1 FROM mc_pickup.ticket_needs n WHERE n.needs_id=t.id OFFSET 0)"       \
    "AND NOT EXISTS(SELECT 1 FROM mc_pickup.worktree_slots s WHERE s.ticket_id=t.id OFFSET 0)"                         \
    "AND " IS_OVER                                                                                                     \
    "AND NOT EXISTS(SELECT 1 FROM mc_pickup.runs u WHERE u.ticket_id=t.id AND u.ended_at>=:before OFFSET 0)"           \
    "AND t.id<>(SELECT max(id)FROM mc_pickup.tickets)"                                                                 \
    "AND t.id IS DISTINCT FROM(SELECT ticket_id FROM mc_pickup.ticket_activity ORDER BY id DESC LIMIT 1)"              \
    "AND t.id IS DISTINCT FROM(SELECT ticket_id FROM mc_pickup.ticket_messages ORDER BY id DESC LIMIT 1)"              \
    "AND t.id IS DISTINCT FROM(SELECT ticket_id FROM mc_pickup.runs WHERE run_id=("                                    \
    "SELECT run_id FROM mc_pickup.effects ORDER BY id DESC LIMIT 1))"

/* A row that came in under its number has not moved what counts them. */
#define IN_USE(table) "SELECT 'mc_pickup." table "_id_seq'::regclass AS s,(SELECT max(id)FROM mc_pickup." table ")AS m"
#define ALL_IN_USE                                                                                                     \
    IN_USE("tickets")                                                                                                  \
    " UNION ALL " IN_USE("ticket_messages") " UNION ALL " IN_USE("ticket_activity") " UNION ALL " IN_USE(              \
        "effects") " UNION ALL " IN_USE("notices")

const char *const sql_postgres[SQL_COUNT] = {
    [SQL_BEGIN_WRITE] = "BEGIN ISOLATION LEVEL READ COMMITTED",
    [SQL_BEGIN_LOOK] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_VERSION] = "SELECT " POSTGRES_VERSION,
    [SQL_SERVER_CLOCK] = "SELECT " POSTGRES_CLOCK,
    [SQL_SERVER_FACTS] =
        "SELECT pg_catalog.split_part(pg_catalog.current_setting('server_version'),' ',1)AS version,"
        "pg_catalog.left(CURRENT_USER::text,60)AS role,pg_catalog.pg_has_role(nspowner,'USAGE')AS owner,"
        "pg_catalog.pg_is_in_recovery()AS standby,"
        "pg_catalog.current_setting('default_transaction_read_only')='on' AS read_only,CASE WHEN "
        "pg_catalog.current_setting('fsync')='off' THEN 'fsync' "
        "ELSE '' END AS unsafe "
        "FROM pg_catalog.pg_namespace WHERE nspname='mc_pickup'",
    [SQL_SERVER_WHOLE] = whole_postgres,

    [SQL_TICKET_INSERT] =
        "INSERT INTO mc_pickup.tickets(title,body,status,priority,profile,workspace,labels,dedupe_key,created_at,"
        "queued_at,updated_at)VALUES(:title,:body,:status,:priority,:profile,:workspace,:labels,:dedupe_key,:now,"
        ":now,:now)RETURNING id",
    [SQL_TICKET_GET] = "SELECT " TICKET_COLUMNS("") " FROM mc_pickup.tickets WHERE id=:id",
    [SQL_TICKET_BY_DEDUPE] =
        "SELECT id,0 AS archived FROM mc_pickup.tickets WHERE dedupe_key=:dedupe_key UNION ALL SELECT ticket_id,1 "
        "FROM mc_pickup.archived_keys WHERE dedupe_key=:dedupe_key",
    [SQL_TICKET_LIST] = "SELECT " TICKET_COLUMNS("") " FROM(SELECT " TICKET_FIELDS(
        "", "NULL AS body") " FROM mc_pickup.tickets" NEWEST_FIRST ")n ORDER BY updated_at,id",
    [SQL_TICKET_LIST_STATUS] = "SELECT " TICKET_COLUMNS("") " FROM(SELECT " TICKET_FIELDS(
        "", "NULL AS body") " FROM mc_pickup.tickets WHERE status=:status" NEWEST_FIRST ")n ORDER BY updated_at,id",
    [SQL_LIST_CHANGED] = AFTER_CHANGE(""),
    [SQL_LIST_STATUS] = AFTER_CHANGE("status=:status AND "),
    [SQL_LIST_MATCH] = "SELECT id FROM mc_pickup.tickets WHERE id=:id AND " LIST_MATCH,
    [SQL_LIST_ROW] = "SELECT " TICKET_FIELDS("", "NULL AS body") " FROM mc_pickup.tickets WHERE id=:id",
    [SQL_LIST_NEED] =
        "SELECT COALESCE(min(n.needs_id)FILTER(WHERE t.status='cancelled'),min(n.needs_id))AS needs_id,"
        "COALESCE(bool_or(t.status='cancelled'),false)AS cancelled FROM " NEEDED "WHERE n.ticket_id=:id AND "
        "t.status<>'done'",
    [SQL_LIST_BRANCH] =
        "SELECT branch FROM mc_pickup.runs WHERE ticket_id=:id AND branch IS NOT NULL ORDER BY attempt DESC LIMIT 1",
    [SQL_LINE_READY] =
        "SELECT id,urgency,queued_at FROM mc_pickup.tickets WHERE " READY " AND " OF_KIND
        " AND(urgency,queued_at,id)>(:urgency,:queued_at,:id)AND " NO_AGENT " ORDER BY urgency,queued_at,id " LIMITED,
    [SQL_LINE_DUE] =
        "SELECT id,urgency,queued_at,profile,workspace,next_attempt_at," NO_AGENT "AS free FROM mc_pickup.tickets "
        "WHERE " PUT_OFF " AND(next_attempt_at,id)>(:after,:id)AND next_attempt_at<=:latest ORDER BY "
        "next_attempt_at,id " LIMITED,
    [SQL_TICKET_NEED_ADD] =
        "INSERT INTO mc_pickup.ticket_needs(ticket_id,needs_id)VALUES(:id,:needs_id)ON CONFLICT DO NOTHING",
    [SQL_TICKET_NEEDS] = "SELECT t.id,t.status FROM " NEEDED "WHERE n.ticket_id=:id ORDER BY n.needs_id",
    [SQL_TICKET_NEED_REMOVE] = "DELETE FROM mc_pickup.ticket_needs WHERE ticket_id=:id AND needs_id=:needs_id",
    [SQL_TICKET_NEED_TOWARDS] =
        "WITH RECURSIVE back(id)AS(SELECT :needs_id::bigint UNION SELECT n.ticket_id FROM back CROSS JOIN "
        "LATERAL(SELECT ticket_id FROM mc_pickup.ticket_needs WHERE needs_id=back.id OFFSET 0)n)SELECT needs_id "
        "FROM mc_pickup.ticket_needs WHERE ticket_id=:id AND needs_id=ANY(ARRAY(SELECT id FROM back))ORDER BY "
        "needs_id<>:needs_id,needs_id LIMIT 1",
    [SQL_TICKET_AMEND] = "UPDATE mc_pickup.tickets SET title=:title,body=:body,priority=:priority,profile=:profile,"
                         "workspace=:workspace,labels=:labels,updated_at=:now WHERE id=:id",
    [SQL_TICKET_MOVE] =
        "UPDATE mc_pickup.tickets SET status=:to,failure_reason=:failure_reason,next_attempt_at=:next_attempt_at,"
        "updated_at=:now,attempts=CASE WHEN :attempts::bigint<0 THEN attempts ELSE :attempts::bigint END,"
        "run_id=CASE WHEN :clear::bigint<>0 THEN NULL ELSE run_id END,worker_pid=CASE WHEN :clear::bigint<>0 THEN "
        "NULL ELSE worker_pid END,worker_start=CASE WHEN :clear::bigint<>0 THEN NULL ELSE worker_start END,"
        "worker_boot=CASE WHEN :clear::bigint<>0 THEN NULL ELSE worker_boot END,worker_ns=CASE WHEN "
        ":clear::bigint<>0 THEN NULL ELSE worker_ns END,worker_host=CASE WHEN :clear::bigint<>0 THEN NULL ELSE "
        "worker_host END WHERE id=:id AND status=:from AND(:run_id::text IS NULL OR run_id=:run_id)",
    [SQL_TICKET_TURN] = "UPDATE mc_pickup.tickets SET turns=LEAST(turns," MOST
                        ")+:count::bigint,worked_ms=LEAST(worked_ms," MOST ")+:worked::bigint,"
                        "result=COALESCE(:result,result)WHERE id=:id",
    [SQL_TICKET_HEARD] = "UPDATE mc_pickup.tickets SET turns=0,worked_ms=0 WHERE id=:id AND(turns<>0 OR worked_ms<>0)",
    [SQL_TICKET_ON] =
        "UPDATE mc_pickup.tickets SET failure_reason=NULL WHERE id=(SELECT ticket_id FROM mc_pickup.ticket_messages "
        "WHERE id=:id)AND status='in_progress' AND failure_reason IS NOT NULL",

    [SQL_TICKET_NEWEST] = "SELECT updated_at FROM mc_pickup.tickets ORDER BY updated_at DESC LIMIT 1",
    /* That a server's pages are whole is its own business (data checksums, pg_amcheck). */
    [SQL_QUICK_CHECK] = "SELECT 'ok'::text AS quick_check",
    /* Who asks, whose the board is, and may a role (NULL: none is meant) work on it? */
    [SQL_ROLE] =
        "SELECT n.oid IS NOT NULL AS there,pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)::text)AS "
        "owner,"
        "pg_catalog.quote_ident(current_user::text)AS me,COALESCE(pg_catalog.pg_has_role(n.nspowner,'USAGE'),false)AS "
        "owns,COALESCE((SELECT pg_catalog.has_schema_privilege(n.oid,'USAGE')AND "
        "pg_catalog.has_table_privilege(c.oid,'INSERT')FROM pg_catalog.pg_class c WHERE c.relnamespace=n.oid AND "
        "c.relname='tickets'),false)AS "
        "works,pg_catalog.has_database_privilege(pg_catalog.current_database()::text,'CREATE')AS makes,"
        "pg_catalog.quote_ident(pg_catalog.current_database()::text)AS database,"
        "pg_catalog.getdatabaseencoding()::text AS encoding,pg_catalog.quote_ident(r.rolname::text)AS role,"
        "COALESCE(pg_catalog.pg_has_role(r.oid,n.nspowner,'MEMBER'),false)AS role_owns "
        "FROM(SELECT 1)one LEFT JOIN pg_catalog.pg_namespace n ON n.nspname='mc_pickup' "
        "LEFT JOIN pg_catalog.pg_roles r ON r.rolname::text=:role",

    [SQL_CLAIM_ANY] = "SELECT 1 AS found FROM(" ANY_READY "UNION ALL" ANY_PUT_OFF "UNION ALL" ANY_SAID
                      "UNION ALL" ANY_STUCK ")a LIMIT 1",
    [SQL_CLAIM_WHICH] = "SELECT " ANY_READY "IS NOT NULL AS ready,COALESCE(" ANY_DUE "," ANY_STRAY
                        ")IS NOT NULL AS due," ANY_STUCK "IS NOT NULL AS new_stuck," ANY_SAID "IS NOT NULL AS said",
    [SQL_CLAIM_READY] = CLAIM_READY,
    [SQL_CLAIM_READY_TAKE] = CLAIM_READY TAKEN,
    [SQL_CLAIM_DUE] = "SELECT id,urgency,queued_at,profile,workspace," NO_AGENT
                      "AS free FROM(" BOTH_DUE("id,urgency,queued_at,profile,workspace", "") ")tickets",
    [SQL_CLAIM_BLOCKER] = "SELECT n.needs_id,t.status='cancelled' AS cancelled FROM " NEEDED
                          "WHERE n.ticket_id=:id AND t.status<>'done' ORDER BY n.needs_id",
    [SQL_CLAIM_AGENTS] = "SELECT count(*)FILTER(WHERE status<>'idle')AS running,count(*)AS live,EXISTS(SELECT 1 FROM "
                         "mc_pickup.settings WHERE host='' AND key='paused')AS paused FROM mc_pickup.runtime_sessions "
                         "WHERE host=:host AND " ACTIVE,
    [SQL_CLAIM_CHECK] = "SELECT (SELECT LEAST(COALESCE(max(attempt),0)," MOST
                        ")+1 FROM mc_pickup.runs WHERE ticket_id=:id)AS attempt FROM "
                        "mc_pickup.tickets WHERE id=:id AND status='todo' AND waits+0=0 AND(next_attempt_at IS NULL OR "
                        "next_attempt_at<=:now OR next_attempt_at>:horizon)AND " NO_AGENT_OF_KEY TAKEN,
    [SQL_CLAIM_TICKET] =
        "UPDATE mc_pickup.tickets SET status='in_progress',run_id=:run_id,worker_host=:host,worker_pid=NULL,"
        "worker_start=NULL,worker_boot=NULL,worker_ns=NULL,next_attempt_at=NULL,failure_reason=NULL,updated_at=:now "
        "WHERE id=:id AND status='todo' AND waits+0=0 AND " NO_AGENT,
    [SQL_CLAIM_RUN] =
        "INSERT INTO mc_pickup.runs(run_id,ticket_id,attempt,host,workspace,pickup_pid,pickup_start,pickup_boot,"
        "pickup_ns,started_at,waited_ms)SELECT :run_id::text,id,:attempt::bigint,:host::text,:workspace::text,"
        ":pickup_pid::bigint,:pickup_start::bigint,:pickup_boot::text,:pickup_ns::bigint,:now::bigint,GREATEST(0,"
        ":now::bigint-GREATEST(queued_at,COALESCE(next_attempt_at,0)))FROM mc_pickup.tickets WHERE id=:id",
    [SQL_CLAIM_RUNTIME] =
        "INSERT INTO mc_pickup.runtime_sessions(session_key,ticket_id,run_id,host,status,tmux_target,profile,cwd,"
        "pane_log_path,spawned_at,tick_boot,spawned_tick)VALUES(:session_key,:id,:run_id,:host,'spawning',"
        ":tmux_target,:profile,:cwd,:log,:now,:tick_boot,:tick)" OR_REPLACE,
    [SQL_CLAIM_MESSAGE] =
        "INSERT INTO mc_pickup.ticket_messages(ticket_id,author,kind,status,nonce,run_id,created_at)VALUES(:id,"
        "'mc-pickup','work',CASE WHEN :sending::bigint<>0 THEN 'sending' ELSE 'pending' END,:nonce,:run_id,:now)",
    [SQL_CLAIM_NOTES] =
        "UPDATE mc_pickup.ticket_messages SET status=CASE WHEN :sending::bigint<>0 THEN 'sending' ELSE 'pending' "
        "END,nonce=:nonce,run_id=:run_id WHERE ticket_id=:id AND status='pending' AND kind='note' AND " FITTING(
            ":id", "", BODY_OF(":id")),
    [SQL_CLAIM_SWEEP] =
        "WITH d AS MATERIALIZED(" BOTH_DUE("id", TAKEN) ")UPDATE mc_pickup.tickets SET next_attempt_at=NULL WHERE "
                                                        "id=ANY(ARRAY(SELECT id FROM d))",

    [SQL_QUEUE_BACK] = "UPDATE mc_pickup.tickets SET queued_at=:now,world_failures=LEAST(world_failures," MOST
                       ")+:world::bigint WHERE id=:id",
    [SQL_QUEUE_FORGET] = "UPDATE mc_pickup.tickets SET world_failures=0 WHERE id=:id AND world_failures<>0",
    /* What no agent was started for says nothing. */
    [SQL_QUEUE_LAST_CLASS] =
        "SELECT CASE outcome WHEN 'failed' THEN class END AS class,detail FROM mc_pickup.runs WHERE ticket_id=:id "
        "AND run_id<>:run_id AND outcome<>'abandoned' ORDER BY attempt DESC LIMIT 1",
    [SQL_QUEUE_EXCUSE] =
        "UPDATE mc_pickup.tickets SET attempts=GREATEST(attempts-:count::bigint,0),queued_at=:now,"
        "world_failures=GREATEST(world_failures,1)WHERE id=:id AND status IN('todo','blocked')AND " DIED,
    [SQL_QUEUE_RELEASE] =
        "UPDATE mc_pickup.tickets SET status='todo',next_attempt_at=NULL,updated_at=:now WHERE id=:id AND "
        "status='blocked' AND " DIED,
    /* Each urgency by itself: a range of the index that begins behind :latest. */
    [SQL_QUEUE_STRAIGHTEN] = EACH_KIND
    ",late AS MATERIALIZED(SELECT t.id FROM p CROSS JOIN unnest(ARRAY[0,1,2,"
    "3]::bigint[])u(urgency)CROSS JOIN LATERAL(SELECT id FROM mc_pickup.tickets WHERE " READY " AND " PROFILE
    "=p.profile AND " WORKSPACE "=p.workspace AND urgency=u.urgency AND queued_at>:latest LIMIT 1000" TAKEN
    ")t LIMIT 1000)UPDATE mc_pickup.tickets SET queued_at=:now WHERE id=ANY(ARRAY(SELECT id FROM late))",
    [SQL_STUCK_OF] = "SELECT n.ticket_id,n.needs_id FROM mc_pickup.ticket_needs n WHERE n.ticket_id=:id AND " IS_LOST
                     " ORDER BY n.needs_id LIMIT 1",
    [SQL_STUCK_BEHIND] =
        "SELECT n.ticket_id,n.needs_id FROM mc_pickup.ticket_needs n WHERE n.needs_id=:id AND EXISTS(SELECT 1 FROM "
        "mc_pickup.tickets t WHERE t.id=n.ticket_id AND t." STUCK_STATUS " OFFSET 0)ORDER BY n.ticket_id",
    [SQL_STUCK_NEW] =
        "SELECT t.id AS ticket_id,(SELECT min(n.needs_id)FROM mc_pickup.ticket_needs n WHERE n.ticket_id=t.id "
        "AND " IS_LOST
        ")AS needs_id FROM mc_pickup.settings CROSS JOIN LATERAL(SELECT id,status FROM mc_pickup.tickets WHERE "
        "id=" STUCK_NUMBER "OFFSET 0)t WHERE " STUCK_KEYS " AND t." STUCK_STATUS " AND EXISTS(SELECT 1 FROM "
        "mc_pickup.ticket_needs n WHERE n.ticket_id=t.id AND " IS_LOST ")ORDER BY t.id",
    [SQL_STUCK_NOW] =
        "SELECT l.ticket_id,(SELECT min(n.needs_id)FROM mc_pickup.ticket_needs n WHERE n.ticket_id=l.ticket_id "
        "AND " IS_LOST ")AS needs_id FROM mc_pickup.ticket_lost l ORDER BY l.ticket_id " LIMITED,
    [SQL_STUCK_SAID] = "DELETE FROM mc_pickup.settings WHERE " STUCK_KEYS,
    [SQL_READY_KINDS] = EACH_KIND "SELECT NULLIF(profile,'')AS profile,NULLIF(workspace,'')AS workspace,id FROM p",
    [SQL_SAID_MARKS] = "SELECT key FROM mc_pickup.settings WHERE " SAID_KEYS,
    [SQL_BREAKER_LIST] = "SELECT key,value FROM mc_pickup.settings WHERE " BREAKER_KEYS " ORDER BY key",
    [SQL_BREAKER_PROVE] =
        "DELETE FROM mc_pickup.settings WHERE host=:self AND key IN('breaker:machine','breaker:'||:profile::text,"
        "'breaker:'||:workspace::text,'breaker:'||:endpoint::text)AND(:turn::bigint<>0 OR strpos(value,"
        "'\"class\":\"awaiting_human\"')=0)",
    [SQL_BREAKER_CLOSE] = "DELETE FROM mc_pickup.settings WHERE " BREAKER_KEYS " AND(:thing::text IS NULL OR "
                          "key='breaker:'||:thing::text)",

    [SQL_RUNTIME_GET] = "SELECT " RUNTIME_COLUMNS("") " FROM mc_pickup.runtime_sessions WHERE session_key=:session_key",
    [SQL_RUNTIME_LIST_ACTIVE] =
        "SELECT " RUNTIME_COLUMNS("") " FROM mc_pickup.runtime_sessions WHERE " ACTIVE
                                      " AND(:host::text IS NULL OR host=:host)ORDER BY ticket_id",
    [SQL_RUNTIME_SET_AGENT] =
        "UPDATE mc_pickup.runtime_sessions SET pane_id=:pane_id,pid=:pid,pid_start=:start,boot_id=:boot,pid_ns=:ns "
        "WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE,
    [SQL_RUNTIME_SET_WORKER] =
        "UPDATE mc_pickup.tickets SET worker_pid=:pid,worker_start=:start,worker_boot=:boot,worker_ns=:ns,"
        "worker_host=(SELECT host FROM mc_pickup.runtime_sessions WHERE session_key=:session_key),updated_at=:now "
        "WHERE id=(SELECT ticket_id FROM mc_pickup.runtime_sessions WHERE session_key=:session_key)AND "
        "run_id=:run_id AND status='in_progress'",
    [SQL_RUNTIME_TAKE_TURN] =
        "UPDATE mc_pickup.runtime_sessions SET status='running',turn_nonce=:nonce,turn_started_at=:now,"
        "turn_count=LEAST(turn_count," MOST ")+1," TURN_TICK
        " WHERE session_key=:session_key AND run_id=:run_id AND status "
        "IN('idle','spawning')AND NOT " END_BEGUN,
    [SQL_RUNTIME_END_TURN] =
        "UPDATE mc_pickup.runtime_sessions SET status='idle',last_turn_marker=COALESCE(turn_nonce,last_turn_marker),"
        "turn_nonce=NULL,last_output_at=:now,stall_tick=NULL,idle_tick=:tick WHERE session_key=:session_key AND "
        "run_id=:run_id AND status='running' AND turn_nonce IS NOT DISTINCT FROM :nonce",
    [SQL_RUNTIME_RETURN_TURN] =
        "UPDATE mc_pickup.runtime_sessions SET status=:to,turn_nonce=NULL,turn_started_at=NULL,"
        "turn_started_tick=NULL,stall_tick=NULL,idle_tick=:tick,turn_count=GREATEST(turn_count-1,0),"
        "last_output_at=:now WHERE session_key=:session_key AND run_id=:run_id AND status='running' AND turn_nonce "
        "IS NOT DISTINCT FROM :nonce",
    [SQL_RUNTIME_SETTLE_IDLE] =
        "UPDATE mc_pickup.runtime_sessions SET status=CASE WHEN turn_nonce IS NOT NULL AND turn_started_at IS NOT NULL "
        "THEN 'running' ELSE 'idle' END,last_output_at=:now,idle_tick=:tick WHERE session_key=:session_key AND "
        "run_id=:run_id AND status='spawning'",
    [SQL_RUNTIME_RETIRE] =
        "UPDATE mc_pickup.runtime_sessions SET status=:to,failure_reason=:reason,closed_at=:now,"
        "last_turn_marker=COALESCE(turn_nonce,last_turn_marker),turn_nonce=NULL WHERE session_key=:session_key AND "
        "run_id=:run_id AND " ACTIVE,
    [SQL_RUNTIME_NO_WORKER] =
        "UPDATE mc_pickup.tickets SET worker_pid=NULL,worker_start=NULL,worker_boot=NULL,worker_ns=NULL WHERE "
        "id=(SELECT ticket_id FROM mc_pickup.runtime_sessions WHERE session_key=:session_key)AND run_id=:run_id AND "
        "worker_pid IS NOT NULL",
    [SQL_RUNTIME_REBUILD] = "INSERT INTO mc_pickup.runtime_sessions(" RUNTIME_COLUMNS(
        "") ")SELECT :session_key,:ticket_id,"
            ":run_id,:host,:status,:tmux_target,:pane_id,:pid,:start,:boot,:ns,:profile,:cwd,:log,:turn_nonce,"
            ":last_turn_marker,:harvest_offset,NULL,:spawned_at,:turn_started_at,:last_output_at,NULL,:turn_count,"
            ":tick_boot,:spawned_tick,:turn_started_tick,:stall_tick,:idle_tick,:quiet WHERE " RUN_IS_TICKETS
            "AND " NO_AGENT_OF_KEY OR_REPLACE,
    /* Of several that see the stall at once one finds the mark as it was. */
    [SQL_RUNTIME_NOTE_STALL] =
        "UPDATE mc_pickup.runtime_sessions SET stall_tick=:tick,last_output_at=COALESCE(:activity,"
        "last_output_at)WHERE session_key=:session_key AND run_id=:run_id AND status='running' AND "
        "turn_started_tick IS NOT DISTINCT FROM :turn AND stall_tick IS NOT DISTINCT FROM :before",
    [SQL_RUNTIME_RESUME] =
        "UPDATE mc_pickup.runtime_sessions SET turn_started_tick=:tick,stall_tick=NULL WHERE run_id=:run_id AND "
        "status='running' AND tick_boot=:tick_boot",
    [SQL_RUNTIME_START_CLOCK] =
        "UPDATE mc_pickup.runtime_sessions SET tick_boot=:tick_boot,spawned_tick=:tick,stall_tick=NULL,"
        "turn_started_tick=CASE WHEN status='running' THEN :tick::bigint END,idle_tick=CASE WHEN status='idle' THEN "
        ":tick::bigint END WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE
        " AND(tick_boot IS DISTINCT FROM :tick_boot OR spawned_tick IS NULL)",
    [SQL_RUNTIME_SET_TARGET] =
        "UPDATE mc_pickup.runtime_sessions SET tmux_target=:tmux_target WHERE session_key=:session_key AND "
        "run_id=:run_id AND status='spawning'",
    [SQL_RUNTIME_SET_HARVEST] =
        "UPDATE mc_pickup.runtime_sessions SET harvest_offset=:offset WHERE session_key=:session_key AND "
        "run_id=:run_id AND " ACTIVE,
    [SQL_RUNTIME_RENEW] = "UPDATE mc_pickup.runtime_sessions SET quiet=0 WHERE session_key=" SESSION_OF_ID,
    [SQL_RUNTIME_SET_QUIET] =
        "UPDATE mc_pickup.runtime_sessions SET quiet=:quiet WHERE session_key=:session_key AND run_id=:run_id AND "
        "quiet<>:quiet",

    [SQL_RUN_GET] = "SELECT " RUN_COLUMNS("") " FROM mc_pickup.runs WHERE run_id=:run_id",
    [SQL_RUN_OF_TICKET] = "SELECT " RUN_COLUMNS("") " FROM mc_pickup.runs WHERE ticket_id=:ticket_id ORDER BY attempt",
    [SQL_RUN_WORKED] =
        "SELECT " RUN_COLUMNS("u.") " FROM mc_pickup.runs n CROSS JOIN LATERAL(SELECT * FROM mc_pickup.runs WHERE "
                                    "ticket_id=n.ticket_id AND attempt<n.attempt ORDER BY attempt DESC OFFSET 0)u "
                                    "WHERE n.run_id=:run_id AND " WAS_TOLD " ORDER BY u.attempt DESC LIMIT 1",
    [SQL_RUN_ANY] = "SELECT 1 AS one FROM mc_pickup.runs LIMIT 1",
    [SQL_RUN_SETTLE] =
        "UPDATE mc_pickup.runs SET outcome=:outcome,class=:class,detail=:detail,ended_at=:ended_at WHERE "
        "run_id=:run_id AND ended_at IS NULL",
    [SQL_RUN_REOPEN] =
        "UPDATE mc_pickup.runs SET outcome=NULL,class=NULL,detail=NULL,ended_at=NULL WHERE run_id=:run_id AND "
        "ended_at IS NOT NULL",
    [SQL_RUN_SET_PICKUP] =
        "UPDATE mc_pickup.runs SET pickup_pid=:pid,pickup_start=:start,pickup_boot=:boot,pickup_ns=:ns WHERE "
        "run_id=:run_id AND ended_at IS NULL AND(:from::bigint IS NULL OR pickup_pid IS NOT DISTINCT FROM "
        ":from::bigint AND pickup_start IS NOT DISTINCT FROM :from_start::bigint)",

    [SQL_MESSAGE_ADD] =
        "INSERT INTO mc_pickup.ticket_messages(ticket_id,author,kind,body,status,purpose,aside,alone,"
        "next_attempt_at,created_at)VALUES(:ticket_id,:author,'note',:body,'pending',:purpose,:aside,:alone,"
        ":next_at,:now)RETURNING id",
    [SQL_MESSAGE_GET] = "SELECT " MESSAGE_COLUMNS("") " FROM mc_pickup.ticket_messages WHERE id=:id",
    [SQL_MESSAGE_OF_TICKET] =
        "SELECT " MESSAGE_COLUMNS("") " FROM mc_pickup.ticket_messages WHERE ticket_id=:ticket_id ORDER BY id+0",
    [SQL_MESSAGE_WORK] =
        "SELECT " MESSAGE_COLUMNS("") " FROM mc_pickup.ticket_messages WHERE run_id=:run_id AND kind='work' ORDER "
                                      "BY id+0 DESC LIMIT 1",
    [SQL_MESSAGE_NOTES_OF_NONCE] =
        "SELECT body FROM mc_pickup.ticket_messages WHERE ticket_id=:ticket_id AND kind='note' AND nonce=:nonce "
        "ORDER BY id+0",
    [SQL_MESSAGE_NOTES_PENDING] =
        "SELECT body FROM mc_pickup.ticket_messages WHERE ticket_id=:ticket_id AND kind='note' AND status='pending' "
        "ORDER BY id",
    [SQL_MESSAGE_NEXT] = "SELECT " MESSAGE_COLUMNS("m.") "," RUNTIME_COLUMNS(
        "r.") " FROM mc_pickup.runtime_sessions r CROSS JOIN "
              "LATERAL(SELECT * FROM mc_pickup.ticket_messages WHERE ticket_id=r.ticket_id AND status='pending' OFFSET "
              "0)m WHERE r.host=:host AND " R_ACTIVE " AND(" NO_TURN
              ")AND COALESCE(m.next_attempt_at,0)NOT BETWEEN :now::bigint+1 AND CASE WHEN m.error IN('limit',"
              "'paused')OR m.purpose='go_on' THEN :now::bigint+" LIMIT_LONGEST " ELSE :latest::bigint END "
              "AND(m.kind='note' OR m.run_id=r.run_id)AND " MAY_HEAR " AND NOT " R_END_BEGUN
              " ORDER BY m.aside,m.purpose<>'person',m.alone,m.id LIMIT 1",
    [SQL_MESSAGE_HELD] =
        "SELECT m.ticket_id,m.created_at,m.error FROM mc_pickup.runtime_sessions r CROSS JOIN "
        "LATERAL(SELECT * FROM mc_pickup.ticket_messages WHERE ticket_id=r.ticket_id AND status='pending' OFFSET "
        "0)m WHERE " R_ACTIVE " AND(" NO_TURN ")AND m.error IS NOT NULL AND " MAY_HEAR " ORDER BY m.id",
    [SQL_MESSAGE_SEND] =
        "UPDATE mc_pickup.ticket_messages SET status='sending',next_attempt_at=NULL WHERE run_id=:run_id AND "
        "status='pending' AND nonce=:nonce",
    [SQL_MESSAGE_TAKE] =
        "UPDATE mc_pickup.ticket_messages SET status='sending',run_id=:run_id,nonce=:nonce,next_attempt_at=NULL "
        "WHERE id=:id AND status='pending'",
    [SQL_MESSAGE_TAKE_WORK] =
        "UPDATE mc_pickup.ticket_messages SET status='sending',nonce=:nonce,attempts=0,next_attempt_at=NULL WHERE "
        "run_id=:run_id AND kind='work' AND status IN('pending','failed_to_inject')",
    [SQL_MESSAGE_TAKE_NOTES] =
        "UPDATE mc_pickup.ticket_messages SET status='sending',run_id=:run_id,nonce=:nonce,next_attempt_at=NULL "
        "WHERE ticket_id=" TICKET_OF_RUN "AND kind='note' AND status='pending' AND(aside<>0 OR " WHOLE_TURN
        "OR purpose='person' AND alone=0 AND NOT EXISTS(SELECT 1 FROM mc_pickup.ticket_messages m WHERE "
        "m.run_id=:run_id AND m.nonce=:nonce AND m.alone<>0))AND " FITTING(
            TICKET_OF_RUN, " OR nonce=:nonce", "CASE WHEN " WHOLE_TURN "THEN " BODY_OF(TICKET_OF_RUN) " ELSE 0 END"),
    [SQL_MESSAGE_POSTPONE] = "UPDATE mc_pickup.ticket_messages SET error=:error,attempts=LEAST(attempts," MOST
                             ")+1,next_attempt_at=:next_at WHERE "
                             "id=:id AND status='pending'",
    [SQL_MESSAGE_DROP] = "DELETE FROM mc_pickup.ticket_messages WHERE id=:id AND status='pending'",
    [SQL_MESSAGE_BREAKER] =
        "UPDATE mc_pickup.ticket_messages SET error='breaker',next_attempt_at=:next_at WHERE id=:id AND "
        "status='pending'",
    [SQL_MESSAGE_RELEASE] =
        "UPDATE mc_pickup.ticket_messages SET error=NULL,next_attempt_at=NULL WHERE ticket_id=ANY(ARRAY(SELECT "
        "ticket_id FROM mc_pickup.runtime_sessions WHERE host=:self AND " ACTIVE "))AND status='pending' AND "
        "error='breaker'",
    [SQL_MESSAGE_SETTLE] =
        "UPDATE mc_pickup.ticket_messages SET status=:to,error=:error,sent_at=:sent_at WHERE run_id=:run_id AND "
        "status='sending' AND nonce=:nonce",
    [SQL_MESSAGE_SETTLE_PENDING] =
        "UPDATE mc_pickup.ticket_messages SET status='pending',nonce=NULL,error=:error,"
        "attempts=LEAST(attempts," MOST
        ")+:count::bigint,next_attempt_at=:next_at WHERE run_id=:run_id AND status='sending' AND "
        "nonce=:nonce",
    [SQL_MESSAGE_GIVE_BACK_WORK] =
        "UPDATE mc_pickup.ticket_messages SET status='failed_to_inject',error=:error WHERE run_id=:run_id AND "
        "kind='work' AND status<>'sent'",
    [SQL_MESSAGE_GIVE_BACK_NOTES] =
        "UPDATE mc_pickup.ticket_messages SET status='pending',run_id=NULL,nonce=NULL,sent_at=NULL,"
        "next_attempt_at=NULL,error=:error WHERE run_id=:run_id AND kind='note' AND purpose='person'",
    /* What waits for the agent, and whether the turn of this nonce was one of ours after a pause. Those that were sent
     * long ago are not read for it. */
    [SQL_MESSAGE_STANDING] =
        "SELECT COALESCE(bool_or(author IS DISTINCT FROM 'agent'),false)AS waiting,EXISTS(SELECT 1 FROM "
        "mc_pickup.ticket_messages g WHERE g.ticket_id=:ticket_id AND g.purpose='go_on' AND g.kind='note' AND "
        "g.nonce IS NOT DISTINCT FROM :nonce)AS after_go_on,COALESCE(bool_or(purpose='person' AND author IS "
        "DISTINCT FROM 'agent'),false)AS person FROM mc_pickup.ticket_messages WHERE ticket_id=:ticket_id AND "
        "status='pending' AND kind='note'",
    [SQL_MESSAGE_TOLD] =
        "SELECT body FROM(SELECT id,body FROM mc_pickup.ticket_messages WHERE ticket_id=:ticket_id AND kind='note' "
        "AND purpose='person' AND author IS DISTINCT FROM 'agent' AND status IN('sent','unknown')ORDER BY id+0 DESC "
        "LIMIT 5)t ORDER BY id",
    [SQL_MESSAGE_HOLD] =
        "UPDATE mc_pickup.ticket_messages SET next_attempt_at=:until,error='limit' WHERE ticket_id=:ticket_id AND "
        "status='pending' AND kind='note'",
    [SQL_MESSAGE_DROP_OURS] = DROP "ticket_id=:ticket_id AND status='pending' AND purpose<>'person'",
    [SQL_MESSAGE_DROP_NUDGE] = DROP "ticket_id=:ticket_id AND status='pending' AND purpose='nudge'",
    [SQL_MESSAGE_DROP_OF_RUN] =
        DROP "ticket_id=(SELECT ticket_id FROM mc_pickup.runs WHERE run_id=:run_id)AND "
             "purpose<>'person'AND(status='pending' OR run_id=:run_id AND status IN('sending','unknown'))",

    [SQL_ADOPT_TICKET] =
        "UPDATE mc_pickup.tickets SET status='in_progress',run_id=:run_id,worker_pid=:pid,worker_start=:start,"
        "worker_boot=:boot,worker_ns=:ns,worker_host=:host,failure_reason=NULL,next_attempt_at=NULL,updated_at=:now "
        "WHERE id=:id AND status IN('todo','in_progress')AND EXISTS(SELECT 1 FROM mc_pickup.runtime_sessions WHERE "
        "session_key=:session_key AND run_id=:run_id AND " ACTIVE ")AND(status,run_id,worker_pid,worker_start,"
        "worker_boot,worker_ns,failure_reason,next_attempt_at)IS DISTINCT FROM('in_progress',:run_id,:pid,:start,"
        ":boot,:ns,NULL::text,NULL::bigint)",
    [SQL_ADOPT_RUNTIME] =
        "UPDATE mc_pickup.runtime_sessions SET status='running',pane_id=:pane_id,pid=:pid,pid_start=:start,"
        "boot_id=:boot,pid_ns=:ns,turn_started_at=CASE WHEN status='running' THEN turn_started_at ELSE :now END,"
        "turn_started_tick=CASE WHEN status='running' THEN turn_started_tick ELSE :tick END,stall_tick=CASE WHEN "
        "status='running' THEN stall_tick END,spawned_tick=CASE WHEN status='running' OR :tick_boot::text IS NULL "
        "OR tick_boot IS NOT DISTINCT FROM :tick_boot THEN spawned_tick END,tick_boot=CASE WHEN status='running' OR "
        ":tick_boot::text IS NULL THEN tick_boot ELSE :tick_boot END,turn_nonce=CASE WHEN :seen::bigint<>0 OR "
        "NOT " LOST_TURN "THEN turn_nonce END WHERE session_key=:session_key AND run_id=:run_id AND " ACTIVE
        " AND((status,pane_id,pid,pid_start,boot_id,pid_ns)IS DISTINCT FROM('running',:pane_id,:pid,:start,:boot,"
        ":ns)OR :seen::bigint=0 AND " LOST_TURN ")",
    [SQL_ADOPT_MESSAGES] =
        "UPDATE mc_pickup.ticket_messages SET status=CASE WHEN :seen::bigint<>0 THEN 'sent' ELSE 'pending' END,"
        "error=NULL,sent_at=CASE WHEN :seen::bigint<>0 THEN :now::bigint END,nonce=CASE WHEN :seen::bigint<>0 THEN "
        "nonce END,next_attempt_at=CASE WHEN :seen::bigint<>0 THEN NULL ELSE :due::bigint END WHERE run_id=:run_id "
        "AND(status='sending' OR status='pending' AND next_attempt_at IS NULL AND :due::bigint IS NOT NULL)",
    [SQL_ADOPT_RUN] =
        "UPDATE mc_pickup.runs SET outcome='adopted',ended_at=NULL WHERE run_id=:run_id AND(outcome IS DISTINCT "
        "FROM 'adopted' OR ended_at IS NOT NULL)",

    [SQL_SLOT_LIST] = "SELECT " SLOT_COLUMNS("") " FROM mc_pickup.worktree_slots WHERE host=:host " SLOT_ORDER,
    [SQL_SLOT_LEFT] =
        "SELECT " SLOT_COLUMNS("") " FROM mc_pickup.worktree_slots WHERE host=:host AND " SLOT_LEFT " " SLOT_ORDER,
    [SQL_SLOT_GET] = "SELECT " SLOT_COLUMNS("") " FROM mc_pickup.worktree_slots WHERE host=:self AND slot=:name",
    [SQL_SLOT_OF_RUN] =
        "SELECT " SLOT_COLUMNS("") " FROM mc_pickup.worktree_slots WHERE host=:self AND state='claimed' AND "
                                   "run_id=:run_id",
    [SQL_SLOT_STILL_LEFT] = "SELECT slot FROM mc_pickup.worktree_slots WHERE " SLOT_OF " AND " SLOT_LEFT,
    /* Where its ticket was at work last its build caches are. */
    [SQL_SLOT_NEXT] =
        "SELECT n.i AS number,head FROM generate_series(1,:size::bigint)n(i)LEFT JOIN mc_pickup.worktree_slots ON "
        "host=:host AND workspace=:workspace AND number=n.i WHERE slot IS NULL OR state='free' OR :left::bigint<>0 "
        "AND " SLOT_LEFT " ORDER BY :folder::text||'/pool-'||n.i IS DISTINCT FROM(SELECT cwd FROM "
        "mc_pickup.runtime_sessions r WHERE r.session_key=" SESSION_OF_ID "AND r.host=:host),n.i<=:after::bigint,"
        "n.i LIMIT 1",
    [SQL_SLOT_MAKE] =
        "INSERT INTO mc_pickup.worktree_slots(host,slot,workspace,number,path,state)SELECT :host,:name::text,"
        ":workspace,:number,:path::text,'free' WHERE NOT EXISTS(SELECT 1 FROM mc_pickup.worktree_slots WHERE "
        "host=:host AND workspace=:workspace AND number=:number)",
    [SQL_SLOT_TAKE] =
        "UPDATE mc_pickup.worktree_slots SET state='claimed',path=:path,ticket_id=:id,run_id=:run_id,branch=NULL,"
        "claimed_at=:now,note=NULL WHERE host=:host AND workspace=:workspace AND number=:number AND state='free'",
    [SQL_SLOT_CWD] =
        "UPDATE mc_pickup.runtime_sessions SET cwd=:path WHERE session_key=" SESSION_OF_ID " AND run_id=:run_id",
    [SQL_SLOT_SET_BRANCH] = "UPDATE mc_pickup.worktree_slots SET branch=:branch WHERE " SLOT_OF " AND state='claimed'",
    [SQL_SLOT_NOTE] =
        "UPDATE mc_pickup.worktree_slots SET note=:note WHERE " SLOT_OF " AND state IN('claimed','quarantined')AND "
        "note IS DISTINCT FROM :note",
    /* Before its branch is made, what is in it is of no run that had begun. */
    [SQL_SLOT_QUARANTINE] =
        "UPDATE mc_pickup.worktree_slots SET state='quarantined',note=:note,ticket_id=CASE WHEN branch IS NOT NULL "
        "THEN ticket_id END WHERE " SLOT_OF " AND state='claimed'",
    [SQL_SLOT_FREE] =
        "UPDATE mc_pickup.worktree_slots SET state='free',ticket_id=NULL,run_id=NULL,branch=NULL,claimed_at=NULL,"
        "note=NULL,head=:head WHERE " SLOT_OF " AND state IN('claimed','quarantined')",
    [SQL_SLOT_DROP] =
        "DELETE FROM mc_pickup.worktree_slots WHERE host=:self AND slot=:name AND path=:path AND state='free'",
    [SQL_TICKET_PLACE] = "UPDATE mc_pickup.tickets SET workspace=:workspace WHERE id=:id AND workspace IS NULL",
    [SQL_RUN_SET_WORK] =
        "UPDATE mc_pickup.runs SET branch=:branch,base=:base,base_commit=:base_commit WHERE run_id=:run_id",
    [SQL_RUN_SET_PRESERVED] = "UPDATE mc_pickup.runs SET preserved=:oid WHERE run_id=:run_id",
    [SQL_RUN_SET_OWES] =
        "UPDATE mc_pickup.runs SET owes=:owes WHERE run_id=:run_id AND owes<>:owes AND(branch IS NOT NULL OR "
        ":owes=0)",
    [SQL_RUN_OWE_UNPUSHED] =
        "UPDATE mc_pickup.runs SET owes=1 WHERE owes=0 AND branch IS NOT NULL AND run_id=ANY(ARRAY(SELECT "
        "substr(key,10)FROM mc_pickup.settings WHERE host=:self AND key>'unpushed:' AND key<'unpushed;' AND "
        "value=:workspace))",
    [SQL_RUN_OWING] = "SELECT run_id FROM mc_pickup.runs WHERE host=:host AND owes=1",

    [SQL_EFFECT_INTEND] =
        "INSERT INTO mc_pickup.effects(run_id,kind,state,detail,at)VALUES(:run_id,:kind,'intent',:detail,:now)",
    /* An end that was begun and not finished is gone on with, every minute if need be: one intent tells it. */
    [SQL_EFFECT_INTEND_ONCE] =
        "INSERT INTO mc_pickup.effects(run_id,kind,state,detail,at)SELECT :run_id,:kind,'intent',:detail::text,"
        ":now::bigint WHERE NOT EXISTS(SELECT 1 FROM mc_pickup.effects WHERE run_id=:run_id AND kind=:kind AND "
        "state='intent')",
    [SQL_EFFECT_RESULT] =
        "UPDATE mc_pickup.effects SET state=:state,detail=COALESCE(:detail,detail),at=:now WHERE id=(SELECT id FROM "
        "mc_pickup.effects WHERE run_id=:run_id AND kind=:kind AND state='intent' ORDER BY id DESC LIMIT 1)",
    [SQL_EFFECT_SPAWNED] =
        "SELECT EXISTS(SELECT 1 FROM mc_pickup.effects WHERE run_id=:run_id AND kind='spawn' AND state IN('done',"
        "'unknown'))AS spawned",
    [SQL_EFFECT_END_BEGUN] = "SELECT " END_BEGUN "AS begun",
    [SQL_PARKING_LIST] = "SELECT " RUNTIME_COLUMNS(
        "r.") ",t.status AS ticket_status,t.run_id IS NOT DISTINCT FROM r.run_id AS owns," IS_AWAITED
              "AS awaited," R_END_BEGUN "AS ending,(SELECT max(at)FROM mc_pickup.effects WHERE run_id=r.run_id "
              "AND kind='kill' AND state='intent' AND detail='parked')AS parked_at,(SELECT workspace FROM "
              "mc_pickup.worktree_slots WHERE run_id=r.run_id AND state='claimed')AS workspace FROM "
              "mc_pickup.runtime_sessions r JOIN mc_pickup.tickets t ON t.id=r.ticket_id WHERE r.host=:host "
              "AND " R_ACTIVE " AND(:ticket_id::bigint IS NULL OR r.ticket_id=:ticket_id)ORDER BY r.ticket_id",

    [SQL_ACTIVITY_ADD] =
        "INSERT INTO mc_pickup.ticket_activity(ticket_id,run_id,author,kind,body,created_at)VALUES(:ticket_id,"
        ":run_id,:author,:kind,:body,:now)",
    [SQL_ACTIVITY_LIST] =
        "SELECT " ACTIVITY_COLUMNS("") " FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id ORDER BY id",
    [SQL_ACTIVITY_TAIL] = "SELECT " ACTIVITY_COLUMNS("") " FROM(SELECT " ACTIVITY_COLUMNS(
        "") " FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id ORDER BY id DESC " LIMITED ")t ORDER BY id",
    [SQL_ACTIVITY_COUNT] = "SELECT count(*)AS count FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id",
    [SQL_ACTIVITY_SAID] =
        "SELECT EXISTS(SELECT 1 FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id AND kind=:kind AND run_id "
        "IS NOT DISTINCT FROM :run_id AND created_at>=:since)AS said",
    [SQL_ACTIVITY_WORD] =
        "SELECT body FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id AND run_id=:run_id AND kind='signal' "
        "AND strpos(body,:nonce)>0 ORDER BY id DESC LIMIT 1",
    [SQL_ACTIVITY_LAST_WORD] =
        "SELECT run_id,body FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id AND kind='signal' ORDER BY id "
        "DESC LIMIT 1",
    [SQL_ACTIVITY_LAST] =
        "SELECT body FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id AND run_id=:run_id AND kind=:kind "
        "ORDER BY id DESC LIMIT 1",
    [SQL_ACTIVITY_END] =
        "SELECT body FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id AND run_id=:run_id AND kind "
        "IN('signal','terminal_state')ORDER BY id DESC LIMIT 1",
    [SQL_ACTIVITY_NEWEST] = "SELECT " ACTIVITY_COLUMNS(
        "") " FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id AND "
            "run_id=:run_id AND kind IN(:kind,:other)AND created_at>=:since ORDER BY id DESC LIMIT 1",
    [SQL_PUSH_FAILS] = "SELECT t.id,value FROM mc_pickup.settings CROSS JOIN LATERAL(SELECT id,status,updated_at FROM "
                       "mc_pickup.tickets WHERE id=" PUSH_NUMBER
                       "OFFSET 0)t WHERE host='' AND key>'push_fails:' AND key<'push_fails;' "
                       "AND(t.status NOT IN('done','cancelled')OR t.updated_at>:since)ORDER BY key " LIMITED,
    [SQL_SETTING_GET] = "SELECT value FROM mc_pickup.settings WHERE host=" SCOPE_OF_KEY " AND key=:key",
    [SQL_SETTING_PUT] =
        "INSERT INTO mc_pickup.settings AS s(host,key,value)VALUES(" SCOPE_OF_KEY ",:key,:value)ON CONFLICT(host,"
        "key)DO UPDATE SET value=excluded.value WHERE s.value<>excluded.value",
    [SQL_SETTING_REMOVE] = "DELETE FROM mc_pickup.settings WHERE host=" SCOPE_OF_KEY " AND key=:key",
    [SQL_REQUEST_GET] = "SELECT answer,act FROM mc_pickup.requests WHERE id=:id",
    [SQL_REQUEST_PUT] =
        "INSERT INTO mc_pickup.requests(id,act,answer,created_at)VALUES(:id,:act,:answer,:now)ON CONFLICT(id)DO "
        "NOTHING",
    [SQL_REQUEST_REMOVE] = "DELETE FROM mc_pickup.requests WHERE id=:id",

    [SQL_GLIMPSE_NEWEST] = "SELECT " TICKET_GLIMPSE " FROM mc_pickup.tickets WHERE status=:status" NEWEST_FIRST,
    [SQL_GLIMPSE_OLDEST] =
        "SELECT " TICKET_GLIMPSE " FROM mc_pickup.tickets WHERE status=:status ORDER BY updated_at,id " LIMITED,
    [SQL_GLIMPSE_BODY] = "SELECT substr(body,1,:width::bigint::integer)AS body FROM mc_pickup.tickets WHERE id=:id",
    [SQL_GLIMPSE_STORY] = "SELECT " ACTIVITY_COLUMNS(
        "") " FROM(SELECT id,ticket_id,run_id,substr(author,1,60)AS author,"
            "substr(kind,1,40)AS kind,substr(body,1,:width::bigint::integer)AS body,created_at FROM "
            "mc_pickup.ticket_activity WHERE ticket_id=:ticket_id ORDER BY id DESC " LIMITED ")t ORDER BY id",
    [SQL_GLIMPSE_RUNS] =
        "SELECT " RUN_COLUMNS("") " FROM(SELECT " RUN_GLIMPSE " FROM mc_pickup.runs WHERE ticket_id=:ticket_id "
                                  "ORDER BY attempt DESC " LIMITED ")t ORDER BY attempt",
    [SQL_GLIMPSE_TURNS] =
        "SELECT kind,count(*)AS n FROM mc_pickup.ticket_activity WHERE kind IN('sent','signal','quiet')AND "
        "created_at>=:from AND created_at<:to GROUP BY kind",
    [SQL_GLIMPSE_FAILED] =
        "SELECT count(*)AS n FROM mc_pickup.runs WHERE ended_at IS NOT NULL AND ended_at>=:from AND ended_at<:to "
        "AND outcome='failed'",
    [SQL_GLIMPSE_WAITS] =
        "SELECT waited_ms FROM mc_pickup.runs WHERE started_at>=:from AND started_at<:to AND waited_ms IS NOT NULL",

    [SQL_NOTICE_ADD] =
        "INSERT INTO mc_pickup.notices(event,ticket_id,run_id,created_at,body)VALUES(:event,:ticket_id,:run_id,:now,"
        ":body)",
    [SQL_NOTICE_LIST] = "SELECT id,body FROM mc_pickup.notices ORDER BY id " LIMITED,
    [SQL_NOTICE_REMOVE] = "DELETE FROM mc_pickup.notices WHERE id=:id",
    [SQL_NOTICE_CLEAR] = "DELETE FROM mc_pickup.notices",

    [SQL_COUNT_TICKETS] = "SELECT status,sum(n)::bigint AS n FROM mc_pickup.ticket_counts GROUP BY status",
    [SQL_COUNT_QUEUED] =
        "SELECT id,queued_at FROM mc_pickup.tickets WHERE status='todo' AND waits=0 ORDER BY queued_at,id " LIMITED,
    [SQL_COUNT_RESTING] =
        "SELECT id,updated_at FROM mc_pickup.tickets WHERE status=:status ORDER BY updated_at,id " LIMITED,
    [SQL_COUNT_UNTOLD] =
        "SELECT count(*)AS n,COALESCE(min(created_at),0)AS since FROM(SELECT created_at FROM mc_pickup.notices "
        "ORDER BY id LIMIT 10000)t",

    [SQL_SNAPSHOT_ANY] = "SELECT 1 AS found FROM(" ANY_AGENT(":self") "UNION ALL" ANY_WORKING(
        ":self") "UNION ALL" ANY_MARK "UNION ALL" ANY_NOTICE
                 "UNION ALL" ANY_SLOT(":self") "UNION ALL" ANY_OWING(":self") ")a LIMIT 1",
    [SQL_SNAPSHOT_MARKS] = "SELECT COALESCE(" ANY_AGENT(":host") "," ANY_WORKING(
        ":host") ")IS NOT NULL OR EXISTS(SELECT 1 FROM mc_pickup.worktree_slots WHERE host=:host AND " SLOT_LEFT
                 ")AS any,EXISTS(SELECT 1 FROM "
                 "mc_pickup.settings WHERE host=:self AND key='unreachable')AS unreachable,(SELECT value FROM "
                 "mc_pickup.settings WHERE host=:self AND key='mass_death')AS mass_death,(SELECT value FROM "
                 "mc_pickup.settings WHERE host=:self AND key='no_server')AS no_server," ANY_NOTICE
                 "IS NOT NULL AS notices," ANY_SLOT(":host") "IS NOT NULL AS slots," ANY_OWING(
                     ":host") "IS NOT NULL AS owing,EXISTS(SELECT 1 FROM "
                              "mc_pickup.settings WHERE host=:self AND key='new_trial')AS trial",
    [SQL_SNAPSHOT_RUNTIMES] = CASE_OF_RUNTIME FROM_RUNTIME "WHERE r.host=:host AND " R_ACTIVE,
    [SQL_SNAPSHOT_TICKETS] =
        CASE_OF_TICKET FROM_TICKET "WHERE t.status='in_progress' AND " WORKED_HERE " AND " NO_RUNTIME,
    [SQL_SNAPSHOT_AGAIN_RUNTIME] =
        CASE_OF_RUNTIME FROM_RUNTIME "WHERE r.session_key=" SESSION_OF_TICKET " AND r.host=:host AND " R_ACTIVE,
    [SQL_SNAPSHOT_AGAIN_TICKET] = CASE_OF_TICKET FROM_TICKET
    "WHERE t.id=:ticket_id AND t.status='in_progress' AND " WORKED_HERE " AND " NO_RUNTIME,
    [SQL_SNAPSHOT_SESSION] = "SELECT " RUN_COLUMNS(
        "u.") ",t.run_id IS NOT DISTINCT FROM u.run_id AND t.status='in_progress' AS "
              "is_tickets,r.closed_at FROM mc_pickup.runs u LEFT JOIN mc_pickup.tickets t ON t.id=u.ticket_id LEFT "
              "JOIN "
              "mc_pickup.runtime_sessions r ON r.session_key='ticket:'||u.ticket_id::text||':session' AND "
              "r.run_id=u.run_id AND r.status IN('dead','closed')WHERE u.run_id=:run_id",

    [SQL_RECORD_NEXT] =
        "SELECT max(id)AS id FROM(SELECT id FROM mc_pickup.tickets WHERE id>:after ORDER BY id LIMIT :limit)t",
    [SQL_RECORD_ANY] =
        "SELECT 1 AS found FROM((SELECT 1 FROM mc_pickup.tickets LIMIT 1)UNION ALL(SELECT 1 FROM "
        "mc_pickup.worktree_slots LIMIT 1)UNION ALL(SELECT 1 FROM mc_pickup.notices LIMIT 1)UNION ALL(SELECT 1 FROM "
        "mc_pickup.requests LIMIT 1)UNION ALL(SELECT 1 FROM mc_pickup.archived_keys LIMIT 1))a LIMIT 1",
    [SQL_RECORD_TICKET] =
        "SELECT " TICKET_COLUMNS("") " FROM mc_pickup.tickets WHERE id BETWEEN :from AND :to ORDER BY id",
    [SQL_RECORD_TICKET_PUT] = "INSERT INTO mc_pickup.tickets(" TICKET_COLUMNS("") ")VALUES(" TICKET_COLUMNS(":") ")",
    [SQL_RECORD_NEEDS] =
        "SELECT ticket_id,needs_id FROM mc_pickup.ticket_needs WHERE " WITHIN " ORDER BY ticket_id,needs_id",
    [SQL_RECORD_RUNS] =
        "SELECT " RUN_WHOLE("") " FROM mc_pickup.runs WHERE " WITHIN " ORDER BY ticket_id,attempt,run_id",
    [SQL_RECORD_RUN_PUT] = "INSERT INTO mc_pickup.runs(" RUN_WHOLE("") ")VALUES(" RUN_WHOLE(":") ")",
    [SQL_RECORD_EFFECTS] =
        "SELECT " EFFECT_COLUMNS("e.") ",r.ticket_id FROM(SELECT run_id,ticket_id FROM mc_pickup.runs WHERE " WITHIN
                                       " OFFSET 0)r CROSS JOIN LATERAL(SELECT * FROM mc_pickup.effects WHERE "
                                       "run_id=r.run_id OFFSET 0)e ORDER BY r.ticket_id,e.id",
    [SQL_RECORD_EFFECT_PUT] = "INSERT INTO mc_pickup.effects(run_id,id,kind,state,detail,at)VALUES(" RUN_OF_TICKET
                              ",:id,:kind,:state,:detail,:at)",
    [SQL_RECORD_RUNTIME] =
        "SELECT " RUNTIME_COLUMNS("") " FROM mc_pickup.runtime_sessions WHERE " WITHIN
                                      " AND session_key='ticket:'||ticket_id::text||':session' ORDER BY ticket_id",
    [SQL_RECORD_RUNTIME_PUT] = "INSERT INTO mc_pickup.runtime_sessions(" RUNTIME_COLUMNS("") ")VALUES(" RUNTIME_FIELDS(
        ":", "CASE WHEN :session_key::text=" SESSION_OF_TICKET "AND " RUN_IS_TICKETS "THEN :session_key::text END") ")",
    [SQL_RECORD_MESSAGES] =
        "SELECT " MESSAGE_WHOLE("") " FROM mc_pickup.ticket_messages WHERE " WITHIN " ORDER BY ticket_id,id",
    [SQL_RECORD_MESSAGE_PUT] =
        "INSERT INTO mc_pickup.ticket_messages(" MESSAGE_WHOLE("") ")VALUES(" MESSAGE_WHOLE(":") ")",
    [SQL_RECORD_STORY] =
        "SELECT " ACTIVITY_COLUMNS("") " FROM mc_pickup.ticket_activity WHERE " WITHIN " ORDER BY ticket_id,id",
    [SQL_RECORD_STORY_PUT] =
        "INSERT INTO mc_pickup.ticket_activity(" ACTIVITY_COLUMNS("") ")VALUES(" ACTIVITY_COLUMNS(":") ")",
    [SQL_RECORD_NOTICES] =
        "SELECT " NOTICE_COLUMNS("") " FROM mc_pickup.notices WHERE " WITHIN " ORDER BY ticket_id,id",
    [SQL_RECORD_NOTICE_PUT] = "INSERT INTO mc_pickup.notices(" NOTICE_COLUMNS("") ")VALUES(" NOTICE_COLUMNS(":") ")",
    [SQL_RECORD_SETTINGS] = "SELECT key,value FROM mc_pickup.settings WHERE " KEPT_HERE " ORDER BY key",
    [SQL_RECORD_SETTING_PUT] =
        "INSERT INTO mc_pickup.settings(host,key,value)SELECT " SCOPE_OF_KEY ",:key::text,:value::text WHERE " KEPT_KEY,
    [SQL_RECORD_SLOTS] = "SELECT " SLOT_COLUMNS("") " FROM mc_pickup.worktree_slots ORDER BY host,slot",
    [SQL_RECORD_SLOT_PUT] = "INSERT INTO mc_pickup.worktree_slots(" SLOT_COLUMNS("") ")VALUES(" SLOT_COLUMNS(":") ")",
    [SQL_RECORD_BARE_NOTICES] =
        "SELECT " NOTICE_COLUMNS("") " FROM mc_pickup.notices WHERE ticket_id IS NULL ORDER BY id",
    [SQL_RECORD_BARE_NOTICE_PUT] = "INSERT INTO mc_pickup.notices(" NOTICE_COLUMNS("") ")SELECT " NOTICE_COLUMNS(
        ":") " WHERE :ticket_id::bigint IS NULL",
    [SQL_RECORD_REQUESTS] = "SELECT " REQUEST_COLUMNS("") " FROM mc_pickup.requests ORDER BY id",
    [SQL_RECORD_REQUEST_PUT] =
        "INSERT INTO mc_pickup.requests(" REQUEST_COLUMNS("") ")VALUES(" REQUEST_COLUMNS(":") ")",
    [SQL_RECORD_ARCHIVED] = "SELECT dedupe_key,ticket_id FROM mc_pickup.archived_keys ORDER BY dedupe_key",
    [SQL_RECORD_ARCHIVED_PUT] =
        "INSERT INTO mc_pickup.archived_keys(dedupe_key,ticket_id)VALUES(:dedupe_key,:ticket_id)",
    [SQL_RECORD_CLEAR_SETTINGS] = "DELETE FROM mc_pickup.settings WHERE " KEPT_HERE,
    [SQL_RECORD_UNARCHIVE] =
        "DELETE FROM mc_pickup.archived_keys WHERE dedupe_key=(SELECT dedupe_key FROM mc_pickup.tickets WHERE "
        "id=:ticket_id)",
    [SQL_RECORD_DROP_BEHIND] = "DELETE FROM mc_pickup.ticket_needs WHERE needs_id=:needs_id RETURNING ticket_id",
    [SQL_RECORD_DROP_NOTICES] = "DELETE FROM mc_pickup.notices WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_MESSAGES] = "DELETE FROM mc_pickup.ticket_messages WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_EFFECTS] = "DELETE FROM mc_pickup.effects WHERE " RUNS_OF_TICKET,
    [SQL_RECORD_DROP_RUNTIME] = "DELETE FROM mc_pickup.runtime_sessions WHERE session_key=" SESSION_OF_TICKET,
    [SQL_RECORD_DROP_STORY] = "DELETE FROM mc_pickup.ticket_activity WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_RUNS] = "DELETE FROM mc_pickup.runs WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_PUSH] = "DELETE FROM mc_pickup.settings WHERE host='' AND key='push_fails:'||:ticket_id::bigint",
    [SQL_RECORD_DROP_NEEDS] = "DELETE FROM mc_pickup.ticket_needs WHERE ticket_id=:ticket_id",
    [SQL_RECORD_DROP_TICKET] = "DELETE FROM mc_pickup.tickets WHERE id=:ticket_id",
    [SQL_RECORD_SEQUENCES] =
        "SELECT count(setval(s,m))AS done FROM(" ALL_IN_USE ")u WHERE m>COALESCE(pg_sequence_last_value(s),0)",

    [SQL_ARCHIVE_NEXT] = "SELECT t.id AS id,t.updated_at AS updated_at FROM mc_pickup.tickets t WHERE t.status=:status "
                         "AND(t.updated_at,t.id)>(:at,:after)AND " MAY_GO " ORDER BY t.updated_at,t.id LIMIT :most",
    [SQL_ARCHIVE_RESTS] = "SELECT 1 AS found FROM mc_pickup.tickets t WHERE t.id=:id AND " IS_OVER,
    [SQL_ARCHIVE_KEY] =
        "INSERT INTO mc_pickup.archived_keys(dedupe_key,ticket_id)SELECT dedupe_key,id FROM mc_pickup.tickets WHERE "
        "id=:id AND dedupe_key IS NOT NULL ON CONFLICT(dedupe_key)DO UPDATE SET ticket_id=excluded.ticket_id",
    [SQL_REQUESTS_OLD] =
        "SELECT id FROM mc_pickup.requests WHERE id>:after AND created_at<:before ORDER BY id LIMIT :most",

    /* The machine's name is its own until it is forgotten, whoever comes: the row count says whether it is. What was
     * said of its silence is over, and that it was retired stands until it has looked for what it left behind. */
    [SQL_HOST_LIST] =
        "SELECT host,machine_id,boot_id,version,max_running,seen_at,retired_at,said_at,twin_at,heard_since "
        "FROM mc_pickup.hosts ORDER BY host",
    [SQL_HOST_NOTE] =
        "INSERT INTO mc_pickup.hosts AS h(host,machine_id,boot_id,version,max_running,seen_at,retired_at,heard_since)"
        "VALUES(:host,:machine_id,:boot_id,:version,:max_running,:now,:now,:heard_since)ON CONFLICT(host)DO UPDATE SET "
        "heard_since=excluded.heard_since,"
        "machine_id=excluded.machine_id,boot_id=excluded.boot_id,version=excluded.version,"
        "max_running=excluded.max_running,seen_at=excluded.seen_at,said_at=NULL,"
        "twin_at=CASE WHEN h.boot_id=excluded.boot_id THEN h.twin_at END "
        "WHERE h.machine_id='' OR h.machine_id=excluded.machine_id",
    [SQL_HOST_COPY] = "UPDATE mc_pickup.hosts SET twin_at=:now WHERE host=:host AND machine_id=:machine_id",
    [SQL_HOST_RENAMED] = "DELETE FROM mc_pickup.hosts WHERE machine_id=:machine_id AND host<>:host",
    [SQL_HOST_SETTLED] = "UPDATE mc_pickup.hosts SET retired_at=NULL WHERE host=:host AND machine_id<>'' "
                         "AND retired_at IS NOT NULL",
    [SQL_HOST_SAY] = "UPDATE mc_pickup.hosts SET said_at=:now WHERE host=:host AND seen_at=:seen_at AND "
                     "said_at IS NULL",
    [SQL_HOST_RETIRE] = "INSERT INTO mc_pickup.hosts AS h(host,machine_id,seen_at,retired_at)"
                        "VALUES(:host,'',:seen_at,:now)ON CONFLICT(host)DO UPDATE SET machine_id='',"
                        "retired_at=excluded.retired_at,said_at=NULL WHERE h.seen_at=:seen_at AND NOT("
                        "h.machine_id='' AND h.retired_at IS NOT NULL)",
    [SQL_HOST_RUNS] = "SELECT ticket_id,run_id FROM mc_pickup.runtime_sessions WHERE host=:host AND " ACTIVE
                      " UNION SELECT id,run_id FROM mc_pickup.tickets WHERE worker_host=:host AND "
                      "status='in_progress' ORDER BY ticket_id,run_id",
    [SQL_HOST_LOAD] =
        "SELECT n.host AS host,(SELECT count(*)FROM mc_pickup.runtime_sessions WHERE host=n.host AND status IN("
        "'spawning','running'))AS running,(SELECT count(*)FROM mc_pickup.runtime_sessions WHERE host=n.host AND " ACTIVE
        ")AS live,(SELECT count(*)FROM mc_pickup.tickets WHERE worker_host=n.host AND status='in_progress')AS tickets,"
        "(SELECT count(*)FROM mc_pickup.worktree_slots WHERE host=n.host AND state<>'free')AS taken,"
        "(SELECT count(*)FROM mc_pickup.worktree_slots WHERE host=n.host)AS slots FROM("
        "SELECT host FROM mc_pickup.hosts UNION SELECT host FROM mc_pickup.runtime_sessions WHERE " ACTIVE
        " UNION SELECT worker_host FROM mc_pickup.tickets WHERE status='in_progress' AND worker_host IS NOT NULL)n "
        "ORDER BY n.host",
    [SQL_HOST_UNCLOCK] = "UPDATE mc_pickup.runtime_sessions SET spawned_tick=NULL,stall_tick=NULL WHERE run_id=:run_id "
                         "AND status='running'",
};
