#ifndef MC_WORDS_H
#define MC_WORDS_H

/* The words of SPEC section 2 and 4 as enums; their spellings (the values in the board) are in words.c, one table an
 * enum. X_name gives the spelling, X_from the value or -1. */

enum ticket_status {
    TICKET_INBOX,
    TICKET_TODO,
    TICKET_IN_PROGRESS,
    TICKET_IN_REVIEW,
    TICKET_NEEDS_INPUT,
    TICKET_BLOCKED,
    TICKET_DONE,
    TICKET_CANCELLED,
    TICKET_STATUS_COUNT
};
enum runtime_status {
    RUNTIME_SPAWNING,
    RUNTIME_IDLE,
    RUNTIME_RUNNING, /* exactly: a turn is active */
    RUNTIME_DEAD,
    RUNTIME_CLOSED,
    RUNTIME_STATUS_COUNT
};
enum message_status {
    MESSAGE_PENDING,
    MESSAGE_SENDING,
    MESSAGE_SENT,
    MESSAGE_FAILED, /* "failed_to_inject" */
    MESSAGE_UNKNOWN,
    MESSAGE_STATUS_COUNT
};
/* A work message is the ticket's own prompt, made anew when it is sent; a note is a person's text. */
enum message_kind { MESSAGE_WORK, MESSAGE_NOTE, MESSAGE_KIND_COUNT };
/* Why it is there: a person's, or one of ours, for the word on a turn that ended without one or after a pause. */
enum message_purpose { PURPOSE_PERSON, PURPOSE_NUDGE, PURPOSE_GO_ON, MESSAGE_PURPOSE_COUNT };
enum priority { PRIORITY_CRITICAL, PRIORITY_HIGH, PRIORITY_MEDIUM, PRIORITY_LOW, PRIORITY_COUNT };
enum effect_kind { EFFECT_WORKTREE, EFFECT_SPAWN, EFFECT_SEND, EFFECT_KILL, EFFECT_CLOSE, EFFECT_KIND_COUNT };
enum effect_state { EFFECT_INTENT, EFFECT_DONE, EFFECT_FAILED, EFFECT_UNKNOWN, EFFECT_STATE_COUNT };
enum slot_state { SLOT_FREE, SLOT_CLAIMED, SLOT_QUARANTINED, SLOT_STATE_COUNT };
enum signal_word { SIGNAL_DONE, SIGNAL_REVIEW, SIGNAL_QUESTION, SIGNAL_WORD_COUNT };

/* How a run ended, in runs.outcome; an open run has none. */
enum run_outcome {
    RUN_DELIVERED, /* the agent signalled: done, review */
    RUN_ASKED,     /* the ticket waits for a person */
    RUN_ADOPTED,   /* goes on: the run lives in a runtime that was adopted (ended_at stays empty) */
    RUN_FAILED,    /* counted as an attempt or the world's failure; runs.class says which */
    RUN_ABANDONED, /* its pickup died before anything was started; not counted */
    RUN_STOPPED,   /* an operator's hand */
    RUN_HOST_LOST, /* its host was given up; not counted. On boards that several machines share alone */
    RUN_OUTCOME_COUNT
};

const char *ticket_status_name(enum ticket_status status);
const char *runtime_status_name(enum runtime_status status);
const char *message_status_name(enum message_status status);
const char *message_kind_name(enum message_kind kind);
const char *message_purpose_name(enum message_purpose purpose);
const char *priority_name(enum priority priority);
const char *effect_kind_name(enum effect_kind kind);
const char *effect_state_name(enum effect_state state);
const char *slot_state_name(enum slot_state state);
const char *signal_word_name(enum signal_word word);
const char *run_outcome_name(enum run_outcome outcome);

int ticket_status_from(const char *name);
int runtime_status_from(const char *name);
int message_status_from(const char *name);
int message_kind_from(const char *name);
int message_purpose_from(const char *name);
int priority_from(const char *name);
int effect_kind_from(const char *name);
int effect_state_from(const char *name);
int slot_state_from(const char *name);
int signal_word_from(const char *name);
int run_outcome_from(const char *name);

/* What looking at something gave: yes, no, or it cannot be told. Zeroed is "cannot tell": the safe side. */
enum seen { SEEN_UNKNOWN, SEEN_YES, SEEN_NO };

#endif
