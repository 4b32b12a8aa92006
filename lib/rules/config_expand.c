#include "rules/config_expand.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

enum { PATH_BYTES = 4000, NAME_BYTES = 100 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

/* Puts the value of the variable at *at ("$NAME" or "${NAME}"; "$$" is a $ itself) and moves behind it. */
static bool add_variable(struct text *out, const char **at, config_lookup *lookup, struct err *err) {
    const char *name = *at + 1;
    if (*name == '$') {
        *at += 2;
        return text_addc(out, '$');
    }
    bool braces = *name == '{';
    name += braces;
    size_t n = strspn(name, letters);
    if (n == 0 || n > NAME_BYTES || (*name >= '0' && *name <= '9') || (braces && name[n] != '}'))
        return err_set(err, MC_CONFIG, "\"%s\" is no $NAME; write $$ for a $ of the path's own", *at);
    char *copy = xstrndup(name, n);
    const char *value = lookup(copy);
    bool known = value && *value;
    if (known)
        text_add(out, value);
    else
        err_set(err, MC_CONFIG, "$%s is not set; set it or write the path out", copy);
    free(copy);
    *at = name + n + braces;
    return known;
}

static bool expand_into(struct text *out, const char *path, config_lookup *lookup, struct err *err) {
    if (*path == '~') {
        const char *home = lookup("HOME");
        if (path[1] && path[1] != '/')
            return err_set(err, MC_CONFIG, "\"%s\": only ~ and ~/ are known, no other user's home", path);
        if (!home || !*home)
            return err_set(err, MC_CONFIG, "\"%s\": HOME is not set; set it or write the path out", path);
        text_add(out, home);
        path++;
    }
    while (*path)
        if (*path != '$')
            text_addc(out, *path++);
        else if (!add_variable(out, &path, lookup, err))
            return false;
    return true;
}

bool config_expand(char **out, const char *path, config_lookup *lookup, struct err *err) {
    struct text expanded = {.max = PATH_BYTES};
    bool done = expand_into(&expanded, path, lookup, err);
    if (done && expanded.over)
        done = err_set(err, MC_CONFIG, "is longer than %d bytes", PATH_BYTES);
    else if (done && text_str(&expanded)[0] != '/')
        done = err_set(err, MC_CONFIG, "\"%s\" is not an absolute path; begin it with /, ~/ or $NAME/", path);
    if (done)
        *out = text_take(&expanded);
    text_release(&expanded);
    return done;
}
