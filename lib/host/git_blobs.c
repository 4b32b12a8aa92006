#include "host/git_blobs.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/git_oid.h"
#include "host/git_part.h"
#include "host/spawn.h"
#include "host/whole.h"

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

static size_t untold(const struct writing *writing) {
    return writing->words.len - writing->told;
}

static struct git_blob *current(const struct writing *writing) {
    return &writing->blobs->items[writing->next - 1];
}

static bool changed(const struct writing *writing, struct err *err) {
    return beneath_changed(writing->beneath, current(writing)->path, err);
}

static void say(struct writing *writing, int64_t size) {
    text_addf(&writing->words, "blob\nmark :1\ndata %" PRId64 "\n", size);
}

static bool begin_link(struct writing *writing, struct err *err) {
    char *to = beneath_link(writing->beneath, current(writing)->path, err);
    if (to == NULL)
        return false;
    say(writing, (int64_t)strlen(to));
    text_add(&writing->words, to);
    text_add(&writing->words, NAME_IT);
    free(to);
    return true;
}

static bool begin_file(struct writing *writing, struct err *err) {
    struct git_blob *blob = current(writing);
    struct beneath_seen looked = blob->seen;
    writing->fd = beneath_read(writing->beneath, blob->path, &blob->seen, err);
    if (writing->fd < 0)
        return false;
    if (!beneath_same(&looked, &blob->seen))
        return changed(writing, err);
    writing->left = blob->seen.size;
    say(writing, writing->left);
    return true;
}

static bool end_file(struct writing *writing, struct err *err) {
    char more;
    bool over = read(writing->fd, &more, 1) == 0;
    descriptor_close(&writing->fd);
    return over ? text_add(&writing->words, NAME_IT) : changed(writing, err);
}

static bool read_some(struct writing *writing, char *bytes, size_t *n, struct err *err) {
    int error;
    if ((int64_t)*n > writing->left)
        *n = (size_t)writing->left;
    writing->left -= (int64_t)*n;
    if (whole_take(writing->fd, bytes, *n, &error) == *n)
        return true;
    return error != 0 ? err_errno(err, MC_IOERR, error, "a file of %s cannot be read", writing->tree->path)
                      : changed(writing, err);
}

/* There is nothing left of the blob before: the next, or the end. */
static bool go_on(struct writing *writing, struct err *err) {
    text_clear(&writing->words);
    writing->told = 0;
    if (writing->fd >= 0)
        return end_file(writing, err);
    if (writing->next > writing->blobs->count)
        return true;
    if (writing->next++ == writing->blobs->count)
        return text_add(&writing->words, "done\n");
    return current(writing)->seen.kind == BENEATH_LINK ? begin_link(writing, err) : begin_file(writing, err);
}

static bool more(void *context, char *bytes, size_t *n, struct err *err) {
    struct writing *writing = context;
    if (untold(writing) == 0 && writing->left > 0)
        return read_some(writing, bytes, n, err);
    if (untold(writing) == 0 && !go_on(writing, err))
        return false;
    if (untold(writing) < *n)
        *n = untold(writing);
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
    const struct dirent *entry;
    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL)
        if (text_starts(entry->d_name, "fast_import_crash_"))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

bool git_blobs_write(const struct git_tree *tree, struct beneath *beneath, struct git_blobs *blobs, struct err *err) {
    static const char *const ARGS[] = {"fast-import",       "--quiet", "--done", "--depth=0", "--big-file-threshold=8m",
                                       "--date-format=raw", NULL};
    struct writing writing = {.tree = tree, .beneath = beneath, .blobs = blobs, .fd = -1};
    const struct spawn_source source = {.more = more, .context = &writing};
    struct git_sink sink = {.take = take, .context = &writing};
    bool done;
    if (blobs->count == 0)
        return true;
    done = git_part(tree, &(struct git_part){.args = ARGS, .source = &source, .sink = &sink}, err);
    if (!done)
        remove_reports(tree);
    else if (writing.named != blobs->count)
        done = err_set(err, MC_UNAVAILABLE, "git fast-import in %s did not write all", tree->path);
    descriptor_close(&writing.fd);
    text_release(&writing.words);
    text_release(&writing.answer);
    return done;
}
