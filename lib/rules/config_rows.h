#ifndef MC_CONFIG_ROWS_H
#define MC_CONFIG_ROWS_H

#include <stdbool.h>

struct config_reading;
struct json;

/* The objects "profiles" and "send.dialects": rows merged by name onto the built-in ones, key by key. */
bool config_read_profiles(const struct config_reading *reading, const struct json *json);
bool config_read_dialects(const struct config_reading *reading, const struct json *json);

/* A name of a profile or dialect: [A-Za-z0-9_-]{1,32}. */
bool config_name_ok(const char *name);

#endif
