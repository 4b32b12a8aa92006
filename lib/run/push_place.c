#include "run/push_place.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_remote.h"
#include "rules/address.h"
#include "rules/workspace.h"
#include "run/site.h"
#include "store/journal.h"

static char *setting_of(const struct workspace *workspace) {
    return xasprintf("remote:%s", workspace->name);
}

/* "origin", and no such remote is there (yet). */
static bool is_nowhere(const struct text *place) {
    return !strpbrk(text_str(place), "/:\\");
}

static bool write_down(const struct push_way *way, const struct text *place, struct err *err) {
    char *key = setting_of(way->workspace);
    struct text value = {0};
    bool ok;

    address_public(&value, way->workspace->push);
    text_addf(&value, " %s", text_str(place));
    ok = settings_put(way->site->board, key, text_str(&value), err);
    text_release(&value);
    free(key);
    return ok;
}

/* *place: what was written down of this remote; NULL: nothing was. */
static bool read_down(const struct push_way *way, char **place, struct err *err) {
    char *key = setting_of(way->workspace), *value = NULL;
    struct text remote = {0};
    bool ok = settings_get(way->site->board, key, &value, err);

    address_public(&remote, way->workspace->push);
    text_add(&remote, " ");
    *place = value && text_starts(value, text_str(&remote)) ? xstrdup(value + remote.len) : NULL;
    text_release(&remote);
    free(value);
    free(key);
    return ok;
}

/* All of them where it has more than one. */
static bool look(const struct push_way *way, struct text *place, struct err *err) {
    struct text lines = {0};
    bool ok = git_push_address(way->git, way->workspace->push, &lines, err);
    char *rest = ok ? text_take(&lines) : NULL;

    for (char *line = rest; line && *line;) {
        size_t n = strcspn(line, "\n");
        bool more = line[n] == '\n';

        line[n] = '\0';
        if (place->len)
            text_add(place, " ");
        address_public(place, line);
        line += n + more;
    }
    free(rest);
    text_release(&lines);
    return ok;
}

bool push_place_note(const struct push_way *way, struct err *err) {
    struct text place = {0};
    struct err own = {0};
    char *known = NULL;
    bool ok = !way->workspace->push || way->workspace->push_url || read_down(way, &known, err);

    if (ok && way->workspace->push && !way->workspace->push_url && !known && look(way, &place, &own) &&
        !is_nowhere(&place))
        ok = write_down(way, &place, err);
    err_release(&own);
    text_release(&place);
    free(known);
    return ok;
}

static bool refuse(const struct push_way *way, const struct text *place, const char *known, struct err *err) {
    const struct workspace *workspace = way->workspace;

    err_set(err, MC_UNAVAILABLE, "%s leads to %s now, and not to %s; nothing is pushed there", workspace->push,
            text_str(place), known);
    return err_advise_words(err,
                            "if an agent has changed it, mend it (git -C {} remote -v); if you have, set \"push_url\" "
                            "of workspace {} to where it leads",
                            ERR_WORDS(workspace->repo, workspace->name));
}

bool push_place_check(const struct push_way *way, struct text *place, struct err *err) {
    struct text confirmed = {0};
    char *known = NULL;
    bool ok = look(way, place, err) && (way->workspace->push_url || read_down(way, &known, err));

    if (way->workspace->push_url) {
        address_public(&confirmed, way->workspace->push_url);
        known = text_take(&confirmed);
    }
    if (ok && known)
        ok = text_same(known, text_str(place)) || refuse(way, place, known, err);
    else if (ok && !is_nowhere(place))
        ok = write_down(way, place, err);
    text_release(&confirmed);
    free(known);
    return ok;
}
