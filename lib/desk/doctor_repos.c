#include "desk/doctor_repos.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "desk/doctor_slots.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git.h"
#include "host/git_remote.h"
#include "host/volume.h"
#include "rules/branch.h"
#include "rules/doctor_judge.h"
#include "rules/workspace.h"
#include "run/base.h"
#include "run/here.h"
#include "run/hook.h"
#include "run/pool_folder.h"
#include "store/queue.h"

enum { OBJECTS_MS = 3000 };

/* The git of the workspaces; false: there is none that answers, and no workspace can be used. */
static bool check_git(struct doctor *doctor) {
    bool not_executable, answers = false;
    char *program = files_find_program("git", doctor->path, &not_executable);
    struct argv argv = {0};
    struct text said = {0};

    if (program) {
        argv_add(&argv, program);
        argv_add(&argv, "--version");
        answers = doctor_ask(&argv, &said) == 0 && said.len;
        if (said.len)
            said.data[strcspn(said.data, "\n")] = '\0';
        if (answers)
            DOCTOR_ADD(doctor->report, FOUND_GIT, "", text_str(&said));
        else
            DOCTOR_ADD(doctor->report, FOUND_GIT_MUTE, program);
    } else {
        DOCTOR_ADD(doctor->report, FOUND_GIT_NONE, "", doctor->path_words);
    }
    argv_release(&argv);
    text_release(&said);
    free(program);
    return answers;
}

/* A workspace whose repository could be opened. */
struct opened {
    struct doctor *doctor;
    const struct workspace *workspace;
    const struct git *git;
};

/* Nothing is fetched for a look. */
static bool find_base(const struct opened *opened, struct base *base, struct err *err) {
    struct workspace quiet = *opened->workspace;
    char *head = NULL;
    struct base_wanted wanted = {.git = opened->git, .workspace = &quiet};
    bool ok = quiet.base || git_head_branch(opened->git, &head, err);

    quiet.fetch = false;
    if (ok && head && branch_is_ours(head, quiet.branch_prefix, opened->doctor->site.config.ticket_prefix)) {
        err_set(err, MC_CONFIG, "HEAD of %s is on %s, a ticket's own branch", opened->git->repo, head);
        ok = err_advise_words(err, "run: git -C {} checkout -", ERR_WORDS(opened->git->repo));
    } else if (ok) {
        wanted.name = quiet.base ? quiet.base : head;
        wanted.by_head = !quiet.base;
        ok = base_resolve(&wanted, base, err);
    }
    free(head);
    return ok;
}

static bool check_fetch(const struct opened *opened, const struct base *base, struct err *err) {
    const struct base_wanted wanted = {.git = opened->git, .workspace = opened->workspace, .name = base->name};

    return !wanted.workspace->fetch || base_remote(&wanted, err);
}

/* All that a worktree of it would hold, as in a partial clone it may not be. */
static bool check_objects(const struct opened *opened, const struct base *base, struct err *err) {
    const char *args[] = {"rev-list", "--objects", "--quiet", "--max-count=1", base->oid, NULL};
    struct git_result nothing = {0};
    bool ok = git_run(opened->git, &(struct git_call){.args = args, .timeout_ms = OBJECTS_MS}, &nothing, err);

    if (!ok && err->code == MC_TEMPFAIL) { /* a large one is not looked through */
        err_release(err);
        ok = true;
    }
    return ok;
}

static bool check_hooks(const struct workspace *workspace, struct err *err) {
    bool ok = true;

    for (enum hook hook = 0; ok && hook < HOOK_COUNT; hook++) {
        char *program = workspace->hooks[hook].count ? hook_program(workspace, hook, err) : NULL;

        ok = program || !workspace->hooks[hook].count;
        free(program);
    }
    return ok;
}

/* What is not there would be made. */
static bool may_write(const char *folder, struct err *err) {
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 || errno == ENOENT)
        return true;
    if (errno == EROFS)
        return err_set(err, MC_IOERR, "%s is on a file system that is mounted read-only; mount it writable", folder);
    return err_set(err, MC_NOPERM, "we may not write in %s", folder) ||
           err_advise_words(err, "run: sudo chown -R $(id -u) {}", ERR_WORDS(folder));
}

/* Where git writes for each ticket: what a git that was run as root has left there is root's. */
static bool check_writable(const struct opened *opened, struct err *err) {
    static const char *const folders[] = {"", "/objects", "/refs", "/refs/heads", "/refs/mc", "/logs", "/worktrees"};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof folders / sizeof *folders; i++) {
        char *folder = xasprintf("%s%s", opened->git->common, folders[i]);

        ok = may_write(folder, err);
        free(folder);
    }
    return ok;
}

/* A branch ai is in the way of each ai/NAME. */
static bool check_prefix(const struct opened *opened, struct err *err) {
    const char *prefix = opened->workspace->branch_prefix;
    bool ok = true;

    for (const char *end = strchr(prefix, '/'); ok && end; end = strchr(end + 1, '/')) {
        char *ref = xasprintf("refs/heads/%.*s", (int)(end - prefix), prefix), oid[OID_SIZE];

        ok = git_commit_of(opened->git, ref, oid, err) &&
             (!*oid || err_set(err, MC_CANTCREAT,
                               "%s is in the way of its \"branch_prefix\" %s; choose another, or "
                               "rename that branch",
                               ref, prefix));
        free(ref);
    }
    return ok;
}

/* As far as the folder is there: nothing is made. */
static bool check_pool(const struct opened *opened, const char *pool, struct err *err) {
    const struct pool_folder place = {.workspace = opened->workspace, .path = pool, .git = opened->git};
    char *real = folder_foreseen(pool), *inside = xasprintf("%s/x", real), *there = folder_nearest(real);
    struct folder_open open;
    struct volume volume;
    bool ok = true;

    if (files_exists(there) && !files_is_dir(there)) {
        err_set(err, MC_CANTCREAT, "its pool %s: %s is no directory", real, there);
        ok = err_advise_words(err, "run: mv {} {}.aside", ERR_WORDS(there));
    } else if (folder_open_above(inside, &open)) {
        err_set(err, MC_NOPERM, "its pool %s: others may write in %s", real, open.path);
        ok = open.ours ? err_advise_words(err, "run: chmod go-w {}", ERR_WORDS(open.path))
                       : err_advise(err, "set \"pool\" to a folder of your own");
    } else if (volume_look(real, &volume) && doctor_disk(volume.free_bytes) == FOUND_DISK_FULL) {
        err_set(err, MC_IOERR, "its pool %s: the disk is full", real);
        ok = err_advise_words(err, "run: du -xh {} | sort -h | tail -20", ERR_WORDS(real));
    }
    ok = ok && may_write(there, err) && pool_folder_look(&opened->doctor->site, &place, err);
    free(there);
    free(inside);
    free(real);
    return ok;
}

/* A turn's end pushes there. An address in place of a remote's name is not asked: nothing beyond this machine is. */
static bool check_push(const struct opened *opened, struct err *err) {
    const char *remote = opened->workspace->push;
    struct text lines = {0};
    bool ok = !remote || git_push_address(opened->git, remote, &lines, err);

    if (ok && remote && !strpbrk(remote, ":/") && text_starts(text_str(&lines), remote) &&
        strcspn(text_str(&lines), "\n") == strlen(remote))
        ok = err_set(err, MC_CONFIG, "its \"push\" is %s, and %s has no remote of that name", remote,
                     opened->git->repo) ||
             err_advise_words(err, "correct it, or git -C {} remote add {} URL", ERR_WORDS(opened->git->repo, remote));
    text_release(&lines);
    return ok;
}

/* Where it stands in the configuration: "workspace" is the one without a name. */
static char *edit_workspace(const struct doctor *doctor, const char *name, const char *key) {
    char *path = xasprintf("workspaces.%s", name), *whole, *command;
    bool named = doctor_names(doctor, path);

    whole = xasprintf("%s.%s", named ? path : "workspace", key);
    command = doctor_edit(doctor, whole);
    free(whole);
    free(path);
    return command;
}

/* What has no command of its own is mended in the configuration; key NULL: not there. */
static void say_wrong(struct doctor *doctor, const struct workspace *workspace, const char *key, struct err *err) {
    char *mend = edit_workspace(doctor, workspace->name, key ? key : "repo");
    char *own = xasprintf("workspace %s: ", workspace->name);
    const char *said = text_starts(err->text, own) ? err->text + strlen(own) : err->text;

    DOCTOR_ADD(doctor->report, !key || strstr(said, " run: ") ? FOUND_WORKSPACE_WRONG : FOUND_WORKSPACE_CONFIG,
               workspace->name, said, mend);
    err_release(err);
    free(mend);
    free(own);
}

/* Only where another host could go on from it. */
static void check_travel(struct doctor *doctor, const struct workspace *workspace) {
    char *mend;

    if (workspace->push || !doctor->site.board || !board_is_shared(doctor->site.board))
        return;
    mend = edit_workspace(doctor, workspace->name, "push");
    DOCTOR_ADD(doctor->report, FOUND_WORKSPACE_STAYS, workspace->name, "", mend);
    free(mend);
}

static void check_workspace(struct doctor *doctor, const struct workspace *workspace) {
    struct git git = {0};
    const struct opened opened = {doctor, workspace, &git};
    struct base base = {0};
    struct err err = {0};
    char *pool = site_pool(&doctor->site, workspace), *words;

    if (!git_open(&git, workspace->repo, &err)) {
        say_wrong(doctor, workspace, "repo", &err);
    } else if (!find_base(&opened, &base, &err)) {
        say_wrong(doctor, workspace, "base", &err);
    } else if (!check_fetch(&opened, &base, &err)) {
        say_wrong(doctor, workspace, "fetch", &err);
    } else if (!check_objects(&opened, &base, &err)) {
        say_wrong(doctor, workspace, NULL, &err);
    } else if (!check_writable(&opened, &err)) {
        say_wrong(doctor, workspace, NULL, &err);
    } else if (!check_prefix(&opened, &err)) {
        say_wrong(doctor, workspace, "branch_prefix", &err);
    } else if (!check_pool(&opened, pool, &err)) {
        say_wrong(doctor, workspace, "pool", &err);
    } else if (!check_push(&opened, &err)) {
        say_wrong(doctor, workspace, "push", &err);
    } else if (!check_hooks(workspace, &err)) {
        say_wrong(doctor, workspace, "hooks", &err);
    } else {
        words =
            xasprintf("%s, from %s, %lld slots in %s", workspace->repo, base.name, (long long)workspace->size, pool);
        DOCTOR_ADD(doctor->report, FOUND_WORKSPACE, workspace->name, words);
        free(words);
        check_travel(doctor, workspace);
    }
    base_release(&base);
    git_release(&git);
    free(pool);
}

/* Of tickets that could be picked up now. */
static bool check_named(struct doctor *doctor, struct err *err) {
    struct ready_kinds kinds = {0};
    char key[KEY_SIZE];
    char *mend = doctor_edit(doctor, "workspaces");
    bool ok = ready_kinds(doctor->site.board, &kinds, err);

    for (size_t i = 0; ok && i < kinds.count; i++) {
        char *why = config_misplaced(&doctor->site.config, kinds.items[i].workspace);

        site_key(&doctor->site, kinds.items[i].ticket, key);
        if (why && !doctor->config_wrong && /* else it may be what was left out */
            !here_not_alone(&doctor->site, kinds.items[i].workspace))
            DOCTOR_ADD(doctor->report, FOUND_WORKSPACE_UNKNOWN, kinds.items[i].workspace, key, mend);
        free(why);
    }
    ready_kinds_release(&kinds);
    free(mend);
    return ok;
}

void doctor_repos(struct doctor *doctor) {
    const struct config *config = &doctor->site.config;
    struct err err = {0};
    bool answers;

    answers = !config->workspace_count || check_git(doctor);
    if (answers)
        for (size_t i = 0; doctor->site.folder && i < config->workspace_count; i++)
            check_workspace(doctor, &config->workspaces[i]);
    if (doctor->site.board &&
        (!check_named(doctor, &err) || (answers && !doctor->copied && !doctor_slots(doctor, &err))))
        doctor_lose_board(doctor, &err);
}
