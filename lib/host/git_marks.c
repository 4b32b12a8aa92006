#include "host/git_marks.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/descriptors.h"
#include "host/git_place.h"
#include "host/git_record.h"
#include "host/git_settings.h"
#include "host/git_sparse.h"
#include "host/git_status.h"

enum { LISTING_MAX = 1024 * 1024 * 1024, NAMES_MAX = 64 * 1024 * 1024 };

static const char IGNORER[] = ".gitignore";

struct marking {
    struct git_marks *marks;
    int folder;
    bool sparse;
    struct text before; /* the path before */
};

static void marking_release(struct marking *marking) {
    descriptor_close(&marking->folder);
    text_release(&marking->before);
}

static bool is_there(int folder, const char *path) {
    struct stat seen;
    return fstatat(folder, path, &seen, AT_SYMLINK_NOFOLLOW) == 0;
}

static void note_submodule(struct marking *marking, const char *path) {
    char *dot = xasprintf("%s/.git", path);
    if (is_there(marking->folder, dot))
        argv_add(&marking->marks->submodules, path);
    free(dot);
}

/* In the folder of the first `folder` bytes of a path. */
static void look_for_ignorer(struct marking *marking, const char *path, size_t folder) {
    char *ignorer = xasprintf("%.*s%s", (int)folder, path, IGNORER);
    struct stat seen;
    if (fstatat(marking->folder, ignorer, &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(seen.st_mode))
        argv_add(&marking->marks->ignorers, ignorer);
    free(ignorer);
}

/* It is tracked. Since its folder was come to only what lies in that has been noted. */
static void forget_ignorer(struct argv *ignorers, const char *path, size_t folder) {
    for (size_t i = ignorers->count; i-- > 0 && strncmp(ignorers->items[i], path, folder) == 0;)
        if (strcmp(ignorers->items[i], path) == 0) {
            free(ignorers->items[i]);
            memmove(ignorers->items + i, ignorers->items + i + 1, (ignorers->count - i) * sizeof *ignorers->items);
            ignorers->count--;
            return;
        }
}

/* Once in each folder that holds something tracked, however deep: the paths come in their order. */
static void note_ignorer(struct marking *marking, const char *path) {
    const char *before = text_str(&marking->before), *name = text_name(path);
    size_t same = 0, at = 0;
    for (; path[at] != '\0' && path[at] == before[at]; at++)
        if (path[at] == '/')
            same = at + 1;
    if (*before == '\0')
        look_for_ignorer(marking, path, 0);
    for (at = same; path[at] != '\0'; at++)
        if (path[at] == '/')
            look_for_ignorer(marking, path, at + 1);
    if (strcmp(name, IGNORER) == 0)
        forget_ignorer(&marking->marks->ignorers, path, (size_t)(name - path));
    text_clear(&marking->before);
    text_add(&marking->before, path);
}

/* "H 100644 OID 0\tPATH": a small letter is assume-unchanged, S and s are skip-worktree. */
static bool note(void *context, const char *record, struct err *err) {
    struct marking *marking = context;
    const char *tab = strchr(record, '\t'), *path = tab != NULL ? tab + 1 : "";
    bool assumed = record[0] >= 'a' && record[0] <= 'z', skipped = record[0] == 'S' || record[0] == 's', fits = true;
    if (tab == NULL || record[0] == '\0' || record[1] != ' ')
        return err_set(err, MC_UNAVAILABLE, "git has listed what we do not know: %.60s", record);
    if (text_starts(record + 2, "160000 "))
        note_submodule(marking, path);
    note_ignorer(marking, path);
    if (assumed)
        fits = text_addn(&marking->marks->assumed, path, strlen(path) + 1);
    if (fits && skipped && (!marking->sparse || is_there(marking->folder, path)))
        fits = text_addn(&marking->marks->skipped, path, strlen(path) + 1);
    return fits || err_set(err, MC_UNAVAILABLE, "more files than we count are marked in the index");
}

bool git_marks_read(struct git_marks *marks, const struct git_tree *tree, const struct spawn_meanwhile *meanwhile,
                    struct err *err) {
    static const char *const args[] = {"ls-files", "-v", "-s", "-z", NULL};
    struct marking marking = {.marks = marks, .folder = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    struct git_records records = {.each = note, .context = &marking};
    const struct git_sink sink = {.take = git_records_take, .context = &records};
    const struct git_call call = {
        .tree = tree, .args = args, .sink = &sink, .meanwhile = meanwhile, .output_max = LISTING_MAX};
    bool done;
    *marks = (struct git_marks){.assumed = {.max = NAMES_MAX}, .skipped = {.max = NAMES_MAX}};
    done = git_sparse_is(tree, &marking.sparse, err) && git_run(tree->git, &call, &(struct git_result){0}, err);
    marking_release(&marking);
    git_records_release(&records);
    return done;
}

void git_marks_release(struct git_marks *marks) {
    text_release(&marks->assumed);
    text_release(&marks->skipped);
    argv_release(&marks->submodules);
    argv_release(&marks->ignorers);
}

bool git_marks_hide(const struct git_marks *marks) {
    return marks->assumed.len > 0 || marks->skipped.len > 0;
}

static bool clear(const struct git_tree *tree, const char *option, const struct text *names, struct err *err) {
    const char *const args[] = {"update-index", option, "-z", "--stdin", NULL};
    const struct git_call call = {.tree = tree, .args = args, .input = names->data, .input_len = names->len};
    return names->len == 0 || git_run(tree->git, &call, &(struct git_result){0}, err);
}

bool git_marks_clear(const struct git_marks *marks, const struct git_tree *tree, struct err *err) {
    return clear(tree, "--no-assume-unchanged", &marks->assumed, err) &&
           clear(tree, "--no-skip-worktree", &marks->skipped, err);
}

/* A repository of its own, with settings of its own. */
static bool look_inside(struct git *git, struct git_tree *tree, bool *clean, struct err *err) {
    struct git_listing listing = {0};
    struct git_marks marks = {0};
    bool done = git_settings_read(&git->settings, git, NULL, err) &&
                git_status_read(&listing, tree, &(struct git_asking){0}, err) &&
                git_marks_read(&marks, tree, NULL, err);
    *clean = done && listing.changes.count == 0 && listing.unreadable == 0 && !git_marks_hide(&marks) &&
             marks.submodules.count == 0 && marks.ignorers.count == 0;
    git_listing_release(&listing);
    git_marks_release(&marks);
    return done;
}

bool git_submodule_clean(const struct git_tree *tree, const char *path, bool *clean, struct err *err) {
    struct git git = {.program = tree->git->program, .lock = tree->git->lock};
    struct git_tree inner = {.git = &git, .path = xasprintf("%s/%s", tree->path, path)};
    bool linked, worktree = false, done = true;
    git.repo = inner.path;
    inner.admin = git_folder_of(inner.path, &linked);
    git.common = inner.admin != NULL ? git_common_of(inner.admin, &worktree) : NULL;
    *clean = false; /* what cannot be found is nothing that we know to be clean */
    if (git.common != NULL && !look_inside(&git, &inner, clean, err)) {
        done = err->code == MC_CONFIG || err->code == MC_UNAVAILABLE || err->code == MC_DATAERR;
        if (done)
            err_release(err);
    }
    git_settings_release(&git.settings);
    free(git.common);
    git_tree_release(&inner);
    return done;
}
