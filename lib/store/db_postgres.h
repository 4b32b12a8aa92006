#ifndef MC_DB_POSTGRES_H
#define MC_DB_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct values;

/* The only door to libpq, for the files of the engine. Nothing is kept at the server between transactions, because a
 * pooler gives the connection to another there: no named statement, no setting of the session. */
struct link; /* a connection */
struct reply;

/* libpq's own places say who we are; the name says more than these, and the environment less. Never NULL; of one that
 * failed link_why says why, on one line. */
struct link *link_dial(const char *name);
void link_close(struct link *link);                    /* NULL: nothing */
void link_settle(struct link *link, int64_t deadline); /* before it is closed: a pooler keeps one that owes no answer */
bool link_lost(const struct link *link);
const char *link_why(struct link *link);
bool link_refused(const struct link *link); /* the server wants a password that is not there, or another one */
int link_version(const struct link *link);  /* of the server: 150018 */
/* Does it stay within this machine, and can nobody on its way read it? NULL: neither. */
void link_way(const struct link *link, bool *local, bool *encrypted);

/* One statement with its values (NULL: none), or several in one text without. NULL: the connection is lost, which a
 * server that says nothing until the deadline (monotonic milliseconds) is too. */
struct reply *link_ask(struct link *link, const char *text, const struct values *values, int64_t deadline);
struct reply *link_script(struct link *link, const char *texts, int64_t deadline);

/* Sends a statement along with the next that is asked, which answers for it: its failure is the reply to that one. */
bool link_queue(struct link *link, const char *text, const struct values *values, int64_t deadline);
/* The same, and the server does it at once: only its word is not waited for. */
bool link_send_off(struct link *link, const char *text, int64_t deadline);
int64_t link_changed(struct link *link); /* rows by those that were queued, since this was asked last */

void reply_free(struct reply *reply); /* NULL: nothing */
bool reply_failed(const struct reply *reply);
const char *reply_state(const struct reply *reply);   /* of a failure: its SQLSTATE, "" where there is none */
const char *reply_message(const struct reply *reply); /* and what was said, NULL where nothing */
const char *reply_tag(struct reply *reply);           /* "INSERT 0 1" */
int64_t reply_changed(struct reply *reply);           /* rows; of a SELECT those that it gave */
int64_t reply_written(struct reply *reply);           /* the same; of a SELECT or a failure none */
int reply_rows(const struct reply *reply);            /* 0: none, or it gives no rows at all */
unsigned reply_type(const struct reply *reply, int column);
/* NULL is NULL, and what is not there too; the text is the reply's. */
const char *reply_value(const struct reply *reply, int row, int column);
size_t reply_bytes(const struct reply *reply, int row, int column);

#endif
