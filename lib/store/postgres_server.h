#ifndef MC_POSTGRES_SERVER_H
#define MC_POSTGRES_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "store/engine.h"
#include "store/postgres_values.h"

struct err;
struct link;
struct reply;

enum {
    XID_SIZE = 24,
    LIFE_SIZE = 96, /* since when the server has been up without a crash */
};

/* What the files of the engine for servers share: board->server. */
struct server {
    struct link *link; /* NULL: it was lost */
    struct numbered statements[SQL_COUNT];
    bool transaction; /* one that lost its connection is under way until somebody ends it, and does nothing more */
    enum begin_kind kind;
    char xid[XID_SIZE]; /* of the transaction under way */
    char life[LIFE_SIZE];
    int64_t changes;
    char *refusal;
};

int64_t server_deadline(const struct board *board); /* of one question, monotonic */

/* NULL: the connection is lost, and closed. */
struct reply *server_ask(struct board *board, const char *text, const struct values *values);

/* Begins, has names found where they are meant, whatever path the role has, and waits for no lock longer than the
 * board's limit: it goes along with what is asked next. False: the connection is lost, and closed. server_look asks
 * within such a transaction of its own, which ends with it. The end of one that only looked is not waited for. */
bool server_open_transaction(struct board *board, const char *begin);
struct reply *server_look(struct board *board, const char *text, const struct values *values);
void server_end_look(struct board *board);

bool server_connect(struct board *board, struct err *err); /* anew */
void server_hang_up(struct server *server);                /* what is lost is closed at once: so the server sees it */

/* Both false. The first takes the reply; `statement` (or NULL) is told of a bug. */
bool server_failed(struct board *board, struct reply *reply, const char *statement, struct err *err);
bool server_lost(const struct board *board, struct err *err);

#endif
