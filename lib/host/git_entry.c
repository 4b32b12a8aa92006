#include "host/git_entry.h"

#include <dirent.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_place.h"

bool git_entry_is(const struct git *git, const char *admin) {
    char *entry = xasprintf("%s/worktrees/%s", git->common, text_name(admin));
    bool is = strcmp(admin, entry) == 0;
    free(entry);
    return is;
}

bool git_entry_alone(const char *folder) {
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    bool alone = dir != NULL;
    while (alone && (entry = readdir(dir)) != NULL)
        alone =
            strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || strcmp(entry->d_name, ".git") == 0;
    if (dir != NULL)
        closedir(dir);
    return alone;
}

static bool is_locked(const char *admin, const char *why) {
    char *line = git_line_in(admin, "locked");
    bool is = text_same(line, why);
    free(line);
    return is;
}

bool git_entry_is_ours(const char *admin) {
    return is_locked(admin, GIT_ENTRY_MARK);
}

/* A HEAD without a commit is its first; the lock goes also where git has failed. */
bool git_entry_is_begun(const char *admin) {
    char *head = git_line_in(admin, "HEAD");
    bool unset = head != NULL && head[0] != '\0' && head[strspn(head, "0")] == '\0';
    free(head);
    return unset || is_locked(admin, "initializing");
}

bool git_entry_is_whole(const char *admin) {
    bool worktree = false;
    char *head = git_line_in(admin, "HEAD"), *common = git_common_of(admin, &worktree);
    bool whole = worktree && common != NULL && head != NULL && head[strspn(head, "0")] != '\0';
    free(head);
    free(common);
    return whole;
}

/* Do two paths, the second perhaps of something that is gone, mean the same? Its folder is resolved. */
static bool is_same(const char *path, const char *named) {
    const char *name = text_name(named);
    char *folder = xstrndup(named, (size_t)(name - named) - 1), *real = folder_foreseen(folder);
    char *whole = xasprintf("%s/%s", strcmp(real, "/") != 0 ? real : "", name);
    bool same = text_same(whole, path);
    free(folder);
    free(real);
    free(whole);
    return same;
}

static bool names(const char *admin, const char *path) {
    static const char dot[] = "/.git";
    char *line = git_line_in(admin, "gitdir"), *named = NULL;
    size_t n = line != NULL ? strlen(line) : 0;
    bool does = false;
    if (n > strlen(dot) && strcmp(line + n - strlen(dot), dot) == 0) {
        line[n - strlen(dot)] = '\0';
        named = line[0] == '/' ? xstrdup(line) : xasprintf("%s/%s", admin, line);
        does = is_same(path, named);
    }
    free(named);
    free(line);
    return does;
}

/* The first entry that is so, as a new string. */
static char *find_entry(const struct git *git, bool (*is)(const char *admin, const char *path), const char *path) {
    char *folder = xasprintf("%s/worktrees", git->common), *found = NULL;
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (found == NULL && dir != NULL && (entry = readdir(dir)) != NULL) {
        char *admin = xasprintf("%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && is(admin, path))
            found = admin;
        else
            free(admin);
    }
    if (dir != NULL)
        closedir(dir);
    free(folder);
    return found;
}

char *git_entry_of(const struct git *git, const char *path) {
    return find_entry(git, names, path);
}

/* Never found: each is looked at. */
static bool unblock(const char *admin, const char *unused) {
    char *file = xasprintf("%s/commondir", admin);
    (void)unused;
    if (files_size(file) == 0 && git_entry_is_ours(admin))
        files_remove(file);
    free(file);
    return false;
}

void git_entries_unblock(const struct git *git) {
    free(find_entry(git, unblock, NULL));
}

/* One line that a git prints; "" where it fails, which is no failure of ours. */
static bool ask(char **line, const struct git *git, const struct git_call *call, struct err *err) {
    struct text out = {0}, said = {0};
    struct git_result result = {.out = &out, .errors = &said};
    bool done = git_run(git, call, &result, err);
    if (result.status != 0)
        text_clear(&out);
    *line = text_take(&out);
    (*line)[strcspn(*line, "\n")] = '\0';
    text_release(&said);
    return done;
}

static bool put_ref(const struct git *git, const char *admin, const char *oid, struct err *err) {
    char *ref = xasprintf("refs/mc/entries/%s-%.12s", text_name(admin), oid);
    const char *const args[] = {"update-ref", ref, oid, NULL};
    bool done = git_run(git, &(struct git_call){.args = args}, &(struct git_result){0}, err);
    free(ref);
    return done;
}

/* What brings the worktree back as it was, with all that its entry holds. */
static bool advise_back(const char *admin, const char *path, struct err *err) {
    struct text dot = {0}, folder = {0}, link = {0};
    char *file = xasprintf("%s/.git", path), *line = xasprintf("gitdir: %s", admin);
    text_quote(&folder, path);
    text_quote(&dot, file);
    text_quote(&link, line);
    err_advise(
        err, "bring it back and take what is wanted there: mkdir -p %s && echo %s >%s && git -C %s checkout --merge .",
        text_str(&folder), text_str(&link), text_str(&dot), text_str(&folder));
    text_release(&dot);
    text_release(&folder);
    text_release(&link);
    free(file);
    free(line);
    return false;
}

/* Its index as a commit, where that differs from HEAD's tree. */
static bool save_index(const struct git *git, const struct git_entry *entry, const char *head, struct err *err) {
    const char *admin = entry->admin;
    char *index = xasprintf("%s/index", admin), *tree = NULL, *base = NULL, *commit = NULL;
    char *of = xasprintf("%s^{tree}", head);
    const char *const write[] = {"write-tree", NULL}, *const parse[] = {"rev-parse", "--verify", "-q", of, NULL};
    bool done = true;
    if (files_exists(index))
        done = ask(&tree, git, &(struct git_call){.args = write, .index = index}, err) &&
               ask(&base, git, &(struct git_call){.args = parse}, err);
    if (done && tree != NULL && tree[0] == '\0')
        done = err_set(err, MC_DATAERR, "%s: its folder is gone, and its index cannot be kept", admin) ||
               advise_back(admin, entry->path, err);
    else if (done && tree != NULL && strcmp(tree, base) != 0) {
        const char *const make[] = {"commit-tree", "-m", "the index of a worktree that is gone", "-p", head,
                                    tree,          NULL};
        done = ask(&commit, git, &(struct git_call){.args = make}, err) && put_ref(git, admin, commit, err);
    }
    free(index);
    free(tree);
    free(base);
    free(commit);
    free(of);
    return done;
}

static bool refuse_locked(const char *admin, struct err *err) {
    struct text lock = {0};
    char *file = xasprintf("%s/locked", admin);
    text_quote(&lock, file);
    err_set(err, MC_DATAERR, "%s is locked by somebody", admin);
    err_advise(err, "cat %s says why; rm %s unlocks it", text_str(&lock), text_str(&lock));
    text_release(&lock);
    free(file);
    return false;
}

bool git_entry_save(const struct git *git, const struct git_entry *entry, struct err *err) {
    const char *admin = entry->admin;
    char *lock = xasprintf("%s/locked", admin), *modules = xasprintf("%s/modules", admin);
    char *head = git_head_of(admin), oid[OID_SIZE] = "";
    bool locked = files_exists(lock), foreign = locked && !git_entry_is_ours(admin) && !git_entry_is_begun(admin);
    bool detached = head != NULL && !text_starts(head, "ref: "), done = true;
    if (foreign)
        done = refuse_locked(admin, err);
    else if (files_has_dirs(modules))
        done = err_set(err, MC_DATAERR, "%s: its folder is gone, and it holds the repositories of submodules", admin) ||
               advise_back(admin, entry->path, err);
    else if (!locked && head != NULL)
        done = git_commit_of(git, detached ? head : head + strlen("ref: "), oid, err) &&
               (oid[0] == '\0' || ((!detached || put_ref(git, admin, oid, err)) && save_index(git, entry, oid, err)));
    free(lock);
    free(modules);
    free(head);
    return done;
}

bool git_entry_give_up(const struct git *git, const char *path, struct err *err) {
    struct git_entry entry = {.admin = git_entry_of(git, path), .path = path};
    bool done = entry.admin == NULL || git_entry_save(git, &entry, err);
    free(entry.admin);
    return done;
}
