#ifndef MC_FACTS_H
#define MC_FACTS_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct err;

/* What a board on a server is kept by, for whoever looks after it: asked and measured at this moment. */
enum { SERVER_VERSION_SIZE = 32, SERVER_ROLE_SIZE = 64, SERVER_ROUNDS = 5 };
struct board_facts {
    bool shared;                       /* false: a file, and nothing else is told */
    char version[SERVER_VERSION_SIZE]; /* of PostgreSQL, "15.8" */
    char role[SERVER_ROLE_SIZE];       /* who we are there */
    bool owner;                        /* it may change the schema; else it only works */
    int64_t round_trip_us;             /* the median of SERVER_ROUNDS questions for one row */
    int64_t ahead_ms;                  /* this machine's clock, of the server's */
    bool local;                        /* the server is on this machine */
    bool encrypted;                    /* nobody between can read what is said */
    bool standby;                      /* it only repeats another server, and takes nothing */
    bool read_only;                    /* this role or its database may change nothing, by a setting */
    char unsafe[SERVER_VERSION_SIZE];  /* its setting by which it may lose a commit in a power cut; "": none */
};
bool board_works(struct board *board, struct err *err); /* on a server; 77: this role may not */
bool board_facts(struct board *board, struct board_facts *facts, struct err *err);

/* The 75 of whoever would write on a server that takes no changes. */
bool board_takes(struct board *board, struct err *err);

/* Has a board on a server all that was made there (else 78), and may this role do on it what a pickup does (else 77)?
 * The words say what is lacking. */
bool board_whole(struct board *board, struct err *err);

#endif
