#include "host/git.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_command.h"
#include "host/git_held.h"
#include "host/git_oid.h"
#include "host/git_place.h"
#include "host/git_settings.h"

static const char branches[] = "ref: refs/heads/";

static char *find_program(struct err *err) {
    const char *path = getenv("PATH");
    bool not_executable;
    char *program = files_find_program("git", path != NULL && path[0] != '\0' ? path : "/usr/local/bin:/usr/bin:/bin",
                                       &not_executable);
    if (program == NULL) {
        err_set(err, MC_UNAVAILABLE, "git is not on PATH");
        err_advise(err, "install it, or have \"path\" of the configuration name its folder");
    }
    return program;
}

/* The folder around a .git. */
static char *around(const char *common) {
    const char *name = text_name(common);
    return strcmp(name, ".git") == 0 && name - common > 1 ? xstrndup(common, (size_t)(name - common) - 1) : NULL;
}

static bool is_bare(const char *folder) {
    char *head = xasprintf("%s/HEAD", folder), *objects = xasprintf("%s/objects", folder);
    bool bare = files_exists(head) && files_is_dir(objects);
    free(head);
    free(objects);
    return bare;
}

/* A main checkout, one of its worktrees, or what lies in a .git. */
static void find_places(struct git *git) {
    bool linked, worktree = false;
    char *gitdir = git_folder_of(git->repo, &linked);
    bool own = gitdir != NULL;
    if (!own && is_bare(git->repo))
        gitdir = folder_resolved(git->repo);
    if (gitdir == NULL)
        return;
    git->common = git_common_of(gitdir, &worktree);
    if (git->common != NULL)
        git->main = own && !worktree ? folder_resolved(git->repo) : around(git->common);
    free(gitdir);
}

static bool refuse(const struct git *git, struct err *err) {
    struct stat seen;
    if (stat(git->repo, &seen) != 0)
        return err_errno(err, MC_CONFIG, errno, "repository %s", git->repo);
    return err_set(err, MC_CONFIG, "%s is no git repository; name the folder that holds its .git, or a bare repository",
                   git->repo);
}

static bool is_held_up(const struct git *git, struct err *err) {
    char *at = git_held_common(git->common);
    if (at == NULL)
        return false;
    err_set(err, MC_UNAVAILABLE, "repository %s: %s is a FIFO, and each git would wait for whoever writes there",
            git->repo, at);
    err_advise_words(err, "run: rm {}", ERR_WORDS(at));
    free(at);
    return true;
}

bool git_open(struct git *git, const char *repo, struct err *err) {
    *git = (struct git){.repo = xstrdup(repo), .lock = -1};
    git->program = find_program(err);
    if (git->program == NULL)
        goto fail;
    find_places(git);
    if (git->common == NULL) {
        refuse(git, err);
        goto fail;
    }
    if (!is_held_up(git, err) && git_settings_read(&git->settings, git, NULL, err))
        return true;
fail:
    git_release(git);
    return false;
}

/* A folder that leads to a bare repository is none ("gitdir: ./.bare", beside its worktrees). */
static bool is_checkout(const struct git *git, const char *folder) {
    bool linked, worktree = false;
    char *gitdir = git_folder_of(folder, &linked), *common = gitdir != NULL ? git_common_of(gitdir, &worktree) : NULL;
    bool is = text_same(common, git->common) && (worktree || git->main != NULL);
    free(gitdir);
    free(common);
    return is;
}

char *git_checkout_around(const struct git *git, const char *path) {
    char *at = xstrdup(path), *slash;
    while (!is_checkout(git, at) && (slash = strrchr(at, '/')) != NULL)
        *slash = '\0';
    if (*at == '\0')
        xreplace(&at, NULL);
    return at;
}

void git_release(struct git *git) {
    free(git->program);
    free(git->repo);
    free(git->common);
    free(git->main);
    git_settings_release(&git->settings);
    *git = (struct git){.lock = -1};
}

void git_tree_release(struct git_tree *tree) {
    free(tree->path);
    free(tree->admin);
    *tree = (struct git_tree){0};
}

/* Have its settings changed since they were read, or has the tree some of its own? */
static bool are_stale(const struct git *git, const struct git_tree *tree) {
    struct git_stamp now;
    bool own = false;
    git_stamp_take(&now, git);
    if (tree != NULL) {
        char *path = xasprintf("%s/config.worktree", tree->admin);
        own = files_exists(path);
        free(path);
    }
    return own || git->settings.includes || now.inode != git->settings.stamp.inode ||
           now.size != git->settings.stamp.size || now.seconds != git->settings.stamp.seconds ||
           now.nanoseconds != git->settings.stamp.nanoseconds;
}

bool git_run(const struct git *git, const struct git_call *call, struct git_result *result, struct err *err) {
    struct git_command command = {.git = git, .call = call, .settings = &git->settings};
    struct git_settings fresh = {0};
    bool done = true;
    if (are_stale(git, call->tree)) {
        done = git_settings_read(&fresh, git, call->tree, err);
        command.settings = &fresh;
    }
    done = done && git_command_run(&command, result, err);
    git_settings_release(&fresh);
    return done;
}

bool git_failed(const struct git *git, const struct git_call *call, const struct git_result *result, struct err *err) {
    return git_command_refuse(&(struct git_command){.git = git, .call = call}, text_str(result->errors), err);
}

bool git_commit_of(const struct git *git, const char *name, char oid[OID_SIZE], struct err *err) {
    char *wanted = xasprintf("%s^{commit}", name);
    const char *const args[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", wanted, NULL};
    const struct git_call call = {.args = args, .output_max = 4096};
    struct text out = {0}, said = {0};
    struct git_result result = {.out = &out, .errors = &said};
    bool done = git_run(git, &call, &result, err);
    oid[0] = '\0';
    if (done && result.status > 1) /* 1: there is none */
        done = git_failed(git, &call, &result, err);
    else if (done && result.status == 0)
        done = git_oid_line(oid, text_str(&out)) ||
               err_set(err, MC_UNAVAILABLE, "git rev-parse in %s gave no commit", git->common);
    free(wanted);
    text_release(&out);
    text_release(&said);
    return done;
}

bool git_head_branch(const struct git *git, char **branch, struct err *err) {
    char *head = git_head_of(git->common);
    *branch = NULL;
    if (head == NULL)
        return err_set(err, MC_CONFIG, "%s: its HEAD cannot be read", git->repo);
    if (text_starts(head, branches))
        *branch = xstrdup(head + strlen(branches));
    free(head);
    return true;
}
