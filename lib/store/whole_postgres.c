#include "store/whole_postgres.h"

/* By the catalog, which everybody reads: the tables themselves may be missing, or not for this role. The bodies of
 * triggers are not compared. What a later program has added besides is none of it. */
#define ALL_RIGHTS "SELECT INSERT UPDATE DELETE"
#define FIXED_ROWS "SELECT INSERT DELETE"

/* Of each table: name|columns|triggers|indexes|constraints|rights of a worker. */
const char whole_postgres_shape[] =
    "tickets|id title status priority profile workspace labels dedupe_key failure_reason result run_id "
    "worker_host worker_pid worker_start worker_boot worker_ns attempts world_failures turns worked_ms "
    "next_attempt_at queued_at created_at updated_at waits urgency body|counted_in counted_out "
    "counted_over lost_gone lost_moved lost_need_moved need_lost need_met|tickets_changed "
    "tickets_dedupe_key_key tickets_due tickets_pkey tickets_ready tickets_status tickets_waiting "
    "tickets_working|9|" ALL_RIGHTS ";"
    "ticket_needs|ticket_id needs_id|lost_need_added lost_need_removed need_added need_added_lost "
    "need_fixed need_removed|ticket_needs_back ticket_needs_pkey|4|" FIXED_ROWS ";"
    "runs|run_id ticket_id attempt host pickup_pid pickup_start pickup_boot pickup_ns started_at ended_at"
    " waited_ms outcome class detail workspace branch base base_commit preserved owes||runs_ended "
    "runs_of_ticket runs_owing runs_pkey runs_started|5|" ALL_RIGHTS ";"
    "runtime_sessions|session_key ticket_id run_id host status tmux_target pane_id pid pid_start boot_id "
    "pid_ns profile cwd pane_log_path turn_nonce last_turn_marker harvest_offset failure_reason "
    "spawned_at turn_started_at last_output_at closed_at turn_count tick_boot spawned_tick "
    "turn_started_tick stall_tick idle_tick quiet||runtime_sessions_active runtime_sessions_of_run "
    "runtime_sessions_of_ticket runtime_sessions_pkey|5|" ALL_RIGHTS ";"
    "ticket_messages|id ticket_id author kind purpose aside alone status nonce run_id attempts "
    "next_attempt_at error created_at sent_at body||ticket_messages_go_on ticket_messages_of_run "
    "ticket_messages_of_ticket ticket_messages_pkey|8|" ALL_RIGHTS ";"
    "ticket_activity|id ticket_id run_id author kind created_at body|activity_no_delete "
    "activity_no_truncate activity_no_update|activity_turns ticket_activity_of_ticket "
    "ticket_activity_pkey ticket_activity_words|2|" FIXED_ROWS ";"
    "worktree_slots|host slot workspace number path state ticket_id run_id branch claimed_at note "
    "head||worktree_slots_host_workspace_number_key worktree_slots_of_run worktree_slots_pkey "
    "worktree_slots_run worktree_slots_taken worktree_slots_ticket|5|" ALL_RIGHTS ";"
    "effects|id run_id kind state detail at||effects_of_run effects_pkey|4|" ALL_RIGHTS ";"
    "notices|id event ticket_id run_id created_at body||notices_of_ticket notices_pkey|2|" FIXED_ROWS ";"
    "settings|host key value||settings_pkey|1|" ALL_RIGHTS ";"
    "requests|id act answer created_at||requests_pkey|1|" FIXED_ROWS ";"
    "archived_keys|dedupe_key ticket_id||archived_keys_pkey|1|" ALL_RIGHTS ";"
    "ticket_lost|ticket_id||ticket_lost_pkey|1|" FIXED_ROWS ";"
    "ticket_counts|id status n||ticket_counts_pkey|1|" ALL_RIGHTS ";"
    "hosts|host machine_id boot_id version max_running seen_at heard_since retired_at said_at "
    "twin_at||hosts_pkey|1|" ALL_RIGHTS;

#define EACH(list) "there t CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.string_to_array(t." list ",' '))w(name)"
#define EACH_COLUMN EACH("columns")
#define EACH_TRIGGER EACH("triggers")
#define EACH_INDEX EACH("indexes")
#define EACH_RIGHT EACH("rights")

const char whole_postgres[] =
    "WITH shape AS(SELECT pg_catalog.split_part(s,'|',1)AS name,pg_catalog.split_part(s,'|',2)AS columns,"
    "pg_catalog.split_part(s,'|',3)AS triggers,pg_catalog.split_part(s,'|',4)AS indexes,"
    "pg_catalog.split_part(s,'|',5)::int AS constraints,pg_catalog.split_part(s,'|',6)AS rights FROM "
    "pg_catalog.unnest(pg_catalog.string_to_array(:shape::text,';'))s),"
    "board AS(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname='mc_pickup'),"
    "seen AS(SELECT s.*,c.oid AS rel FROM shape s LEFT JOIN pg_catalog.pg_class c ON c.relname::text=s.name AND "
    "c.relkind='r' AND c.relnamespace=(SELECT oid FROM board)),there AS(SELECT * FROM seen WHERE rel IS NOT NULL)"
    "SELECT 0 AS is_right,'the table '||name||' is missing' AS lack FROM seen WHERE rel IS NULL "
    "UNION ALL SELECT 0,'the column '||w.name||' of '||t.name||' is missing or of another type' FROM " EACH_COLUMN
    " WHERE NOT EXISTS(SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid=t.rel AND a.attname::text=w.name AND "
    "NOT a.attisdropped AND(a.atttypid='pg_catalog.int8'::regtype OR(a.atttypid='pg_catalog.text'::regtype AND "
    "a.attcollation='pg_catalog.\"C\"'::regcollation)))"
    "UNION ALL SELECT 0,'the trigger '||w.name||' on '||t.name||CASE WHEN g.oid IS NULL THEN ' is missing' ELSE ' is "
    "disabled' END FROM " EACH_TRIGGER
    " LEFT JOIN pg_catalog.pg_trigger g ON g.tgrelid=t.rel AND g.tgname::text=w.name "
    "WHERE g.oid IS NULL OR g.tgenabled NOT IN('O','A')"
    "UNION ALL SELECT 0,'the index '||w.name||' on '||t.name||' is missing or not valid' FROM " EACH_INDEX
    " WHERE NOT EXISTS(SELECT 1 FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid=x.indexrelid WHERE "
    "x.indrelid=t.rel AND i.relname::text=w.name AND x.indisvalid)"
    "UNION ALL SELECT 0,'a constraint of '||t.name||' is missing' FROM there t WHERE t.constraints>(SELECT "
    "pg_catalog.count(*)FROM pg_catalog.pg_constraint k WHERE k.conrelid=t.rel AND k.contype IN('c','f','p','u'))"
    "UNION ALL SELECT 1,w.name||' on '||t.name FROM " EACH_RIGHT
    " WHERE NOT pg_catalog.has_table_privilege(t.rel,w.name)"
    "UNION ALL SELECT 1,w.name||' on the sequence '||c.relname::text FROM pg_catalog.pg_class c CROSS "
    "JOIN(VALUES('SELECT'),('UPDATE'))w(name)WHERE c.relkind='S' AND c.relnamespace=(SELECT oid FROM board)AND NOT "
    "pg_catalog.has_sequence_privilege(c.oid,w.name)"
    "UNION ALL SELECT 1,'USAGE on the schema' FROM board WHERE NOT pg_catalog.has_schema_privilege(oid,'USAGE')";
