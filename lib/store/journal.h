#ifndef MC_JOURNAL_H
#define MC_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct board;
struct err;

/* The activity (append only), the settings, and request ids. */
struct journal_row {
    int64_t ticket_id;
    const char *run_id, *author, *kind, *body;
    int64_t now;
};
bool journal_add(struct board *board, const struct journal_row *row, struct err *err);

struct activity_list {
    struct activity *items;
    size_t count, cap;
};
bool journal_list(struct board *board, int64_t ticket_id, struct activity_list *list, struct err *err);

/* The last `limit` of them, oldest first (0: all), and how many stand before. */
struct journal_tail {
    int64_t ticket_id;
    int64_t limit;
};
struct journal_story {
    struct activity_list last;
    int64_t earlier;
};
bool journal_tail(struct board *board, const struct journal_tail *tail, struct journal_story *story, struct err *err);
void activity_list_release(struct activity_list *list);

/* Is there a row of this kind for the run since `since`? (said once) */
struct journal_look {
    int64_t ticket_id;
    const char *run_id, *kind;
    int64_t since;
};
bool journal_said(struct board *board, const struct journal_look *look, bool *said, struct err *err);

/* Adds it, inside the caller's transaction, unless there is one of its kind for its run already. */
bool journal_add_once(struct board *board, const struct journal_row *row, bool *added, struct err *err);

/* The body of the last such row, whenever it was written; NULL: none. New string. */
bool journal_last(struct board *board, const struct journal_look *look, char **body, struct err *err);

/* The same of those that say how the run came to a stop: signal, terminal_state. */
bool journal_end(struct board *board, const struct journal_look *look, char **body, struct err *err);
/* The last row of the run of one kind or the other since `since`; id 0: there is none. */
struct journal_kinds {
    int64_t ticket_id;
    const char *run_id, *kind, *other;
    int64_t since;
};
bool journal_newest(struct board *board, const struct journal_kinds *kinds, struct activity *row, struct err *err);

/* The last word that moved the ticket for this turn, as its row stands there; NULL: none. New string. */
struct journal_turn {
    int64_t ticket_id;
    const char *run_id, *nonce;
};
bool journal_word(struct board *board, const struct journal_turn *turn, char **body, struct err *err);

/* The last word on any turn of the ticket, as its row stands there, and whose run's it was; NULL: none. New strings. */
struct journal_said_last {
    char *run_id, *body;
};
bool journal_last_word(struct board *board, int64_t ticket_id, struct journal_said_last *last, struct err *err);
void journal_said_last_release(struct journal_said_last *last);

/* NULL when the key is not there; new string. */
bool settings_get(struct board *board, const char *key, char **value, struct err *err);
bool settings_put(struct board *board, const char *key, const char *value, struct err *err); /* NULL removes */

/* --request-id: what it was first used for (NULL: of an older program, which did not say), and what was printed then;
 * answer NULL: it has not acted. New strings. */
struct request_first {
    char *act, *answer;
};
bool requests_begin(struct board *board, const char *id, struct request_first *first, struct err *err);
void request_first_release(struct request_first *first);
struct request_answer {
    const char *id, *act, *answer;
    int64_t now;
};
bool requests_end(struct board *board, const struct request_answer *answer, struct err *err);
bool requests_drop(struct board *board, const char *id, struct err *err); /* as if it had never come */

#endif
