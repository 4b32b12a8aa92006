#ifndef MC_CONFIG_READ_H
#define MC_CONFIG_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/config.h"

struct json;
struct key;

/* One configuration file while it is read. */
struct config_reading {
    struct config *config;
    const char *file;
    const char *bytes;
    size_t n;
    config_lookup *lookup;
    struct err *err;
};

/* "FILE:LINE: KEY: text", 78; returns false. `key` is a path of keys in the file. */
bool config_fail(const struct config_reading *reading, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts the key's default into the object that its offset is of. */
void key_preset(const struct key *key, void *object);

/* Reads one value into the object; `path` is where it stands in the file. Not for groups and tables of rows. */
bool key_read(const struct config_reading *reading, const struct key *key, const struct json *json, const char *path,
              void *object);

/* headers, success, rules of a dialect */
bool key_read_answers(const struct config_reading *reading, const struct key *key, const struct json *json,
                      const char *path, struct dialect *dialect);

/* The objects "profiles" and "send.dialects": rows merged by name onto the built-in ones, key by key. */
bool config_read_profiles(const struct config_reading *reading, const struct json *json);
bool config_read_dialects(const struct config_reading *reading, const struct json *json);

/* A name of a profile or dialect: [A-Za-z0-9_-]{1,32}. */
bool config_name_ok(const char *name);

/* A name of an environment variable: [A-Za-z_][A-Za-z0-9_]*. */
bool config_variable_ok(const char *name);

#endif
