#ifndef MC_CONDITIONS_H
#define MC_CONDITIONS_H

/* What sql_sqlite.c and sql_postgres.c ask for in the same words; what differs between the two stands in each. */
#define ACTIVE "status IN('spawning','idle','running')"
#define R_ACTIVE "r." ACTIVE
#define NO_TURN "r.status='idle' OR r.status='running' AND r.turn_nonce IS NULL"
#define READY "status='todo' AND next_attempt_at IS NULL AND waits=0"
/* Put off, and its time has come; or it lies further off than any pause, by a clock that was wrong. Each half is a
 * range of the index of its own. */
#define PUT_OFF "status='todo' AND next_attempt_at IS NOT NULL AND waits=0"
#define DUE PUT_OFF " AND next_attempt_at<=:now"
#define STRAY PUT_OFF " AND next_attempt_at>:horizon"
#define STUCK_STATUS "status IN('inbox','todo','blocked')"

/* A usage limit may last for a week. */
#define LIMIT_LONGEST "691200000"

/* Message m, pending, waits for the end of a pause: a usage limit's, or one after which we say "go on". */
#define AFTER_PAUSE "(m.error IN('limit','paused')OR m.purpose='go_on' AND m.error IS NULL)"

/* Of a number that is added to: NUMBER_MOST of rules/rows.h, whatever a hand has put there. */
#define MOST "999999999999999999"

#define SLOT_ORDER "ORDER BY workspace,number"

/* What is written whole for a ticket, and what is read back. */
#define WITHIN "ticket_id BETWEEN :from AND :to"

#endif
