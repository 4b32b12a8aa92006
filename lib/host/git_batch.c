#include "host/git_batch.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "host/git_part.h"

/* "OID blob SIZE" */
static bool begin(struct git_batch_reading *reading, struct err *err) {
    const struct git_batch *batch = reading->batch;
    const char *oid = batch->oids[reading->done], *rest;
    long long size;
    reading->header[reading->header_len] = '\0';
    rest = reading->header + strlen(oid);
    if (!text_starts(reading->header, oid) || !text_starts(rest, " blob ") ||
        !text_to_int(rest + strlen(" blob "), 0, LLONG_MAX, &size))
        return err_set(err, MC_DATAERR, "the repository has not got object %s whole", oid);
    reading->header_len = 0;
    reading->left = size;
    reading->inside = true;
    return batch->begin(batch->context, size, err);
}

static bool header_take(struct git_batch_reading *reading, char c, struct err *err) {
    if (reading->done >= reading->batch->count || reading->header_len + 1 >= sizeof reading->header)
        return err_set(err, MC_UNAVAILABLE, "git cat-file printed something else than what it was asked for");
    if (c == '\n')
        return begin(reading, err);
    reading->header[reading->header_len++] = c;
    return true;
}

/* How many of n bytes are still the blob's. */
static size_t of_blob(const struct git_batch_reading *reading, size_t n) {
    return (int64_t)n < reading->left ? n : (size_t)reading->left;
}

bool git_batch_take(void *context, const char *bytes, size_t n, struct err *err) {
    struct git_batch_reading *reading = context;
    const struct git_batch *batch = reading->batch;
    while (n > 0) {
        size_t part = 1;
        if (!reading->inside) {
            if (!header_take(reading, *bytes, err))
                return false;
        } else if (reading->left > 0) {
            part = of_blob(reading, n);
            if (!batch->bytes(batch->context, bytes, part, err))
                return false;
            reading->left -= (int64_t)part;
        } else {
            reading->inside = false;
            reading->done++;
            if (!batch->end(batch->context, err))
                return false;
        }
        bytes += part;
        n -= part;
    }
    return true;
}

bool git_batch(const struct git_tree *tree, const struct git_batch *batch, struct err *err) {
    static const char *const ARGS[] = {"cat-file", "--batch", NULL};
    struct git_batch_reading reading = {.batch = batch};
    struct git_sink sink = {.take = git_batch_take, .context = &reading};
    struct text asked = {.max = SIZE_MAX};
    bool done;
    if (batch->count == 0)
        return true;
    for (size_t i = 0; i < batch->count; i++)
        text_addf(&asked, "%s\n", batch->oids[i]);
    done = git_part(tree, &(struct git_part){.args = ARGS, .input = asked.data, .input_len = asked.len, .sink = &sink},
                    err);
    if (done && reading.done != batch->count)
        done = err_set(err, MC_DATAERR, "the repository has not got object %s whole", batch->oids[reading.done]);
    text_release(&asked);
    return done;
}
