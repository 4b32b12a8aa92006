#ifndef MC_PICKUP_REMEDY_SESSION_H
#define MC_PICKUP_REMEDY_SESSION_H

#include <stdbool.h>

struct err;
struct pickup;
struct repair;
struct world_session;

/* One repair of a session that no row is about: its row made again, or the session closed. */
bool remedy_session(struct pickup *pickup, const struct world_session *session, const struct repair *repair,
                    struct err *err);

#endif
