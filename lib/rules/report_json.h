#ifndef MC_RULES_REPORT_JSON_H
#define MC_RULES_REPORT_JSON_H

#include <stddef.h>

struct json;

/* json_parse, but for what agents print: \u0000 and lone halves of surrogate pairs, which JavaScript writes and our
 * reader refuses, become \ufffd. NULL when it is no JSON. */
struct json *report_parse(const char *bytes, size_t n);

/* A copy of the string at a path such as "data.message"; NULL when there is none, or path is NULL. */
char *report_json_string(const struct json *json, const char *path);

/* The same as one clean line of bounded length; NULL when it is empty. */
char *report_json_line(const struct json *json, const char *path);

#endif
