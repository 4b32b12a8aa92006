#ifndef MC_THERE_WORDS_H
#define MC_THERE_WORDS_H

#include <stdbool.h>

struct identity;
struct text;

/* What there.c asks and mc-launch answers in another pid namespace. "--who PID FILE" is answered with an identity,
 * "--end RUN GRACE IDENTITY FILE" with one of the words below, or a line that says why not. */
#define THERE_WHO "--who"
#define THERE_END "--end"
#define THERE_ENDED "ended"
#define THERE_NOT_COUNTED "elsewhere"

/* "PID:START:NAMESPACE:BOOT". */
void there_write(struct text *out, const struct identity *identity);
bool there_read(struct identity *identity, const char *text);

#endif
