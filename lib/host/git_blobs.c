#include "host/git_blobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_part.h"

/* What fast-import reads. Each blob is asked for by the same mark, which it then names the object of. */
struct writing {
    const struct git_tree *tree;
    struct beneath *beneath;
    struct git_blobs *blobs;
    size_t next;       /* to be begun */
    int fd;            /* of the file under way; -1: none */
    int64_t left;      /* bytes of it still to come */
    struct text words; /* what comes before those */
    size_t told;       /* how many of the words have gone */
    size_t named;      /* blobs whose object was named */
    struct text answer;
};

#define NAME_IT "\nget-mark :1\n"

static bool changed(const struct writing *writing, const struct git_blob *blob, struct err *err) {
    struct text shown = {0};
    clean_escape(&shown, blob->path, strlen(blob->path));
    err_set(err, MC_DATAERR, "%s/%s has changed while it was read; it is tried again", writing->tree->path,
            text_str(&shown));
    text_release(&shown);
    return false;
}

static void hush(struct writing *writing) {
    text_clear(&writing->words);
    writing->told = 0;
}

static void say(struct writing *writing, int64_t size) {
    hush(writing);
    text_addf(&writing->words, "blob\nmark :1\ndata %" PRId64 "\n", size);
}

static bool begin_link(struct writing *writing, const struct git_blob *blob, struct err *err) {
    char *to = beneath_link(writing->beneath, blob->path, err);
    if (to == NULL)
        return false;
    say(writing, (int64_t)strlen(to));
    text_add(&writing->words, to);
    text_add(&writing->words, NAME_IT);
    free(to);
    return true;
}

static bool begin_file(struct writing *writing, struct git_blob *blob, struct err *err) {
    struct beneath_seen looked = blob->seen;
    writing->fd = beneath_read(writing->beneath, blob->path, &blob->seen, err);
    if (writing->fd < 0)
        return false;
    if (!beneath_same(&looked, &blob->seen))
        return changed(writing, blob, err);
    writing->left = blob->seen.size;
    say(writing, writing->left);
    return true;
}

static bool end_file(struct writing *writing, struct err *err) {
    char more;
    ssize_t n = read(writing->fd, &more, 1);
    close(writing->fd);
    writing->fd = -1;
    if (n != 0)
        return changed(writing, &writing->blobs->items[writing->next - 1], err);
    hush(writing);
    text_add(&writing->words, NAME_IT);
    return true;
}

static bool read_some(struct writing *writing, char *bytes, size_t *n, struct err *err) {
    size_t want = (int64_t)*n < writing->left ? *n : (size_t)writing->left;
    ssize_t got;
    do
        got = read(writing->fd, bytes, want);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_errno(err, MC_IOERR, errno, "a file of %s cannot be read", writing->tree->path);
    if (got == 0)
        return changed(writing, &writing->blobs->items[writing->next - 1], err);
    writing->left -= got;
    *n = (size_t)got;
    return true;
}

/* There is nothing left of the blob before: the next, or the end. */
static bool go_on(struct writing *writing, struct err *err) {
    struct git_blob *blob;
    if (writing->fd >= 0)
        return end_file(writing, err);
    hush(writing);
    if (writing->next > writing->blobs->count)
        return true;
    if (writing->next++ == writing->blobs->count)
        return text_add(&writing->words, "done\n");
    blob = &writing->blobs->items[writing->next - 1];
    return blob->seen.kind == BENEATH_LINK ? begin_link(writing, blob, err) : begin_file(writing, blob, err);
}

static bool more(void *context, char *bytes, size_t *n, struct err *err) {
    struct writing *writing = context;
    size_t words = writing->words.len - writing->told;
    if (words == 0 && writing->left > 0)
        return read_some(writing, bytes, n, err);
    if (words == 0) {
        if (!go_on(writing, err))
            return false;
        words = writing->words.len - writing->told;
    }
    if (words < *n)
        *n = words;
    memcpy(bytes, text_str(&writing->words) + writing->told, *n);
    writing->told += *n;
    return true;
}

/* The names of the objects, a line each, in their order. */
static bool take(void *context, const char *bytes, size_t n, struct err *err) {
    struct writing *writing = context;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != '\n') {
            text_addc(&writing->answer, bytes[i]);
            continue;
        }
        if (writing->named >= writing->blobs->count || !git_is_oid(text_str(&writing->answer), writing->answer.len))
            return err_set(err, MC_UNAVAILABLE, "git fast-import in %s did not name what it wrote",
                           writing->tree->path);
        text_copy(writing->blobs->items[writing->named++].oid, OID_SIZE, text_str(&writing->answer));
        text_clear(&writing->answer);
    }
    return true;
}

/* A fast-import that fails leaves a report each time. */
static void remove_reports(const struct git_tree *tree) {
    DIR *dir = opendir(tree->admin);
    struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (text_starts(entry->d_name, "fast_import_crash_"))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
}

bool git_blobs_write(const struct git_tree *tree, struct beneath *beneath, struct git_blobs *blobs, struct err *err) {
    static const char *const ARGS[] = {"fast-import",       "--quiet", "--done", "--depth=0", "--big-file-threshold=8m",
                                       "--date-format=raw", NULL};
    struct writing writing = {.tree = tree, .beneath = beneath, .blobs = blobs, .fd = -1};
    struct git_source source = {.more = more, .context = &writing};
    struct git_sink sink = {.take = take, .context = &writing};
    bool done;
    if (blobs->count == 0)
        return true;
    done = git_part(tree, &(struct git_part){.args = ARGS, .source = &source, .sink = &sink}, err);
    if (!done)
        remove_reports(tree);
    else if (writing.named != blobs->count)
        done = err_set(err, MC_UNAVAILABLE, "git fast-import in %s did not write all", tree->path);
    if (writing.fd >= 0)
        close(writing.fd);
    text_release(&writing.words);
    text_release(&writing.answer);
    return done;
}
