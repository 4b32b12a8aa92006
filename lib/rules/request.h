#ifndef MC_REQUEST_H
#define MC_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct text;

/* What a request id is bound to (SPEC section 17), as one short word for the row: command, ticket number, and a sum of
 * the texts that go with it. The same id for another act is a slip, and nothing is done. */
enum { REQUEST_ACT_SIZE = 80 };
struct request_for {
    const char *command;
    int64_t ticket;           /* 0: of no single one */
    const char *const *texts; /* NULL at the end; a text that is not given is "" and stands nevertheless */
};
void request_act(char out[REQUEST_ACT_SIZE], const struct request_for *what);

/* "approve MC-1", "add": what an act was, for a person. */
void request_words(struct text *out, const char *act, const char *prefix);

/* The id was used for that act (NULL: nobody can say for which) and now comes for another: false, 65. */
bool request_refuse(const char *id, const char *act, const char *prefix, struct err *err);

#endif
