#ifndef MC_CONFIG_ROWS_H
#define MC_CONFIG_ROWS_H

#include <stdbool.h>

struct config_place;
struct config_reading;
struct json;
struct key;

/* The objects "profiles" and "send.dialects": rows merged by name onto the built-in ones, key by key. */
bool config_read_profiles(const struct config_reading *reading, const struct json *json);
bool config_read_dialects(const struct config_reading *reading, const struct json *json);

/* The keys of one row ("profiles.mine") into its object. */
bool config_read_row(const struct config_place *row, const struct key *keys);

/* Each row of a table ("profiles"): its object is found, or made, by its name. */
typedef bool config_read_named(struct config_place *at);
bool config_read_rows(const struct config_reading *reading, const struct json *json, const char *table,
                      config_read_named *read_one);

/* A name of a profile, dialect or workspace: [A-Za-z0-9_-]{1,32}. */
bool config_name_ok(const char *name);

#endif
