#include "host/git_converted.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/git_record.h"
#include "host/whole.h"

/* Of those that need a git each so many are compared: a look takes seconds then. */
enum { FILTERED_MAX = 1000, LISTING_MAX = 256 * 1024 * 1024 };

struct one {
    struct git_change *change; /* with a blob */
    bool converted;            /* an attribute has git write other bytes than the blob's */
    bool same;                 /* the answer */
};
struct looking {
    const struct git_tree *tree;
    struct beneath beneath;
    struct one *items;
    size_t count, cap;
    size_t told;  /* fields of the attributes */
    size_t asked; /* one by one */
};

/* Git lists a pipe like a file, and would wait for it. */
static bool add_files(struct looking *looking, const struct git_changes *changes, struct err *err) {
    for (size_t i = 0; i < changes->count; i++) {
        struct git_change *change = &changes->items[i];
        if (change->blob == NULL)
            continue;
        if (!beneath_look(&looking->beneath, change->path, &change->seen, err))
            return false;
        if (change->seen.kind != BENEATH_FILE)
            continue;
        looking->items = xgrow(looking->items, looking->count, &looking->cap, sizeof *looking->items);
        looking->items[looking->count++] = (struct one){.change = change};
    }
    return true;
}

static bool is_set(const char *value) {
    return strcmp(value, "unspecified") != 0 && strcmp(value, "unset") != 0;
}

static const char *const attributes[] = {"eol", "ident", "working-tree-encoding"};
enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

/* PATH, NAME, VALUE of each attribute of each path, in their order. */
static bool note_attribute(void *context, const char *record, struct err *err) {
    struct looking *looking = context;
    size_t field = looking->told++, file = field / 3 / ATTRIBUTES;
    bool eol = field / 3 % ATTRIBUTES == 0;
    (void)err;
    if (field % 3 == 2 && file < looking->count && (eol ? strcmp(record, "crlf") == 0 : is_set(record)))
        looking->items[file].converted = true;
    return true;
}

static bool read_attributes(struct looking *looking, struct err *err) {
    const char *const args[] = {"check-attr", "-z", "--stdin", attributes[0], attributes[1], attributes[2], NULL};
    struct git_records records = {.each = note_attribute, .context = looking};
    const struct git_sink sink = {.take = git_records_take, .context = &records};
    struct text paths = {.max = SIZE_MAX};
    struct git_call call = {.tree = looking->tree, .args = args, .sink = &sink, .output_max = LISTING_MAX};
    bool done;
    for (size_t i = 0; i < looking->count; i++)
        text_addn(&paths, looking->items[i].change->path, strlen(looking->items[i].change->path) + 1);
    call.input = paths.data;
    call.input_len = paths.len;
    done = git_run(looking->tree->git, &call, &(struct git_result){0}, err);
    git_records_release(&records);
    text_release(&paths);
    return done;
}

/* A line of its own can name it. */
static bool is_hashed(const struct one *one) {
    const char *path = one->change->path;
    return !one->converted && strchr(path, '\n') == NULL && path[strlen(path) - 1] != '\r';
}

static void note_hashes(struct looking *looking, const char *oids) {
    for (size_t i = 0; i < looking->count; i++) {
        struct one *one = &looking->items[i];
        if (!is_hashed(one))
            continue;
        one->same = text_starts(oids, one->change->blob);
        oids += strcspn(oids, "\n");
        oids += *oids == '\n';
    }
}

static bool compare_hashes(struct looking *looking, struct err *err) {
    static const char *const args[] = {"hash-object", "--no-filters", "--stdin-paths", NULL};
    struct text paths = {.max = SIZE_MAX}, oids = {.max = SIZE_MAX}, said = {0};
    struct git_result result = {.out = &oids, .errors = &said};
    struct git_call call = {.tree = looking->tree, .args = args, .output_max = LISTING_MAX};
    bool done = true;
    for (size_t i = 0; i < looking->count; i++)
        if (is_hashed(&looking->items[i])) /* with a quote at its beginning it would be read as quoted */
            text_addf(&paths, "./%s\n", looking->items[i].change->path);
    call.input = paths.data;
    call.input_len = paths.len;
    if (paths.len > 0)
        done = git_run(looking->tree->git, &call, &result, err);
    if (done && result.status == 0)
        note_hashes(looking, text_str(&oids));
    text_release(&paths);
    text_release(&oids);
    text_release(&said);
    return done;
}

/* One file beside what git would write there. */
struct filtered {
    int fd;
    bool same;
};

static bool take(void *context, const char *bytes, size_t n, struct err *err) {
    struct filtered *filtered = context;
    (void)err;
    filtered->same = filtered->same && whole_has(filtered->fd, bytes, n);
    return true;
}

static bool run_filtered(const struct looking *looking, const struct git_change *change, struct filtered *filtered,
                         struct err *err) {
    char *path = xasprintf("--path=%s", change->path);
    const char *const args[] = {"cat-file", "--filters", path, change->blob, NULL};
    const struct git_sink sink = {.take = take, .context = filtered};
    const struct git_call call = {.tree = looking->tree, .args = args, .sink = &sink, .output_max = SIZE_MAX};
    struct text said = {0};
    struct git_result result = {.errors = &said};
    bool done = git_run(looking->tree->git, &call, &result, err);
    char more;
    filtered->same = filtered->same && done && result.status == 0 && read(filtered->fd, &more, 1) == 0;
    text_release(&said);
    free(path);
    return done;
}

static bool compare_filtered(struct looking *looking, struct one *one, struct err *err) {
    struct filtered filtered = {.same = true};
    struct beneath_seen seen;
    struct err own = {0};
    bool done = true;
    filtered.fd = beneath_read(&looking->beneath, one->change->path, &seen, &own);
    err_release(&own);
    if (filtered.fd < 0)
        return true;
    if (beneath_same(&seen, &one->change->seen)) {
        done = run_filtered(looking, one->change, &filtered, err);
        one->same = filtered.same;
    }
    descriptor_close(&filtered.fd);
    return done;
}

static bool compare(struct looking *looking, struct err *err) {
    bool done = read_attributes(looking, err) && compare_hashes(looking, err);
    for (size_t i = 0; done && i < looking->count; i++)
        if (!is_hashed(&looking->items[i]) && looking->asked++ < FILTERED_MAX)
            done = compare_filtered(looking, &looking->items[i], err);
    return done;
}

static void set_apart(const struct looking *looking, struct git_changes *changes, struct git_changes *converted) {
    const struct one *next = looking->items, *end = next + looking->count;
    size_t left = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct git_change change = changes->items[i];
        bool looked = next < end && next->change == &changes->items[i], same = looked && next->same;
        next += looked;
        if (same) {
            git_changes_add(converted, change);
            continue;
        }
        change.seen = (struct beneath_seen){0};
        changes->items[left++] = change;
    }
    changes->count = left;
}

static bool has_candidate(const struct git_changes *changes) {
    size_t i = 0;
    while (i < changes->count && changes->items[i].blob == NULL)
        i++;
    return i < changes->count;
}

bool git_converted_find(const struct git_tree *tree, struct git_changes *changes, struct git_changes *converted,
                        struct err *err) {
    struct looking looking = {.tree = tree};
    bool done;
    if (!has_candidate(changes))
        return true;
    done = beneath_open(&looking.beneath, tree->path, err) && add_files(&looking, changes, err);
    if (done && looking.count > 0)
        done = compare(&looking, err);
    set_apart(&looking, changes, converted);
    beneath_release(&looking.beneath);
    free(looking.items);
    return done;
}
