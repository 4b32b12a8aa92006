/* ls-tree, diff-tree and cat-file of a git: the first byte says which, and in pieces of what length it comes. */
#include "host/git_listing.h"

#include "base/err.h"
#include "fuzz.h"
#include "host/git_batch.h"
#include "host/git_index.h"

const struct fuzz_shape fuzz_shape = {"", "", "", false};

static bool is_oid(const char *oid) {
    return strspn(oid, "0123456789abcdef") == strlen(oid) && (strlen(oid) == 40 || strlen(oid) == 64);
}

static bool record(void *context, const struct git_record *record, struct err *err) {
    (void)err;
    HOLDS(is_oid(record->oid) && record->path && *record->path);
    HOLDS(strlen(record->mode) < sizeof record->mode && !strpbrk(record->mode, " \t"));
    text_addf(context, "%s %s %s\n", record->mode, record->oid, record->path);
    return true;
}

/* What was told until it was refused, or all was there. */
static void list(struct text *told, const char *bytes, size_t n, size_t piece, bool differences) {
    struct text held = {0};
    struct err err = {0};
    struct git_listing listing = {.differences = differences, .record = record, .context = told, .held = &held};
    bool ok = true;

    for (size_t at = 0; ok && at < n; at += piece)
        ok = git_listing_take(&listing, bytes + at, n - at < piece ? n - at : piece, &err);
    text_addf(told, ok && git_listing_end(&listing, &err) ? "whole" : "no listing");
    HOLDS(!err.text || err.code == MC_UNAVAILABLE);
    err_release(&err);
    text_release(&held);
}

static void listings(const char *bytes, size_t n, size_t piece) {
    for (int differences = 0; differences < 2; differences++) {
        struct text whole = {0}, pieces = {0};

        list(&whole, bytes, n, n + 1, differences);
        list(&pieces, bytes, n, piece, differences);
        HOLDS(strcmp(text_str(&whole), text_str(&pieces)) == 0);
        text_release(&whole);
        text_release(&pieces);
    }
}

/* A blob as it was said to be long. */
struct blob {
    int64_t size;
    bool open;
};

static bool begin(void *context, int64_t size, struct err *err) {
    (void)err;
    HOLDS(size >= 0 && !((struct blob *)context)->open);
    *(struct blob *)context = (struct blob){size, true};
    return true;
}

static bool take(void *context, const char *bytes, size_t n, struct err *err) {
    struct blob *blob = context;

    (void)err;
    HOLDS(blob->open && bytes && n > 0 && (int64_t)n <= blob->size);
    blob->size -= (int64_t)n;
    return true;
}

static bool end(void *context, struct err *err) {
    struct blob *blob = context;

    (void)err;
    HOLDS(blob->open && blob->size == 0);
    blob->open = false;
    return true;
}

static void blobs(const char *bytes, size_t n, size_t piece) {
    static const char *const oids[] = {"0123456789012345678901234567890123456789",
                                       "abcdefabcdefabcdefabcdefabcdefabcdefabcd"};
    struct blob blob = {0};
    const struct git_batch batch = {oids, 2, begin, take, end, &blob};
    struct git_batch_reading reading = {.batch = &batch};
    struct err err = {0};

    for (size_t at = 0; at < n && git_batch_take(&reading, bytes + at, n - at < piece ? n - at : piece, &err);)
        at += piece;
    HOLDS(reading.done <= 2 && (!err.text || err.code == MC_DATAERR || err.code == MC_UNAVAILABLE));
    err_release(&err);
}

static void intents(const char *bytes, size_t n) {
    char *message = fuzz_string(bytes, n);
    struct text paths = {0};

    git_index_intents(message, &paths);
    HOLDS(paths.len <= strlen(message) && (paths.len == 0 || paths.data[paths.len - 1] == '\0'));
    text_release(&paths);
    free(message);
}

void fuzz_one(const char *bytes, size_t n) {
    size_t piece = n ? (unsigned char)*bytes % 7 + 1 : 1;

    bytes += !!n;
    n -= !!n;
    listings(bytes, n, piece);
    blobs(bytes, n, piece);
    intents(bytes, n);
}
