#include "run/started.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "run/site.h"

enum { FILE_MAX = NONCES_MAX * NONCE_SIZE + 512 };

static char *file_of(const struct site *site, const char *run_id) {
    return xasprintf("%s/run/%s/started", site->folder, run_id);
}

bool started_write(const struct site *site, const char *run_id, const struct started *started, struct err *err) {
    char *path = file_of(site, run_id);
    struct text bytes = {0};
    bool ok;

    text_addf(&bytes, "%lld\n", (long long)started->at);
    nonces_print(&started->nonces, &bytes);
    text_addf(&bytes, "\n%s\n", started->prompt_id);
    ok = files_put(path, text_str(&bytes), bytes.len, err);
    if (!ok)
        files_remove(path); /* rather nothing than the turn before */
    text_release(&bytes);
    free(path);
    return ok;
}

/* The line at *at without its end; *at behind it. NULL: there is no whole one. */
static const char *next_line(char **at) {
    char *line = *at, *end = strchr(line, '\n');

    if (!end)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

static bool parse(char *bytes, struct started *started) {
    const char *at = next_line(&bytes);
    const char *nonces = at ? next_line(&bytes) : NULL;
    const char *prompt_id = nonces ? next_line(&bytes) : NULL;
    long long ms;

    if (!prompt_id || !text_to_int(at, 0, INT64_MAX, &ms) || !nonces_parse(&started->nonces, nonces))
        return false;
    started->at = ms;
    return text_copy(started->prompt_id, sizeof started->prompt_id, prompt_id);
}

bool started_read(const struct site *site, const char *run_id, struct started *started) {
    char *path = file_of(site, run_id);
    char bytes[FILE_MAX + 1];
    size_t n = files_head(path, bytes, FILE_MAX);
    bool ok;

    bytes[n] = '\0';
    ok = n && strlen(bytes) == n && parse(bytes, started);
    if (!ok)
        *started = (struct started){0};
    free(path);
    return ok;
}
