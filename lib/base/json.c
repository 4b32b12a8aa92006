#include "base/json.h"

#include "base/clean.h"
#include "base/err.h"
#include "base/json_scan.h"
#include "base/mem.h"
#include "base/text.h"

#include <cjson/cJSON.h>

static const int64_t exact = INT64_C(1) << 53;

static void node_memory(void) {
    cJSON_Hooks hooks = {.malloc_fn = xmalloc, .free_fn = free};
    cJSON_InitHooks(&hooks);
}

static struct json *wrap(cJSON *node) {
    return (struct json *)node;
}

static cJSON *open_node(struct json *json) {
    return (cJSON *)json;
}

static const cJSON *look(const struct json *json) {
    return (const cJSON *)json;
}

/* Only text that json_scan took comes here: cJSON alone lets "01", control characters and \u0000 pass. */
static struct json *build(const char *bytes, size_t n) {
    node_memory();
    return wrap(cJSON_ParseWithLength(bytes, n));
}

static const char *string_end(const char *at) {
    for (at++; *at != '"'; at++)
        at += *at == '\\';
    return at + 1;
}

/* The next number of scanned text from *at on, which moves behind it; its length. */
static size_t number_next(const char **at, const char *end, const char **number) {
    while (*at < end && **at != '-' && !text_digit(**at))
        *at = **at == '"' ? string_end(*at) : *at + 1;
    *number = *at;
    while (*at < end && (text_digit(**at) || (**at != '\0' && strchr("+-.eE", **at) != NULL)))
        ++*at;
    return (size_t)(*at - *number);
}

/* The numbers of the text and those of the tree have one order. One that a double may not hold is kept as it stands. */
static void keep_exact(cJSON *node, const char **at, const char *end) {
    for (; node != NULL; node = node->next) {
        const char *number = NULL;
        size_t n = cJSON_IsNumber(node) ? number_next(at, end, &number) : 0;
        if (n > 15) {
            node->valuestring = xstrndup(number, n);
            node->type = (node->type & ~0xFF) | cJSON_Raw;
        }
        keep_exact(node->child, at, end);
    }
}

struct json *json_parse_exact(const char *bytes, size_t n) {
    struct json *json = json_parse(bytes, n);
    const char *at = bytes;
    if (json != NULL)
        keep_exact(open_node(json), &at, bytes + n);
    return json;
}

struct json *json_parse(const char *bytes, size_t n) {
    struct json_scan scan = {.at = bytes, .end = bytes + n};
    return json_scan(&scan, NULL) ? build(bytes, n) : NULL;
}

/* The end of the comment that starts at `at`. The text was scanned: every block is closed. */
static size_t comment_end(const char *s, size_t n, size_t at) {
    bool block = s[at + 1] == '*';
    for (at += 2; at < n; at++) {
        if (block && s[at] == '*' && s[at + 1] == '/')
            return at + 2;
        if (!block && s[at] == '\n')
            return at;
    }
    return n;
}

static size_t blank_comment(char *s, size_t n, size_t at) {
    size_t end = comment_end(s, n, at);
    for (; at < end; at++)
        s[at] = s[at] == '\n' ? '\n' : ' ';
    return end;
}

/* Comments become blanks; newlines stay, so that lines keep their numbers. */
static void blank_comments(char *s, size_t n) {
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (quoted && s[i] == '\\')
            i++;
        else if (s[i] == '"')
            quoted = !quoted;
        else if (!quoted && s[i] == '/')
            i = blank_comment(s, n, i) - 1;
    }
}

static void blank_mark(char *s, size_t n) {
    if (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
        memset(s, ' ', 3);
}

static bool refuse(struct err *err, const char *bytes, const struct json_scan *scan) {
    int line = 1;
    for (const char *p = bytes; p < scan->at; p++)
        line += *p == '\n';
    return err_set(err, MC_CONFIG, "line %d: %s", line, scan->fault != NULL ? scan->fault : "not JSON");
}

struct json *json_parse_comments(const char *bytes, size_t n, struct err *err) {
    struct json_scan scan = {.at = bytes, .end = bytes + n, .comments = true};
    if (!json_scan(&scan, NULL)) {
        refuse(err, bytes, &scan);
        return NULL;
    }
    char *plain = xmalloc(n + 1);
    memcpy(plain, bytes, n);
    plain[n] = '\0';
    blank_mark(plain, n);
    blank_comments(plain, n);
    struct json *json = build(plain, n);
    free(plain);
    if (json == NULL)
        refuse(err, bytes, &scan);
    return json;
}

static bool seen_before(const cJSON *object, const cJSON *member) {
    for (const cJSON *child = object->child; child != member; child = child->next)
        if (strcmp(child->string, member->string) == 0)
            return true;
    return false;
}

static char *with_prefix(const char *prefix, char *path) {
    char *longer = xasprintf("%s.%s", prefix, path);
    free(path);
    return longer;
}

char *json_duplicate(const struct json *json) {
    const cJSON *node = look(json);
    size_t index = 0;
    for (const cJSON *child = node->child; child != NULL; child = child->next, index++) {
        if (cJSON_IsObject(node) && seen_before(node, child))
            return xstrdup(child->string);
        char *below = json_duplicate((const struct json *)child);
        char number[32];
        snprintf(number, sizeof number, "%zu", index);
        if (below != NULL)
            return with_prefix(cJSON_IsObject(node) ? child->string : number, below);
    }
    return NULL;
}

enum json_type json_type(const struct json *json) {
    const cJSON *node = look(json);
    if (cJSON_IsObject(node))
        return JSON_OBJECT;
    if (cJSON_IsArray(node))
        return JSON_ARRAY;
    if (cJSON_IsString(node))
        return JSON_STRING;
    if (cJSON_IsNumber(node) || cJSON_IsRaw(node))
        return JSON_NUMBER;
    return cJSON_IsBool(node) ? JSON_BOOL : JSON_NULL;
}

const struct json *json_get(const struct json *object, const char *key) {
    return cJSON_IsObject(look(object)) ? wrap(cJSON_GetObjectItemCaseSensitive(look(object), key)) : NULL;
}

const struct json *json_path(const struct json *json, const char *path) {
    if (json == NULL || *path == '\0')
        return json;
    size_t index = 0;
    for (const struct json *child = json_first(json); child != NULL; child = json_next(child), index++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", index);
        const char *key = json_type(json) == JSON_OBJECT ? json_key(child) : number;
        const char *below = json_path_below(path, key, strlen(key));
        const struct json *found = below == NULL ? NULL : json_path(child, below);
        if (found != NULL)
            return found;
    }
    return NULL;
}

bool json_drop(struct json *json, const char *path) {
    const struct json *found = json_path(json, path);
    cJSON *all = (cJSON *)json;

    if (found == NULL || found == json)
        return false;
    for (cJSON *child = all->child; child != NULL; child = child->next) {
        if ((struct json *)child != found)
            continue;
        cJSON_Delete(cJSON_DetachItemViaPointer(all, child));
        return true;
    }
    for (cJSON *child = all->child; child != NULL; child = child->next) {
        const char *below = cJSON_IsObject(all) ? json_path_below(path, child->string, strlen(child->string)) : NULL;

        if (below != NULL && json_drop((struct json *)child, below))
            return true;
    }
    return false;
}

const char *json_string(const struct json *json) {
    return cJSON_IsString(look(json)) ? look(json)->valuestring : NULL;
}

bool json_int(const struct json *json, int64_t *value) {
    if (!cJSON_IsNumber(look(json)))
        return false;
    double number = look(json)->valuedouble;
    if (!(number >= -(double)exact && number <= (double)exact) || (double)(int64_t)number != number)
        return false;
    *value = (int64_t)number;
    return true;
}

bool json_int64(const struct json *json, int64_t *value) {
    long long number = 0;
    if (!cJSON_IsRaw(look(json)))
        return json_int(json, value);
    bool whole = text_to_int(look(json)->valuestring, INT64_MIN, INT64_MAX, &number);
    *value = whole ? number : *value;
    return whole;
}

bool json_is_true(const struct json *json) {
    return cJSON_IsTrue(look(json));
}

size_t json_count(const struct json *json) {
    size_t count = 0;
    for (const struct json *child = json_first(json); child != NULL; child = json_next(child))
        count++;
    return count;
}

const struct json *json_first(const struct json *json) {
    return json == NULL ? NULL : wrap(look(json)->child);
}

const struct json *json_next(const struct json *json) {
    return wrap(look(json)->next);
}

const char *json_key(const struct json *json) {
    return look(json)->string;
}

struct json *json_object(void) {
    node_memory();
    return wrap(cJSON_CreateObject());
}

struct json *json_array(void) {
    node_memory();
    return wrap(cJSON_CreateArray());
}

static struct json *new_string(const char *s) {
    node_memory();
    if (s == NULL)
        return wrap(cJSON_CreateNull());
    if (clean_is_utf8(s, strlen(s)))
        return wrap(cJSON_CreateString(s));
    struct text cleaned = {0};
    clean_text(&cleaned, s, strlen(s));
    cJSON *node = cJSON_CreateString(text_str(&cleaned));
    text_release(&cleaned);
    return wrap(node);
}

void json_put(struct json *object, const char *key, struct json *value) {
    cJSON_AddItemToObject(open_node(object), key, open_node(value));
}

void json_put_string(struct json *object, const char *key, const char *value) {
    json_put(object, key, new_string(value));
}

/* A ticket number may have 18 digits, more than a double holds: such a one is written as it is. */
void json_put_int(struct json *object, const char *key, int64_t value) {
    node_memory();
    char digits[32];
    snprintf(digits, sizeof digits, "%lld", (long long)value);
    bool fits = value >= -exact && value <= exact;
    json_put(object, key, wrap(fits ? cJSON_CreateNumber((double)value) : cJSON_CreateRaw(digits)));
}

void json_put_nonzero(struct json *object, const char *key, int64_t value) {
    if (value != 0)
        json_put_int(object, key, value);
    else
        json_put_null(object, key);
}

void json_put_bool(struct json *object, const char *key, bool value) {
    node_memory();
    json_put(object, key, wrap(cJSON_CreateBool(value)));
}

struct json *json_copy(const struct json *json) {
    node_memory();
    return wrap(cJSON_Duplicate(look(json), true));
}

void json_put_null(struct json *object, const char *key) {
    json_put(object, key, new_string(NULL));
}

void json_push(struct json *array, struct json *value) {
    cJSON_AddItemToArray(open_node(array), open_node(value));
}

void json_push_string(struct json *array, const char *value) {
    json_push(array, new_string(value));
}

/* Such a character stands in a string, and there it is the same by its number: a terminal that shows the object is not
 * told anything by it. */
static void add_shown(struct text *out, const char *s, size_t n) {
    size_t plain = 0;

    for (size_t at = 0; at < n;) {
        bool valid;
        uint32_t point;
        size_t len = clean_character(s + at, n - at, &valid, &point);

        if (clean_is_hidden(point)) {
            text_addn(out, s + plain, at - plain);
            text_addf(out, "\\u%04x", (unsigned)point);
            plain = at + len;
        }
        at += len;
    }
    text_addn(out, s + plain, n - plain);
}

void json_print(const struct json *json, struct text *out) {
    node_memory();
    char *printed = cJSON_PrintUnformatted(look(json));
    if (printed != NULL)
        add_shown(out, printed, strlen(printed));
    else
        text_add(out, "null");
    free(printed);
}

void json_free(struct json *json) {
    cJSON_Delete(open_node(json));
}
