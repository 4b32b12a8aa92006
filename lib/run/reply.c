#include "run/reply.h"

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

char *reply_file(const struct site *site, const char *run_id, const char *nonce) {
    char *path, *colon;

    if (!nonce || !key_nonce_ok(nonce) || !key_run_ok(run_id))
        return NULL;
    path = xasprintf("%s/run/%s/reply-%s.md", site->folder, run_id, own_part(nonce));
    colon = strrchr(path, ':');
    *colon = '-';
    return path;
}

/* "….md.preliminary", beside it. */
static char *file_of(const struct site *site, const struct reply *reply) {
    char *path = reply_file(site, reply->run_id, reply->nonce), *beside;

    if (!path || !reply->preliminary)
        return path;
    beside = xasprintf("%s.preliminary", path);
    free(path);
    return beside;
}

bool reply_keep(const struct site *site, const struct reply *reply, bool *kept, struct err *err) {
    char *path = file_of(site, reply);
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
    char *path = file_of(site, reply);

    if (path)
        files_remove(path);
    free(path);
}

bool reply_read(const struct site *site, const struct reply *turn, struct text *out, struct err *err) {
    struct reply kept = {.run_id = turn->run_id, .nonce = turn->nonce};
    char *path = file_of(site, &kept);
    bool ok;

    if (!path)
        return err_set(err, MC_NOINPUT, "there is no turn yet whose reply could be read");
    if (!files_exists(path)) {
        free(path);
        kept.preliminary = true;
        path = file_of(site, &kept);
    }
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
