#ifndef MC_SPOOL_H
#define MC_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/argv.h"

struct err;
struct site;
struct told;

/* What agents told where no board could take it: while it was locked, and of a board on a server, to which they have no
 * door. Files in run/RUN_ID/events/, taken by the next pickup of this machine. */

/* At a run's start: its folder, and room for one event on a full disk. What cannot be made is made later. */
void spool_reserve(const struct site *site, const char *run_id);

/* Leaves it, whole and on the disk (the reply cut where the disk is full). False: there is no way. */
bool spool_leave(const struct site *site, const char *run_id, const struct told *told, struct err *err);

/* The run's events as paths, oldest first. That a file is there is all that says so: no mark beside it can be lost. */
void spool_list(const struct site *site, const char *run_id, struct argv *paths);

/* What stands there; it stays. STRANGE: no event, or a link, or another user's. UNREAD: the machine is short of
 * something, or its disk has an error, which err tells. The caller releases *told. */
enum spool_found { SPOOL_EVENT, SPOOL_STRANGE, SPOOL_UNREAD };
enum spool_found spool_read(const char *path, struct told *told, struct err *err);

/* What nobody of ours has left stays beside, for a person, and is not listed any more. */
void spool_put_aside(const char *path);

/* Does an event that was left name this turn? */
bool spool_names(const struct site *site, const char *run_id, const char *nonce);

#endif
