#ifndef MC_ARGV_H
#define MC_ARGV_H

#include <stdbool.h>
#include <stddef.h>

/* A growable vector of owned strings, NULL-terminated once anything was added. Zeroed is empty. */
struct argv {
    char **items;
    size_t count;
    size_t cap;
};

void argv_add(struct argv *argv, const char *s);
void argv_addf(struct argv *argv, const char *format, ...) __attribute__((format(printf, 2, 3)));
void argv_adds(struct argv *argv, const char *const *strings); /* NULL-terminated list */
void argv_copy(struct argv *to, const struct argv *from);      /* appended */
void argv_words(struct argv *argv, const char *line);          /* what blanks set apart in it */
bool argv_has(const struct argv *argv, const char *s);
void argv_release(struct argv *argv);

/* Does this very option stand in a command line, before "--"? For one that cannot be read. */
bool argv_asks(int argc, char **argv, const char *option);

#endif
