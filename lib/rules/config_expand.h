#ifndef MC_CONFIG_EXPAND_H
#define MC_CONFIG_EXPAND_H

#include <stdbool.h>

struct err;

/* The environment as the rules may see it: name to value, or NULL. */
typedef const char *config_lookup(const char *name);

/* ~ and $NAME expand in paths; ~ is HOME, $$ a $. An unset name is an error with the name; so is a relative path. */
bool config_expand(char **out, const char *path, config_lookup *lookup, struct err *err);

#endif
