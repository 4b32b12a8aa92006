#include "rules/config_search.h"

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/config_expand.h"
#include "rules/config_file.h"
#include "rules/config_keys.h"
#include "rules/config_reading.h"

static bool has_control(const char *string) {
    for (; *string; string++)
        if ((unsigned char)*string < ' ' || *string == 127)
            return true;
    return false;
}

/* Every member behind an expansion: $PATH is many. */
static bool all_absolute(const char *path) {
    for (;; path++) {
        if (*path != '/')
            return false;
        path += strcspn(path, ":");
        if (!*path)
            return true;
    }
}

/* A PATH as it grows from the key's value. */
struct search {
    const struct config_place *at;
    const struct json *json; /* the string: a member of the list, or the whole value */
    struct text *out;
};

static bool add_member(const struct search *search, const char *member) {
    const struct config_place *at = search->at;
    struct text *out = search->out;
    struct err why = {0};
    char *expanded = NULL;
    bool ok = config_expand(&expanded, member, at->reading->file->lookup, &why);

    if (!ok)
        config_fail_member(at, search->json, "%s", why.text);
    else if (!all_absolute(expanded))
        ok = config_fail_member(at, search->json, "\"%s\" is not an absolute path in every part: \"%s\"", member,
                                expanded);
    else
        text_addf(out, "%s%s", out->len ? ":" : "", expanded);
    err_release(&why);
    free(expanded);
    return ok;
}

/* One string of members, with : between them. */
static bool add_string(const struct search *search) {
    const char *string = json_string(search->json);
    bool listed = search->json != search->at->json;

    if (!string)
        return config_fail_member(search->at, search->json, "must be a string like PATH, or a list of folders");
    if (listed && strchr(string, ':'))
        return config_fail_member(search->at, search->json,
                                  "\"%s\" holds a colon: give each folder as a member of the list of its own", string);
    for (;; string++) {
        size_t n = strcspn(string, ":");
        char *member = xstrndup(string, n);
        bool ok = add_member(search, member);

        free(member);
        if (!ok)
            return false;
        string += n;
        if (!*string)
            return true;
    }
}

bool key_read_search(const struct config_place *at) {
    struct text joined = {.max = (size_t)at->key->high};
    bool ok = true;

    if (json_type(at->json) != JSON_ARRAY)
        ok = add_string(&(struct search){at, at->json, &joined});
    else if (!json_count(at->json))
        ok = config_fail(at->reading, at->path, "is empty; take the key away for the caller's PATH");
    else
        for (const struct json *member = json_first(at->json); ok && member; member = json_next(member))
            ok = add_string(&(struct search){at, member, &joined});
    if (ok && joined.over)
        ok =
            config_fail(at->reading, at->path, "is too long; at most %lld bytes are allowed", (long long)at->key->high);
    if (ok && has_control(text_str(&joined)))
        ok = config_fail(at->reading, at->path, "must not hold control characters");
    if (ok)
        xreplace((char **)((char *)at->object + at->key->offset), text_str(&joined));
    text_release(&joined);
    return ok;
}
