#ifndef MC_SQL_H
#define MC_SQL_H

/* Every statement of the store but the schema's. */
enum sql {
    SQL_BEGIN_WRITE,
    SQL_BEGIN_LOOK,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_VERSION,

    SQL_TICKET_INSERT,
    SQL_TICKET_GET,
    SQL_TICKET_BY_DEDUPE,
    SQL_TICKET_LIST,
    SQL_TICKET_LIST_STATUS,
    SQL_TICKET_NEED_ADD,
    SQL_TICKET_NEEDS,
    SQL_TICKET_MOVE,

    SQL_CLAIM_ANY,
    SQL_CLAIM_READY,
    SQL_CLAIM_DUE,
    SQL_CLAIM_BLOCKER,
    SQL_CLAIM_RUNNING,
    SQL_CLAIM_CHECK,
    SQL_CLAIM_TICKET,
    SQL_CLAIM_RUN,
    SQL_CLAIM_RUNTIME,
    SQL_CLAIM_MESSAGE,
    SQL_CLAIM_NOTES,
    SQL_CLAIM_SWEEP,

    SQL_RUNTIME_GET,
    SQL_RUNTIME_LIST_ACTIVE,
    SQL_RUNTIME_SET_AGENT,
    SQL_RUNTIME_SET_WORKER,
    SQL_RUNTIME_TAKE_TURN,
    SQL_RUNTIME_END_TURN,
    SQL_RUNTIME_RETURN_TURN,
    SQL_RUNTIME_SETTLE_IDLE,
    SQL_RUNTIME_RETIRE,
    SQL_RUNTIME_REBUILD,
    SQL_RUNTIME_SET_HARVEST,

    SQL_RUN_GET,
    SQL_RUN_OF_TICKET,
    SQL_RUN_SETTLE,
    SQL_RUN_SET_PICKUP,

    SQL_MESSAGE_ADD,
    SQL_MESSAGE_GET,
    SQL_MESSAGE_OF_TICKET,
    SQL_MESSAGE_WORK,
    SQL_MESSAGE_NOTES_OF_NONCE,
    SQL_MESSAGE_NOTES_PENDING,
    SQL_MESSAGE_NEXT,
    SQL_MESSAGE_SEND,
    SQL_MESSAGE_TAKE,
    SQL_MESSAGE_TAKE_NOTES,
    SQL_MESSAGE_POSTPONE,
    SQL_MESSAGE_SETTLE,
    SQL_MESSAGE_SETTLE_PENDING,
    SQL_MESSAGE_GIVE_BACK_WORK,
    SQL_MESSAGE_GIVE_BACK_NOTES,

    SQL_ADOPT_TICKET,
    SQL_ADOPT_RUNTIME,
    SQL_ADOPT_MESSAGES,
    SQL_ADOPT_RUN,

    SQL_EFFECT_INTEND,
    SQL_EFFECT_RESULT,

    SQL_ACTIVITY_ADD,
    SQL_ACTIVITY_LIST,
    SQL_ACTIVITY_SAID,
    SQL_SETTING_GET,
    SQL_SETTING_PUT,
    SQL_SETTING_REMOVE,
    SQL_REQUEST_GET,
    SQL_REQUEST_PUT,

    SQL_SNAPSHOT_ANY,
    SQL_SNAPSHOT_RUNTIMES,
    SQL_SNAPSHOT_TICKETS,
    SQL_SNAPSHOT_AGAIN_RUNTIME,
    SQL_SNAPSHOT_AGAIN_TICKET,
    SQL_SNAPSHOT_SESSION,
    SQL_COUNT
};

/* What stands between a statement and its caller, whatever the engine: its name, and the names of its values and of its
 * columns, with commas between. The values come by name, and an engine that counts them goes by the order here; the
 * columns are read in this order. NULL: it has none. */
struct sql_wire {
    const char *name, *binds, *columns;
};
extern const struct sql_wire sql_wires[SQL_COUNT];

/* The texts of each engine. Status words stand in them, because a bound status cannot use a partial index. */
extern const char *const sql_sqlite[SQL_COUNT];

#endif
