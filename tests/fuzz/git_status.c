/* Status, settings and figures of a git. */
#include "host/git_status.h"

#include "base/err.h"
#include "fuzz.h"
#include "host/git_record.h"
#include "host/git_remote.h"
#include "host/git_settings.h"
#include "rules/base_source.h"

const struct fuzz_shape fuzz_shape = {"", "", "", false};

static void status(const char *bytes, size_t n) {
    struct git_listing listing = {0};
    struct git_records records = {.each = git_status_note, .context = &listing};
    struct err err = {0};

    HOLDS(git_records_take(&records, bytes, n, &err) || err.code == MC_UNAVAILABLE);
    HOLDS(strlen(listing.head) < OID_SIZE);
    for (size_t i = 0; i < listing.changes.count; i++) {
        const struct git_change *change = &listing.changes.items[i];

        HOLDS(change->path && change->kind <= CHANGE_NESTED);
        HOLDS(change->kind != CHANGE_UNTRACKED || !change->in_head);
    }
    git_listing_release(&listing);
    git_records_release(&records);
    err_release(&err);
}

static void settings(const struct text *listing) {
    struct git_settings settings = {0};

    git_settings_note(&settings, listing);
    HOLDS(settings.guards.count % 2 == 0 && settings.network.count % 2 == 0 && settings.ssh);
    for (size_t i = 0; i < settings.guards.count; i += 2)
        HOLDS(text_starts(settings.guards.items[i], "filter."));
    git_settings_release(&settings);
}

static void figures(const struct text *said) {
    struct git_stat stat;
    struct err err = {0};

    if (git_stat_read(&stat, said, &err))
        HOLDS(stat.files >= 0 && stat.added >= 0 && stat.removed >= 0);
    err_release(&err);
}

/* Names of remotes, of anybody's. */
static void sources(const char *bytes, size_t n) {
    char *names = fuzz_string(bytes, n);
    struct argv remotes = {0};
    struct base_source source;

    argv_words(&remotes, names);
    if (remotes.count) {
        const struct base_wish wish = {remotes.items[0], remotes.items[remotes.count - 1], &remotes};

        base_source(&source, &wish);
        HOLDS(!source.remote == !source.branch);
        base_source_release(&source);
    }
    argv_release(&remotes);
    free(names);
}

void fuzz_one(const char *bytes, size_t n) {
    struct text all = {0};

    status(bytes, n);
    text_addn(&all, bytes, n);
    settings(&all);
    figures(&all);
    sources(bytes, n);
    text_release(&all);
}
