#include "rules/config_value.h"

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/text.h"
#include "rules/config_file.h"
#include "rules/config_keys.h"
#include "rules/config_reading.h"
#include "rules/config_search.h"
#include "rules/database.h"
#include "rules/environment.h"
#include "rules/report_agent.h"
#include "rules/screen.h"

static void *slot_of(const struct key *key, void *object) {
    return (char *)object + key->offset;
}

static size_t word_count(const char *const *words) {
    size_t n = 0;
    while (words[n])
        n++;
    return n;
}

static void store_word(const struct key *key, int value, void *object) {
    if (key->type == KEY_SWITCH)
        *(bool *)slot_of(key, object) = value == 1;
    else
        *(int *)slot_of(key, object) = value;
}

void key_preset(const struct key *key, void *object) {
    long long number = 0;
    if (!key->preset)
        return;
    switch (key->type) {
    case KEY_NUMBER:
        text_to_int(key->preset, key->low, key->high, &number);
        *(int64_t *)slot_of(key, object) = number;
        break;
    case KEY_WORD:
    case KEY_SWITCH:
        store_word(key, names_find(key->words, word_count(key->words), key->preset), object);
        break;
    case KEY_FLAG:
        *(bool *)slot_of(key, object) = strcmp(key->preset, "true") == 0;
        break;
    case KEY_TEXT:
    case KEY_PATTERN:
    case KEY_PATH:
    case KEY_BOARD:
    case KEY_SERVER:
        xreplace(slot_of(key, object), key->preset);
        break;
    case KEY_GROUP:
    case KEY_LIST:
    case KEY_COMMAND:
    case KEY_PASS:
    case KEY_SEARCH:
    case KEY_ENV:
    case KEY_BODY:
    case KEY_HEADERS:
    case KEY_STATUSES:
    case KEY_RULES:
    case KEY_REPORTS:
    case KEY_PROFILES:
    case KEY_WORKSPACE:
    case KEY_WORKSPACES:
    case KEY_DIALECTS:
    case KEY_UNUSED:
        break;
    }
}

static bool has_control(const char *string) {
    for (; *string; string++)
        if ((unsigned char)*string < ' ' || *string == 127)
            return true;
    return false;
}

static void *slot(const struct config_place *at) {
    return slot_of(at->key, at->object);
}

/* A string within the key's limit and without controls (patterns and arguments may hold them); NULL with err set. */
static const char *read_string(const struct config_place *at) {
    const char *string = json_string(at->json);
    if (!string)
        config_fail(at->reading, at->path, "must be a string");
    else if (at->key->high && strlen(string) > (size_t)at->key->high)
        config_fail(at->reading, at->path, "is too long; at most %lld bytes are allowed", (long long)at->key->high);
    else if (has_control(string) && at->key->type != KEY_PATTERN)
        config_fail(at->reading, at->path, "must not hold control characters");
    else
        return string;
    return NULL;
}

static bool read_number(const struct config_place *at) {
    int64_t value = 0;
    if (json_type(at->json) != JSON_NUMBER || !json_int(at->json, &value) || value < at->key->low ||
        value > at->key->high)
        return config_fail(at->reading, at->path, "must be a whole number from %lld to %lld", (long long)at->key->low,
                           (long long)at->key->high);
    *(int64_t *)slot(at) = value;
    return true;
}

static bool read_word(const struct config_place *at) {
    int value = names_find(at->key->words, word_count(at->key->words), json_string(at->json));
    if (value < 0)
        return config_fail(at->reading, at->path, "must be \"%s\" or \"%s\"", at->key->words[0], at->key->words[1]);
    store_word(at->key, value, at->object);
    return true;
}

static bool expand(const struct config_place *at, const char *string, char **out) {
    struct err why = {0};
    if (config_expand(out, string, at->reading->file->lookup, &why))
        return true;
    config_fail(at->reading, at->path, "%s", why.text);
    err_release(&why);
    return false;
}

static bool read_path(const struct config_place *at) {
    char **path = slot(at), *expanded = NULL;
    const char *string = read_string(at);
    if (!string || !expand(at, string, &expanded))
        return false;
    free(*path);
    *path = expanded;
    return true;
}

/* Nothing in it is expanded: a server's name is libpq's. No message shows one that may hold a password. */
static bool read_board(const struct config_place *at) {
    bool none = json_type(at->json) == JSON_NULL;
    const char *string = none ? NULL : read_string(at);
    enum database_kind kind = string ? database_kind(string) : DATABASE_SERVER;
    if (!none && !string)
        return false;
    if (string && database_has_password(string))
        return config_fail(at->reading, at->path, "%s", database_no_password);
    if (string && !database_is_sound(string))
        return config_fail(at->reading, at->path, "%s", database_no_server);
    if (kind == DATABASE_FILE && at->key->type == KEY_BOARD)
        return read_path(at);
    if (kind != DATABASE_SERVER)
        return config_fail(at->reading, at->path,
                           "must be the name of a board on a server, service=NAME or postgresql://HOST/DATABASE%s",
                           at->key->type == KEY_BOARD ? ", or a path" : "");
    xreplace(slot(at), string);
    return true;
}

/* Captures lose them; a title keeps its own. */
static bool never_matches(const struct key *key, const char *pattern) {
    size_t n = strlen(pattern);
    return key->type == KEY_PATTERN && strcmp(key->name, "busy_title") != 0 && n > 1 &&
           !strcmp(pattern + n - 2, " $") && (n == 2 || pattern[n - 3] != '\\');
}

static bool read_text(const struct config_place *at) {
    const char *string = read_string(at);
    if (!string)
        return false;
    if (never_matches(at->key, string))
        return config_fail(at->reading, at->path,
                           "can never match, because what an agent shows has no blanks at the end of a line; end it "
                           "with \" *$\"");
    char *why = at->key->type == KEY_PATTERN && *string ? screen_pattern_error(string) : NULL;
    if (why) {
        config_fail(at->reading, at->path, "%s", why);
        free(why);
        return false;
    }
    xreplace(slot(at), string);
    return true;
}

static bool fail_words(const struct config_place *at, const struct json *member) {
    struct text words = {0};
    for (const char *const *word = at->key->words; *word; word++)
        text_addf(&words, "%s%s", words.len ? ", " : "", *word);
    config_fail_member(at, member, "must be of: %s", text_str(&words));
    text_release(&words);
    return false;
}

/* The first word of a command with a slash in it is a path; others are looked up when they are started. */
static bool read_list(const struct config_place *at, struct argv *out) {
    size_t n = json_count(at->json);
    if (json_type(at->json) != JSON_ARRAY || n > (size_t)at->key->high || (int64_t)n < at->key->low)
        return config_fail(at->reading, at->path, "must be a list of %lld to %lld strings", (long long)at->key->low,
                           (long long)at->key->high);
    for (const struct json *member = json_first(at->json); member; member = json_next(member)) {
        const char *string = json_string(member);
        bool program = at->key->type == KEY_COMMAND && out->count == 0;
        char *expanded = NULL;
        if (!string || (program && !*string))
            return config_fail_member(at, member, "must be a list of strings%s",
                                      program ? "; the first is a program" : "");
        if (at->key->words && names_find(at->key->words, word_count(at->key->words), string) < 0)
            return fail_words(at, member);
        if (program && strchr(string, '/') && !expand(at, string, &expanded))
            return false;
        argv_add(out, expanded ? expanded : string);
        free(expanded);
    }
    return true;
}

bool config_variable_ok(const char *name) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return *name && !(*name >= '0' && *name <= '9') && strspn(name, letters) == strlen(name);
}

static void drop_variable(struct argv *env, const char *name) {
    size_t n = strlen(name), kept = 0;
    for (size_t i = 0; i < env->count; i++)
        if (strncmp(env->items[i], name, n) == 0 && env->items[i][n] == '=')
            free(env->items[i]);
        else
            env->items[kept++] = env->items[i];
    if (env->items)
        env->items[kept] = NULL;
    env->count = kept;
}

/* An agent works elsewhere: there a relative folder is another one. And ~ is a shell's, not of those who read PATH. */
static bool read_env_path(const struct config_place *at, const struct json *member) {
    for (const char *path = json_string(member);; path++) {
        size_t n = strcspn(path, ":");
        if (*path != '/')
            return config_fail_member(
                at, member,
                "PATH: \"%.*s\" is not an absolute folder; write it out, because nothing in env is "
                "replaced, neither ~ nor $NAME",
                (int)n, path);
        path += n;
        if (!*path)
            return true;
    }
}

static bool read_env(const struct config_place *at) {
    struct argv *env = slot(at);
    if (json_type(at->json) != JSON_OBJECT || json_count(at->json) > (size_t)at->key->high)
        return config_fail(at->reading, at->path, "must be an object of at most %lld {\"NAME\": \"value\"}",
                           (long long)at->key->high);
    for (const struct json *member = json_first(at->json); member; member = json_next(member)) {
        const char *name = json_key(member), *value = json_string(member);
        if (!config_variable_ok(name))
            return config_fail_member(at, member, "\"%s\" is no name of a variable; letters, digits and _ are allowed",
                                      name);
        if (text_starts(name, "MC_"))
            return config_fail_member(at, member, "%s is refused: names with MC_ are mc-pickup's own", name);
        if (!value && json_type(member) != JSON_NULL)
            return config_fail_member(at, member, "%s must be a string, or null to take it away", name);
        if (value && strcmp(name, "PATH") == 0 && !read_env_path(at, member))
            return false;
        drop_variable(env, name);
        if (value)
            argv_addf(env, "%s=%s", name, value);
    }
    return true;
}

/* What is to be done about a name that is never passed on. */
static const char *instead(const char *pattern) {
    if (text_starts(pattern, "MC_"))
        return "names with MC_ are mc-pickup's own, which it sets itself; take it out";
    if (strcmp(pattern, "PATH") == 0)
        return "set \"path\", or PATH in env";
    return "give it a value in env if the agent needs it";
}

/* Added to what a built-in profile has. */
static bool read_pass(const struct config_place *at) {
    if (json_type(at->json) != JSON_ARRAY || json_count(at->json) > (size_t)at->key->high)
        return config_fail(at->reading, at->path, "must be a list of at most %lld names", (long long)at->key->high);
    for (const struct json *member = json_first(at->json); member; member = json_next(member)) {
        const char *pattern = json_string(member);
        if (!pattern)
            return config_fail_member(at, member, "must be a list of names of variables");
        if (!environment_pattern_ok(pattern))
            return config_fail_member(at, member,
                                      "\"%s\" is no name of a variable; letters, digits, _ and, for any characters, * "
                                      "are allowed",
                                      pattern);
        if (environment_never(pattern))
            return config_fail_member(at, member, "%s is never passed on; %s", pattern, instead(pattern));
        argv_add(slot(at), pattern);
    }
    return true;
}

static bool read_body(const struct config_place *at) {
    struct text printed = {0};
    if (json_string(at->json))
        text_add(&printed, json_string(at->json));
    else
        json_print(at->json, &printed);
    bool fits = printed.len <= (size_t)at->key->high;
    if (fits)
        xreplace(slot(at), text_str(&printed));
    text_release(&printed);
    return fits ||
           config_fail(at->reading, at->path, "is too long; at most %lld bytes are allowed", (long long)at->key->high);
}

static bool read_flag(const struct config_place *at) {
    if (json_type(at->json) != JSON_BOOL)
        return config_fail(at->reading, at->path, "must be true or false");
    *(bool *)slot(at) = json_is_true(at->json);
    return true;
}

static bool read_reports(const struct config_place *at) {
    int agent = json_type(at->json) == JSON_STRING ? report_agent_from(json_string(at->json)) : -1;
    if (json_type(at->json) == JSON_BOOL)
        agent = json_is_true(at->json) ? REPORT_OWN : REPORT_NONE;
    if (agent < 0)
        return config_fail(at->reading, at->path,
                           "must be true, false, or the name of the built-in agent that reports like this one");
    *(enum report_agent *)slot(at) = (enum report_agent)agent;
    return true;
}

static bool check_unused(const struct config_place *at) {
    struct argv list = {0};
    bool ok = at->key->as == KEY_LIST ? read_list(at, &list) : read_string(at) != NULL;
    argv_release(&list);
    return ok;
}

static bool replace_list(const struct config_place *at) {
    struct argv list = {0};
    if (!read_list(at, &list)) {
        argv_release(&list);
        return false;
    }
    argv_release(slot(at));
    *(struct argv *)slot(at) = list;
    return true;
}

bool key_read(const struct config_place *at) {
    switch (at->key->type) {
    case KEY_NUMBER:
        return read_number(at);
    case KEY_TEXT:
    case KEY_PATTERN:
        return read_text(at);
    case KEY_PATH:
        return read_path(at);
    case KEY_BOARD:
    case KEY_SERVER:
        return read_board(at);
    case KEY_WORD:
    case KEY_SWITCH:
        return read_word(at);
    case KEY_FLAG:
        return read_flag(at);
    case KEY_LIST:
    case KEY_COMMAND:
        return replace_list(at);
    case KEY_PASS:
        return read_pass(at);
    case KEY_SEARCH:
        return key_read_search(at);
    case KEY_ENV:
        return read_env(at);
    case KEY_BODY:
        return read_body(at);
    case KEY_REPORTS:
        return read_reports(at);
    case KEY_UNUSED:
        return check_unused(at);
    case KEY_GROUP:
    case KEY_HEADERS:
    case KEY_STATUSES:
    case KEY_RULES:
    case KEY_PROFILES:
    case KEY_WORKSPACE:
    case KEY_WORKSPACES:
    case KEY_DIALECTS:
        break;
    }
    return config_fail(at->reading, at->path, "must be an object");
}
