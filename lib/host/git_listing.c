#include "host/git_listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_oid.h"
#include "host/git_part.h"

static bool no_listing(struct err *err) {
    return err_set(err, MC_UNAVAILABLE, "git printed something else than a listing of files");
}

/* The next word of at most size - 1 bytes. */
static bool word(const char **at, char *to, size_t size) {
    size_t n = strcspn(*at, " \t");
    if (n == 0 || n >= size)
        return false;
    memcpy(to, *at, n);
    to[n] = '\0';
    *at += n + ((*at)[n] == ' ');
    return true;
}

static bool is_oid(const char *oid) {
    return git_is_oid(oid, strlen(oid));
}

/* "100644 blob OID\tPATH" */
static bool read_entry(const char *text, struct git_record *record) {
    char type[16];
    return word(&text, record->mode, sizeof record->mode) && word(&text, type, sizeof type) &&
           word(&text, record->oid, sizeof record->oid) && is_oid(record->oid) && *text == '\t' &&
           (record->path = text + 1)[0] != '\0';
}

/* ":100644 100755 OID OID M", whose path is the next field. */
static bool read_difference(const char *text, struct git_record *record) {
    char letter[8];
    return *text++ == ':' && word(&text, record->before, sizeof record->before) &&
           word(&text, record->mode, sizeof record->mode) && word(&text, record->oid, sizeof record->oid) &&
           is_oid(record->oid) && /* the other side's */
           word(&text, record->oid, sizeof record->oid) && is_oid(record->oid) && word(&text, letter, sizeof letter);
}

/* What is held is whole: one field, or of a difference two. */
static bool finish(struct git_listing *listing, struct err *err) {
    struct git_record record = {0};
    const char *text = text_str(listing->held);
    bool good, done;
    if (listing->differences) {
        record.path = text + strlen(text) + 1;
        good = read_difference(text, &record) && record.path[0] != '\0';
    } else {
        good = read_entry(text, &record);
    }
    done = good ? listing->record(listing->context, &record, err) : no_listing(err);
    text_clear(listing->held);
    return done;
}

bool git_listing_take(void *context, const char *bytes, size_t n, struct err *err) {
    struct git_listing *listing = context;
    while (n > 0) {
        const char *end = memchr(bytes, '\0', n);
        size_t part = end != NULL ? (size_t)(end - bytes) : n;
        /* of a difference, the first of two fields has no NUL in it yet */
        bool first =
            listing->differences && (listing->held->len == 0 || strlen(listing->held->data) == listing->held->len);
        if (!text_addn(listing->held, bytes, part))
            return no_listing(err);
        if (end == NULL)
            return true;
        if (first && !text_addc(listing->held, '\0'))
            return no_listing(err);
        if (!first && !finish(listing, err))
            return false;
        bytes += part + 1;
        n -= part + 1;
    }
    return true;
}

bool git_listing_end(const struct git_listing *listing, struct err *err) {
    return listing->held->len == 0 || no_listing(err);
}

bool git_listing_read(const struct git_tree *tree, const struct git_part *part, struct git_listing listing,
                      struct err *err) {
    struct text held = {.max = SIZE_MAX};
    const struct git_sink sink = {.take = git_listing_take, .context = &listing};
    struct git_part asked = *part;
    bool done;
    listing.held = &held;
    asked.sink = &sink;
    done = git_part(tree, &asked, err) && git_listing_end(&listing, err);
    text_release(&held);
    return done;
}

bool git_differences(const struct git_tree *tree, const struct git_differing *differing, struct err *err) {
    const char *const args[] = {"diff-tree", "-r", "-z", "--no-renames", differing->from, differing->to, NULL};
    return git_listing_read(
        tree, &(struct git_part){.args = args},
        (struct git_listing){.differences = true, .record = differing->record, .context = differing->context}, err);
}

static int by_path(const void *a, const void *b) {
    const struct git_change *const *one = a, *const *other = b;
    int order = strcmp((*one)->path, (*other)->path);
    return order != 0 ? order : ((*one)->kind > (*other)->kind) - ((*one)->kind < (*other)->kind);
}

void git_paths_of(struct git_paths *paths, const struct git_changes *changes) {
    *paths = (struct git_paths){.items = xcalloc(changes->count, sizeof(const struct git_change *))};
    for (size_t i = 0; i < changes->count; i++)
        paths->items[paths->count++] = &changes->items[i];
    qsort(paths->items, paths->count, sizeof(const struct git_change *), by_path);
    paths->count = 0;
    for (size_t i = 0; i < changes->count; i++)
        if (paths->count == 0 || strcmp(paths->items[paths->count - 1]->path, paths->items[i]->path) != 0)
            paths->items[paths->count++] = paths->items[i];
}

void git_paths_release(struct git_paths *paths) {
    free(paths->items);
    *paths = (struct git_paths){0};
}

size_t git_paths_find(const struct git_paths *paths, const char *path) {
    size_t low = 0, high = paths->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(paths->items[middle]->path, path);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return paths->count;
}
