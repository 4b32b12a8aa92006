#ifndef MC_TICKET_RESULTS_H
#define MC_TICKET_RESULTS_H

struct call;
struct err;
struct json;

/* What became of several keys, each by itself: of one that failed, its line at once, {"ticket":KEY,"error":{…}} among
 * the results (NULL: its own is there), and call->status is the worst of the codes. */
void results_fail(struct call *call, struct json *results, const char *key, const struct err *err);

/* With --json {"schema":1,"results":[…]}, else nothing. Frees them. */
void results_print(const struct call *call, struct json *results);

#endif
