#ifndef MC_JSON_H
#define MC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct text;

/* The only door to the JSON library. A `struct json` is a node; the one that json_parse or json_object gave is
 * released with json_free and takes its children with it. Children belong to their parent. To whoever reads one, NULL
 * is a null: what is asked for and not there need not be looked at apart. */
struct json;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Strict JSON (whole input, at most 64 levels deep, no NUL byte and no \u0000 anywhere). NULL when it is not.
 * Bytes that are not UTF-8 inside strings pass as they are. */
struct json *json_parse(const char *bytes, size_t n);

/* The same, for numbers that must not lose a digit: json_int64 reads them. */
struct json *json_parse_exact(const char *bytes, size_t n);

/* JSON with // and block comments, for people. On failure err has code 78 and "line N: ...". */
struct json *json_parse_comments(const char *bytes, size_t n, struct err *err);

/* The line (from 1) where the value at a path of keys stands in the text given to json_parse_comments; path is like
 * "profiles.demo.env" (array members by index: "command.0"). 0 when it is not there. Duplicate keys: the last. */
int json_line(const char *bytes, size_t n, const char *path);

/* A key that occurs twice in one object, as "path.key" in a new string; NULL when there is none. */
char *json_duplicate(const struct json *json);

enum json_type json_type(const struct json *json);
const struct json *json_get(const struct json *object, const char *key); /* exact case; NULL when absent */
const struct json *json_path(const struct json *json, const char *path); /* "a.b.0.c"; NULL when absent */
const char *json_string(const struct json *json);                        /* NULL unless a string */
bool json_int(const struct json *json, int64_t *value);                  /* false unless a whole number within 2^53 */
bool json_int64(const struct json *json, int64_t *value); /* a whole number, as json_parse_exact kept it */
bool json_is_true(const struct json *json);
size_t json_count(const struct json *json); /* members of an array or object */
const struct json *json_first(const struct json *json);
const struct json *json_next(const struct json *json);
const char *json_key(const struct json *json); /* of a member of an object */

/* Writing. A NULL string writes null. Strings that are not UTF-8 are cleaned. */
struct json *json_object(void);
struct json *json_array(void);
void json_put(struct json *object, const char *key, struct json *value); /* takes value */
void json_put_string(struct json *object, const char *key, const char *value);
void json_put_int(struct json *object, const char *key, int64_t value);
void json_put_nonzero(struct json *object, const char *key, int64_t value); /* 0 writes null */
void json_put_bool(struct json *object, const char *key, bool value);
void json_put_null(struct json *object, const char *key);
struct json *json_copy(const struct json *json);        /* the caller's */
bool json_drop(struct json *json, const char *path);    /* what stands there, "a.b.c"; false: nothing does */
void json_push(struct json *array, struct json *value); /* takes value */
void json_push_string(struct json *array, const char *value);
void json_print(const struct json *json,
                struct text *out); /* one line, no newline at the end, hidden characters as \u */
void json_free(struct json *json);

#endif
