#include <stddef.h>

#include "store/columns.h"
#include "store/sql.h"

#define CASE_COLUMNS(runtime)                                                                                          \
    TICKET_COLUMNS("") "," RUN_COLUMNS("") "," runtime MESSAGE_COLUMNS("") ",spawn,send,kill,stall_said"

const struct sql_wire sql_wires[SQL_COUNT] = {
    [SQL_BEGIN_WRITE] = {"begin_write", NULL, NULL},
    [SQL_BEGIN_LOOK] = {"begin_look", NULL, NULL},
    [SQL_COMMIT] = {"commit", NULL, NULL},
    [SQL_ROLLBACK] = {"rollback", NULL, NULL},
    [SQL_VERSION] = {"version", NULL, "user_version"},

    [SQL_TICKET_INSERT] = {"ticket_insert", "title,body,status,priority,profile,labels,dedupe_key,now", "id"},
    [SQL_TICKET_GET] = {"ticket_get", "id", TICKET_COLUMNS("")},
    [SQL_TICKET_BY_DEDUPE] = {"ticket_by_dedupe", "dedupe_key", "id"},
    [SQL_TICKET_LIST] = {"ticket_list", "limit", TICKET_COLUMNS("")},
    [SQL_TICKET_LIST_STATUS] = {"ticket_list_status", "status,limit", TICKET_COLUMNS("")},
    [SQL_TICKET_NEED_ADD] = {"ticket_need_add", "id,needs_id", NULL},
    [SQL_TICKET_NEEDS] = {"ticket_needs", "id", "id,status"},
    [SQL_TICKET_MOVE] = {"ticket_move", "to,failure_reason,next_attempt_at,now,attempts,clear,id,from,run_id", NULL},

    [SQL_CLAIM_ANY] = {"claim_any", "now,horizon", "ready,due,new_stuck,said"},
    [SQL_CLAIM_READY] = {"claim_ready", "profile", "id,urgency,queued_at"},
    [SQL_CLAIM_DUE] = {"claim_due", "now,window,horizon", "id,urgency,queued_at,profile,free"},
    [SQL_CLAIM_BLOCKER] = {"claim_blocker", "id", "needs_id,cancelled"},
    [SQL_CLAIM_RUNNING] = {"claim_running", "host", "running"},
    [SQL_CLAIM_CHECK] = {"claim_check", "id,now,horizon,session_key", "attempt"},
    [SQL_CLAIM_TICKET] = {"claim_ticket", "run_id,host,now,id", NULL},
    [SQL_CLAIM_RUN] = {"claim_run", "run_id,id,attempt,host,pickup_pid,pickup_start,pickup_boot,pickup_ns,now", NULL},
    [SQL_CLAIM_RUNTIME] = {"claim_runtime", "session_key,id,run_id,host,tmux_target,profile,cwd,log,now,tick_boot,tick",
                           NULL},
    [SQL_CLAIM_MESSAGE] = {"claim_message", "id,sending,nonce,run_id,now", NULL},
    [SQL_CLAIM_NOTES] = {"claim_notes", "sending,nonce,run_id,id", NULL},
    [SQL_CLAIM_SWEEP] = {"claim_sweep", "now,window,horizon", NULL},

    [SQL_QUEUE_BACK] = {"queue_back", "now,world,id", NULL},
    [SQL_QUEUE_FORGET] = {"queue_forget", "id", NULL},
    [SQL_QUEUE_LAST_CLASS] = {"queue_last_class", "id,run_id", "class"},
    [SQL_QUEUE_EXCUSE] = {"queue_excuse", "count,now,id", NULL},
    [SQL_QUEUE_RELEASE] = {"queue_release", "now,id", NULL},
    [SQL_STUCK_LIST] = {"stuck_list", NULL, "ticket_id,needs_id"},
    [SQL_STUCK_OF] = {"stuck_of", "id", "ticket_id,needs_id"},
    [SQL_STUCK_BEHIND] = {"stuck_behind", "id", "ticket_id,needs_id"},
    [SQL_STUCK_NEW] = {"stuck_new", NULL, "ticket_id,needs_id"},
    [SQL_STUCK_SAID] = {"stuck_said", NULL, NULL},
    [SQL_READY_PROFILES] = {"ready_profiles", NULL, "profile,id"},
    [SQL_SAID_PROFILES] = {"said_profiles", NULL, "profile,id"},
    [SQL_BREAKER_LIST] = {"breaker_list", NULL, "key,value"},
    [SQL_BREAKER_PROVE] = {"breaker_prove", "profile,endpoint", NULL},
    [SQL_BREAKER_CLOSE] = {"breaker_close", "thing", NULL},

    [SQL_RUNTIME_GET] = {"runtime_get", "session_key", RUNTIME_COLUMNS("")},
    [SQL_RUNTIME_LIST_ACTIVE] = {"runtime_list_active", "host", RUNTIME_COLUMNS("")},
    [SQL_RUNTIME_SET_AGENT] = {"runtime_set_agent", "pane_id,pid,start,boot,ns,session_key,run_id", NULL},
    [SQL_RUNTIME_SET_WORKER] = {"runtime_set_worker", "pid,start,boot,ns,session_key,now,run_id", NULL},
    [SQL_RUNTIME_TAKE_TURN] = {"runtime_take_turn", "nonce,now,tick,tick_boot,session_key,run_id", NULL},
    [SQL_RUNTIME_END_TURN] = {"runtime_end_turn", "now,session_key,run_id,nonce", NULL},
    [SQL_RUNTIME_RETURN_TURN] = {"runtime_return_turn", "to,now,session_key,run_id,nonce", NULL},
    [SQL_RUNTIME_SETTLE_IDLE] = {"runtime_settle_idle", "now,session_key,run_id", NULL},
    [SQL_RUNTIME_RETIRE] = {"runtime_retire", "to,reason,now,session_key,run_id", NULL},
    [SQL_RUNTIME_REBUILD] = {"runtime_rebuild",
                             "session_key,ticket_id,run_id,host,status,tmux_target,pane_id,pid,start,boot,ns,profile,"
                             "cwd,log,turn_nonce,last_turn_marker,harvest_offset,spawned_at,turn_started_at,last_"
                             "output_at,turn_count,tick_boot,spawned_tick,turn_started_tick,stall_tick",
                             NULL},
    [SQL_RUNTIME_SET_HARVEST] = {"runtime_set_harvest", "offset,session_key,run_id", NULL},

    [SQL_RUN_GET] = {"run_get", "run_id", RUN_COLUMNS("")},
    [SQL_RUN_OF_TICKET] = {"run_of_ticket", "ticket_id", RUN_COLUMNS("")},
    [SQL_RUN_SETTLE] = {"run_settle", "outcome,class,detail,ended_at,run_id", NULL},
    [SQL_RUN_SET_PICKUP] = {"run_set_pickup", "pid,start,boot,ns,run_id,from,from_start", NULL},

    [SQL_MESSAGE_ADD] = {"message_add", "ticket_id,author,body,now", "id"},
    [SQL_MESSAGE_GET] = {"message_get", "id", MESSAGE_COLUMNS("")},
    [SQL_MESSAGE_OF_TICKET] = {"message_of_ticket", "ticket_id", MESSAGE_COLUMNS("")},
    [SQL_MESSAGE_WORK] = {"message_work", "run_id", MESSAGE_COLUMNS("")},
    [SQL_MESSAGE_NOTES_OF_NONCE] = {"message_notes_of_nonce", "ticket_id,nonce", "body"},
    [SQL_MESSAGE_NOTES_PENDING] = {"message_notes_pending", "ticket_id", "body"},
    [SQL_MESSAGE_NEXT] = {"message_next", "host,now", MESSAGE_COLUMNS("") "," RUNTIME_COLUMNS("")},
    [SQL_MESSAGE_SEND] = {"message_send", "run_id,nonce", NULL},
    [SQL_MESSAGE_TAKE] = {"message_take", "run_id,nonce,id", NULL},
    [SQL_MESSAGE_TAKE_NOTES] = {"message_take_notes", "run_id,nonce,id", NULL},
    [SQL_MESSAGE_POSTPONE] = {"message_postpone", "error,next_at,id", NULL},
    [SQL_MESSAGE_SETTLE] = {"message_settle", "to,error,sent_at,run_id,nonce", NULL},
    [SQL_MESSAGE_SETTLE_PENDING] = {"message_settle_pending", "error,count,next_at,run_id,nonce", NULL},
    [SQL_MESSAGE_GIVE_BACK_WORK] = {"message_give_back_work", "error,run_id", NULL},
    [SQL_MESSAGE_GIVE_BACK_NOTES] = {"message_give_back_notes", "error,run_id", NULL},

    [SQL_ADOPT_TICKET] = {"adopt_ticket", "run_id,pid,start,boot,ns,host,now,id,session_key", NULL},
    [SQL_ADOPT_RUNTIME] = {"adopt_runtime", "pane_id,pid,start,boot,ns,now,tick,tick_boot,seen,run_id,session_key",
                           NULL},
    [SQL_ADOPT_MESSAGES] = {"adopt_messages", "seen,now,due,run_id", NULL},
    [SQL_ADOPT_RUN] = {"adopt_run", "run_id", NULL},

    [SQL_EFFECT_INTEND] = {"effect_intend", "run_id,kind,detail,now", NULL},
    [SQL_EFFECT_INTEND_ONCE] = {"effect_intend_once", "run_id,kind,detail,now", NULL},
    [SQL_EFFECT_RESULT] = {"effect_result", "state,detail,now,run_id,kind", NULL},

    [SQL_ACTIVITY_ADD] = {"activity_add", "ticket_id,run_id,author,kind,body,now", NULL},
    [SQL_ACTIVITY_LIST] = {"activity_list", "ticket_id", ACTIVITY_COLUMNS("")},
    [SQL_ACTIVITY_SAID] = {"activity_said", "ticket_id,kind,run_id,since", "said"},
    [SQL_SETTING_GET] = {"setting_get", "key", "value"},
    [SQL_SETTING_PUT] = {"setting_put", "key,value", NULL},
    [SQL_SETTING_REMOVE] = {"setting_remove", "key", NULL},
    [SQL_REQUEST_GET] = {"request_get", "id", "answer"},
    [SQL_REQUEST_PUT] = {"request_put", "id,answer,now", NULL},

    [SQL_SNAPSHOT_ANY] = {"snapshot_any", "host", "any"},
    [SQL_SNAPSHOT_RUNTIMES] = {"snapshot_runtimes", "host", CASE_COLUMNS(RUNTIME_COLUMNS("") ",")},
    [SQL_SNAPSHOT_TICKETS] = {"snapshot_tickets", "host", CASE_COLUMNS("")},
    [SQL_SNAPSHOT_AGAIN_RUNTIME] = {"snapshot_again_runtime", "ticket_id,host", CASE_COLUMNS(RUNTIME_COLUMNS("") ",")},
    [SQL_SNAPSHOT_AGAIN_TICKET] = {"snapshot_again_ticket", "ticket_id,host", CASE_COLUMNS("")},
    [SQL_SNAPSHOT_SESSION] = {"snapshot_session", "host,run_id", RUN_COLUMNS("") ",is_tickets,is_here,closed_at"},

};
