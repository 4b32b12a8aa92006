#include "run/reply.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/flush.h"
#include "rules/key.h"
#include "run/site.h"

enum { NAMES = 3 }; /* run/RUN/FILE below the state folder */

/* "1779942042145:e519f820" of a nonce; a ticket's number tells nothing inside its run. */
static const char *own_part(const char *nonce) {
    const char *at = strchr(nonce, ':');

    return strchr(at + 1, ':') + 1;
}

static const char *const endings[] = {
    [REPLY_FINAL] = "", [REPLY_WORDLESS] = ".wordless", [REPLY_PRELIMINARY] = ".preliminary", [REPLY_SEEN] = ".screen"};
static_assert(sizeof endings / sizeof endings[0] == REPLY_RANK_COUNT, "an ending for every rank");

char *reply_file(const struct site *site, const struct reply *reply) {
    char *path, *colon;

    if (!reply->nonce || !key_nonce_ok(reply->nonce) || !key_run_ok(reply->run_id))
        return NULL;
    path =
        xasprintf("%s/run/%s/reply-%s.md%s", site->folder, reply->run_id, own_part(reply->nonce), endings[reply->rank]);
    colon = strrchr(path, ':');
    *colon = '-';
    return path;
}

/* The best that is there; where none is, one that is not. */
static char *file_read(const struct site *site, const struct reply *turn) {
    struct reply kept = {.run_id = turn->run_id, .nonce = turn->nonce};
    char *path = reply_file(site, &kept);

    while (path && !files_exists(path) && kept.rank != REPLY_SEEN) {
        kept.rank++;
        free(path);
        path = reply_file(site, &kept);
    }
    return path;
}

bool reply_stands(const struct site *site, const struct reply *reply) {
    struct text read = {0};
    struct err none = {0};
    bool stands = reply_read(site, reply, &read, &none) && read.len == reply->n &&
                  memcmp(text_str(&read), reply->bytes, read.len) == 0;

    err_release(&none);
    text_release(&read);
    return stands;
}

bool reply_keep(const struct site *site, const struct reply *reply, bool *kept, struct err *err) {
    char *path = reply_stands(site, reply) ? file_read(site, reply) : reply_file(site, reply);
    char *folder = site_run_dir(site, reply->run_id);
    bool may = path && files_is_dir(folder);
    bool there = may && files_exists(path);
    bool done;

    *kept = may && !there && files_write(path, reply->bytes, reply->n, err);
    done = !may || ((there || *kept) &&
                    (flush_names(path, NAMES) || err_errno(err, MC_IOERR, errno, "%s: cannot be kept", path)));
    free(folder);
    free(path);
    return done;
}

void reply_drop(const struct site *site, const struct reply *reply) {
    char *path = reply_file(site, reply);

    if (path)
        files_remove(path);
    free(path);
}

bool reply_read(const struct site *site, const struct reply *turn, struct text *out, struct err *err) {
    char *path = file_read(site, turn);
    bool ok;

    if (!path)
        return err_set(err, MC_NOINPUT, "there is no turn yet whose reply could be read");
    ok = files_read(out, path, TEXT_MAX, err);
    free(path);
    return ok;
}

void reply_story(struct text *out, const char *bytes, size_t n) {
    size_t fits = n;

    if (n > REPLY_STORY_MAX) {
        fits = REPLY_STORY_MAX - 100;
        while (fits && ((unsigned char)bytes[fits] & 0xC0) == 0x80)
            fits--;
    }
    clean_text(out, bytes, fits);
    if (fits < n)
        text_addf(out, "\n… (%zu of %zu bytes; mc-ticket reply shows all)", fits, n);
}
