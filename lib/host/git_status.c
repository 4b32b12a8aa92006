#include "host/git_status.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_converted.h"
#include "host/git_oid.h"
#include "host/git_record.h"

enum { LISTING_MAX = 256 * 1024 * 1024, CHANGES_MAX = 1000000 };

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
    git_changes_add(changes, change);
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

bool git_status_read(struct git_listing *listing, const struct git_tree *tree, const struct git_asking *asking,
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
    const struct git_call call = {.tree = tree,
                                  .args = args,
                                  .sink = &sink,
                                  .meanwhile = asking->meanwhile,
                                  .timeout_ms = asking->timeout_ms,
                                  .output_max = LISTING_MAX};
    struct text said = {0};
    struct git_result result = {.errors = &said};
    bool done;
    *listing = (struct git_listing){0};
    done = git_run(tree->git, &call, &result, err);
    if (!done)
        err_wrap(err, "%s", tree->path);
    else if (result.status != 0)
        done = git_failed(tree->git, &call, &result, err);
    done = done && git_converted_find(tree, &listing->changes, &listing->converted, err);
    listing->unreadable = count_unreadable(text_str(&said));
    text_release(&said);
    git_records_release(&records);
    return done;
}
