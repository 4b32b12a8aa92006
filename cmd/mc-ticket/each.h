#ifndef MC_TICKET_EACH_H
#define MC_TICKET_EACH_H

#include <stdbool.h>

struct call;
struct err;
struct json;

/* Looks at one key (keys.c acts on several); with --json what it has to say is *object, else it has printed it. */
typedef bool each_one(struct call *call, const char *key, struct json **object, struct err *err);

/* Does it for each key of the command line (a word that is none is refused before), every one by itself: where one
 * fails the others go on (results.h). With --json one object: of a single key its own, of several that of all results.
 * `err` is a single key's failure. */
bool each_key(struct call *call, each_one *one, struct err *err);

#endif
