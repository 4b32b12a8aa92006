#include "host/git_status.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_oid.h"
#include "host/git_record.h"

enum { LISTING_MAX = 256 * 1024 * 1024, CHANGES_MAX = 1000000 };

void git_change_release(struct git_change *change) {
    free(change->path);
    free(change->blob);
}

void git_changes_release(struct git_changes *changes) {
    for (size_t i = 0; i < changes->count; i++)
        git_change_release(&changes->items[i]);
    free(changes->items);
    *changes = (struct git_changes){0};
}

void git_listing_release(struct git_listing *listing) {
    git_changes_release(&listing->changes);
    git_changes_release(&listing->converted);
    *listing = (struct git_listing){0};
}

/* What stands behind so many blanks; NULL: there are fewer. */
static const char *behind(const char *record, int blanks) {
    for (; blanks > 0 && record != NULL; blanks--) {
        record = strchr(record, ' ');
        record = record != NULL ? record + 1 : NULL;
    }
    return record;
}

/* "1 .M N... 100644 100644 100644 OID OID PATH": the same file by its modes, and in the index as in HEAD. */
static char *only_bytes(const char *record) {
    static const char *const same[] = {"1 .M N... 100644 100644 100644 ", "1 .M N... 100755 100755 100755 "};
    const char *oid = record + strlen(same[0]);
    size_t n;
    if (!text_starts(record, same[0]) && !text_starts(record, same[1]))
        return NULL;
    n = strcspn(oid, " ");
    return git_is_oid(oid, n) ? xstrndup(oid, n) : NULL;
}

/* "1 XY SUB mH mI mW hH hI PATH", "u XY SUB m1 m2 m3 mW h1 h2 h3 PATH": mode 000000 is none. */
static bool add_tracked(struct git_change *change, const char *record) {
    bool unmerged = record[0] == 'u';
    const char *path = behind(record, unmerged ? 10 : 8), *sub = behind(record, 2);
    const char *head = behind(record, unmerged ? 4 : 3);
    if (sub == NULL || head == NULL || path == NULL || path[0] == '\0')
        return false;
    change->path = xstrdup(path);
    change->kind = unmerged ? CHANGE_UNMERGED : sub[0] == 'S' ? CHANGE_SUBMODULE : CHANGE_TRACKED;
    change->staged = unmerged || record[2] != '.';
    change->in_head = !text_starts(head, "000000");
    change->blob = only_bytes(record);
    return true;
}

/* "? PATH"; a slash at its end is a repository that no commit names: git lists no other folder as one. */
static bool add_untracked(struct git_change *change, const char *record) {
    const char *path = record + 2;
    size_t n = strlen(path);
    bool nested = n > 0 && path[n - 1] == '/';
    change->path = xstrndup(path, nested ? n - 1 : n);
    change->kind = nested ? CHANGE_NESTED : CHANGE_UNTRACKED;
    return n > 0;
}

static void add(struct git_changes *changes, struct git_change change) {
    changes->items = xgrow(changes->items, changes->count, &changes->cap, sizeof *changes->items);
    changes->items[changes->count++] = change;
}

static bool note_header(struct git_listing *listing, const char *record) {
    static const char oid[] = "# branch.oid ";
    if (text_starts(record, oid) && record[strlen(oid)] != '(')
        return text_copy(listing->head, OID_SIZE, record + strlen(oid));
    return true;
}

bool git_status_note(void *context, const char *record, struct err *err) {
    struct git_listing *listing = context;
    struct git_changes *changes = &listing->changes;
    struct git_change change = {0};
    bool known = false;
    if (record[0] == '#' && note_header(listing, record))
        return true;
    if (changes->count >= CHANGES_MAX)
        return err_set(err, MC_UNAVAILABLE, "more than %d files differ", CHANGES_MAX);
    if ((record[0] == '1' || record[0] == 'u') && record[1] == ' ')
        known = add_tracked(&change, record);
    else if (record[0] == '?' && record[1] == ' ')
        known = add_untracked(&change, record);
    if (!known) {
        git_change_release(&change);
        return err_set(err, MC_UNAVAILABLE, "git has listed what we do not know: %.60s", record);
    }
    add(changes, change);
    return true;
}

static size_t count_unreadable(const char *said) {
    size_t count = 0;
    while ((said = strstr(said, "could not open directory")) != NULL) {
        said++;
        count++;
    }
    return count;
}

/* Git converts what it compares, as the repository's attributes say: it may call changed what it has just checked out
 * (CRLF in a commit that "text" takes away). We go by the bytes. */
struct hashing {
    struct git_changes *changes, *converted;
    struct text paths; /* a line each; with a quote at its beginning it would be read as quoted */
    struct text oids;  /* in their order */
};

/* Git lists a pipe like a file, and would wait for it. Of what cannot be asked there is no blob from here on. */
static bool add_paths(struct hashing *hashing, const struct git_tree *tree, struct err *err) {
    struct beneath beneath;
    bool done = beneath_open(&beneath, tree->path, err);
    for (size_t i = 0; done && i < hashing->changes->count; i++) {
        struct git_change *change = &hashing->changes->items[i];
        if (change->blob == NULL)
            continue;
        done = beneath_look(&beneath, change->path, &change->seen, err);
        if (done && change->seen.kind == BENEATH_FILE && strchr(change->path, '\n') == NULL) {
            text_addf(&hashing->paths, "./%s\n", change->path);
            continue;
        }
        free(change->blob);
        change->blob = NULL;
    }
    beneath_release(&beneath);
    return done;
}

/* `oids`: "" where git could not read one of them: then all stay changes. */
static void set_apart(struct hashing *hashing, const char *oids) {
    struct git_changes *changes = hashing->changes;
    size_t left = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct git_change change = changes->items[i];
        bool same = change.blob != NULL && text_starts(oids, change.blob);
        if (change.blob != NULL)
            oids += strcspn(oids, "\n") + (strchr(oids, '\n') != NULL);
        if (same) {
            add(hashing->converted, change);
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

static bool find_converted(struct git_listing *listing, const struct git_tree *tree, struct err *err) {
    static const char *const args[] = {"hash-object", "--no-filters", "--stdin-paths", NULL};
    struct hashing hashing = {.changes = &listing->changes,
                              .converted = &listing->converted,
                              .paths = {.max = SIZE_MAX},
                              .oids = {.max = SIZE_MAX}};
    bool done = !has_candidate(&listing->changes) || add_paths(&hashing, tree, err);
    if (done && hashing.paths.len > 0) {
        struct text said = {0};
        struct git_result result = {.out = &hashing.oids, .errors = &said};
        const struct git_call call = {.tree = tree,
                                      .args = args,
                                      .input = hashing.paths.data,
                                      .input_len = hashing.paths.len,
                                      .output_max = LISTING_MAX};
        done = git_run(tree->git, &call, &result, err);
        if (done)
            set_apart(&hashing, result.status == 0 ? text_str(&hashing.oids) : "");
        text_release(&said);
    }
    text_release(&hashing.paths);
    text_release(&hashing.oids);
    return done;
}

bool git_status_read(struct git_listing *listing, const struct git_tree *tree, const struct spawn_meanwhile *meanwhile,
                     struct err *err) {
    static const char *const args[] = {"status",
                                       "--porcelain=v2",
                                       "-z",
                                       "--branch",
                                       "--no-ahead-behind",
                                       "--untracked-files=all",
                                       "--no-renames",
                                       "--ignore-submodules=dirty",
                                       NULL};
    struct git_records records = {.each = git_status_note, .context = listing};
    const struct git_sink sink = {.take = git_records_take, .context = &records};
    const struct git_call call = {
        .tree = tree, .args = args, .sink = &sink, .meanwhile = meanwhile, .output_max = LISTING_MAX};
    struct text said = {0};
    struct git_result result = {.errors = &said};
    bool done;
    *listing = (struct git_listing){0};
    done = git_run(tree->git, &call, &result, err);
    if (!done)
        err_wrap(err, "%s", tree->path);
    else if (result.status != 0)
        done = git_failed(tree->git, &call, &result, err);
    done = done && find_converted(listing, tree, err);
    listing->unreadable = count_unreadable(text_str(&said));
    text_release(&said);
    git_records_release(&records);
    return done;
}
