#ifndef MC_POSTGRES_VALUES_H
#define MC_POSTGRES_VALUES_H

#include <stdbool.h>
#include <stddef.h>

struct call;

enum {
    TYPE_UNSAID = 0, /* the server finds out by where it stands */
    TYPE_BOOL = 16,  /* pg_type.dat: these oids never change */
    TYPE_INT8 = 20,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    BINDS_MAX = 64,
    VALUE_DIGITS = 24,
};

/* A statement with its names turned into numbers: ":name" is "$1"; "::cast" and what stands in quotes are none. */
struct numbered {
    char *text;
    char *names[BINDS_MAX]; /* in the order of $1, $2, … */
    int count;
};
void numbered_make(struct numbered *numbered, const char *text);
void numbered_release(struct numbered *numbered);

/* The values of a call in the order of its statement. */
struct values {
    unsigned types[BINDS_MAX];
    const char *texts[BINDS_MAX]; /* NULL is NULL */
    char digits[BINDS_MAX][VALUE_DIGITS];
    char *cleaned[BINDS_MAX];
    int count;
};

/* `self` is the value of ":self". False: a name has no value, or a value no name. A server refuses what is not UTF-8,
 * which a file takes: it is U+FFFD there. */
bool values_fill(struct values *values, const char *self, const struct numbered *numbered, const struct call *call);
size_t values_cleaned(const struct values *values); /* how many */
void values_release(struct values *values);         /* and frees it */

#endif
