#ifndef MC_CONFIG_READING_H
#define MC_CONFIG_READING_H

#include <stdbool.h>
#include <stddef.h>

struct config;
struct config_file;
struct err;
struct json;
struct key;

/* One configuration file while it is read. */
struct config_reading {
    struct config *config;
    const struct config_file *file;
    struct err *err;
    char **wrong; /* where it is to be told which key a failure is of, a new string; NULL: nowhere */
};

/* One value of it: what stands there, and where it goes. */
struct config_place {
    const struct config_reading *reading;
    const struct key *key;
    const struct json *json;
    const char *path; /* of keys in the file, "profiles.mine.env" */
    void *object;     /* that the key's offset is of */
};

/* The line of a key, or of the group where it is missing: send for send.url. 0: neither is there. */
int config_line(const char *bytes, size_t n, const char *key);

/* "FILE:LINE: KEY: text", 78; returns false. `key` is a path of keys in the file. */
bool config_fail(const struct config_reading *reading, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same of one member of the list or object at `at`: the line is the member's. */
bool config_fail_member(const struct config_place *at, const struct json *member, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
