#ifndef MC_BOARD_H
#define MC_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct err;

/* The board (SPEC section 4): one SQLite file, or a schema on a PostgreSQL server (section 16). Only db_sqlite.c and
 * db_postgres.c know the libraries, and nothing outside of lib/store which of them it is. */
struct board;

enum board_mode {
    BOARD_WRITE,
    BOARD_LOOK /* read-write handle with query_only: leaves no byte and no name behind; for --dry-run, list, show */
};

/* Makes a new board (file 0600, its directory must be there): WAL set with the busy handler installed, schema,
 * application_id, user_version in one transaction. A board that is there already is opened, checked and left alone
 * (*made false). 73 when it cannot be made, 77 for a symbolic link or a file of others. */
bool board_create(const char *path, bool *made, struct err *err);

/* Opens an existing one: 66 no board (says `mc-ticket init`), 77 a link, not ours, or writable by others (the file or
 * its directory); 74 damaged, truncated or no database at all; 78 another program's database or a newer version: all
 * left untouched to the byte. 66 for a directory that cannot be written when a look would need it. Migrates an older
 * version in one transaction (BOARD_WRITE; a look refuses it with 78). */
bool board_open(struct board **board, const char *path, enum board_mode mode, struct err *err);
void board_free(struct board *board);

/* Opened for writing, a board whose file is a copy of another that is still there is refused with 78: both have one
 * name and would judge the same agents. One that was moved, or restored over, is the same board. board_own makes a
 * copy a board of its own: its tickets in progress, `released` of them, are to be done again, and no process or session
 * is touched. What is no copy, or the board that it was copied from is gone, is left alone (`made` false): its agents
 * are its own, and a second one would be started beside each. */
struct board_owned {
    bool made;
    int64_t released;
};
bool board_own(const char *path, struct board_owned *owned, struct err *err);

/* Lets a role of a server's work on the board there and do nothing else with it; said again it changes nothing. 64 for
 * a board that is a file and for no such role, 77 where we are not the board's owner. */
bool board_worker(const char *name, const char *role, struct err *err);

/* Nobody else writes until its end; of a BOARD_LOOK it is one snapshot. 75 when the board is locked past the limit.
 * Statements outside a transaction are each their own. A commit that fails has rolled back. */
bool board_begin(struct board *board, struct err *err);
bool board_begin_read(struct board *board, struct err *err);  /* on any handle: one snapshot, no write lock */
bool board_begin_claim(struct board *board, struct err *err); /* for a claim: others' claims may run beside it */
bool board_commit(struct board *board, struct err *err);
void board_rollback(struct board *board); /* nothing without a transaction */

/* Between the two, a commit of this handle is whole but may be undone by a power cut, and waits for no disk: for what
 * would only be done again. From the first on, what is deleted is not written over with zeroes, which would write all
 * of it once more. */
bool board_relax(struct board *board, struct err *err);
bool board_be_strict(struct board *board, struct err *err);

/* Texts that were written since this was last asked and are not as they were given: a server takes no bytes but UTF-8.
 */
size_t board_altered(struct board *board);

/* Was the last failure the schema's refusal of a row? */
bool board_refused(const struct board *board);

/* Do several machines share it? Then each row that a machine keeps (runtimes, slots, runs) says whose it is. */
bool board_is_shared(const struct board *board);

/* Who opens boards from now on, and where the programs' modules stand (libexec); both are copied or kept. */
void board_as_host(const char *host);
void board_modules(const char *folder);

/* Did this handle change a row since it was opened? What was rolled back does not count. */
bool board_changed(const struct board *board);

/* How long a handle that is opened from now on waits for a lock; 10 s without this. */
void board_busy_limit(int64_t ms);

/* The board's own name, 16 hexadecimal digits that its making drew: a copy has it too, another board has not. 74 when
 * the row was taken away. */
enum { BOARD_NAME_SIZE = 17 };
bool board_name(struct board *board, char out[BOARD_NAME_SIZE], struct err *err);

#endif
