#ifndef MC_CONFIG_VALUE_H
#define MC_CONFIG_VALUE_H

#include <stdbool.h>

struct config_place;
struct key;

/* Puts the key's default into the object that its offset is of. */
void key_preset(const struct key *key, void *object);

/* Reads one value into its object. Not for groups, a dialect's lists and tables of rows. */
bool key_read(const struct config_place *at);

/* A name of an environment variable: [A-Za-z_][A-Za-z0-9_]*. */
bool config_variable_ok(const char *name);

#endif
