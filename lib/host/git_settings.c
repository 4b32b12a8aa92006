#include "host/git_settings.h"

#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_command.h"

enum { LISTING_MS = 20000, LISTING_MAX = 16 * 1024 * 1024, MOST = 4000 };

/* Whatever runs a program, hides a change, waits for somebody, or does more than it was asked for. Settings of hooks,
 * filters and drivers have names of the agent's own choosing: those are found in the listing below. */
static const char *const guards[] = {
    /* runs a program */
    "core.hooksPath", "/dev/null", "core.fsmonitor", "false", "core.alternateRefsCommand", "true", "commit.gpgSign",
    "false", "tag.gpgSign", "false", "push.gpgSign", "false", "log.showSignature", "false", "merge.verifySignatures",
    "false", "credential.helper", "", "credential.interactive", "false",
    /* hides a change */
    "core.untrackedCache", "false", "core.checkStat", "default", "core.trustctime", "true", "core.ignoreStat", "false",
    "core.fileMode", "true", "core.symlinks", "true", "core.ignoreCase", "false", "core.attributesFile", "/dev/null",
    "core.autocrlf", "false", "core.eol", "native", "core.safecrlf", "false", "sparse.expectFilesOutsideOfPatterns",
    "false",
    /* does more */
    "gc.auto", "0", "maintenance.auto", "false", "submodule.recurse", "false", "fetch.recurseSubmodules", "false",
    "push.recurseSubmodules", "no", "push.followTags", "false", "fetch.prune", "false", "fetch.pruneTags", "false",
    "fetch.writeCommitGraph", "false", "transfer.bundleURI", "false", "http.saveCookies", "false",
    "branch.autoSetupMerge", "false", "worktree.guessRemote", "false", "checkout.guess", "false", "checkout.workers",
    "1", "status.submoduleSummary", "false", "advice.detachedHead", "false", "color.ui", "false", NULL};

static void put(struct argv *pairs, const char *name, const char *value) {
    argv_add(pairs, name);
    argv_add(pairs, value);
}

/* filter.NAME.clean, .smudge, .process, .required: none of the four of that name says anything any more. */
static void switch_filter_off(struct argv *pairs, const char *key) {
    static const char *const parts[] = {"clean", "smudge", "process"};
    const char *dot = strrchr(key, '.');
    int width = (int)(dot - key);
    char *required = xasprintf("%.*s.required", width, key);
    bool known = argv_has(pairs, required);
    if (!known)
        put(pairs, required, "false");
    for (size_t i = 0; !known && i < sizeof parts / sizeof *parts; i++) {
        argv_addf(pairs, "%.*s.%s", width, key, parts[i]);
        argv_add(pairs, "");
    }
    free(required);
}

/* What the repository says of a remote beyond where it is. */
static void tame_remote(struct argv *pairs, const char *key) {
    static const char *const tame[][2] = {{".mirror", "false"}, {".prune", "false"}, {".prunetags", "false"}};
    for (size_t i = 0; i < sizeof tame / sizeof *tame; i++)
        if (text_ends(key, tame[i][0]))
            put(pairs, key, tame[i][1]);
}

/* BatchMode asks nothing of a terminal; another program than ssh may not know it. */
static char *ssh_command(const char *own) {
    char *program = xstrndup(own, strcspn(own, " "));
    bool plain = strcmp(text_name(program), "ssh") == 0;
    free(program);
    return xasprintf("%s%s", own, plain ? " -oBatchMode=yes" : "");
}

/* A name is any bytes: no pattern of git's is asked, whose "." matches no byte that is no character. */
static void note(struct git_settings *settings, const char *scope, const char *entry, struct text *ssh) {
    bool own = strcmp(scope, "system") == 0 || strcmp(scope, "global") == 0;
    const char *newline = strchr(entry, '\n'), *value = newline != NULL ? newline + 1 : "";
    char *key = newline != NULL ? xstrndup(entry, (size_t)(newline - entry)) : xstrdup(entry);
    if (text_starts(key, "filter.") && strchr(key + 7, '.') != NULL)
        switch_filter_off(&settings->guards, key);
    else if (text_starts(key, "includeif.") || (!own && text_starts(key, "include.")))
        settings->includes = true;
    else if (strcmp(key, "extensions.refstorage") == 0)
        settings->tables = strcmp(value, "files") != 0;
    else if (text_starts(key, "remote."))
        tame_remote(&settings->network, key);
    else if (own && text_starts(key, "credential.") && text_ends(key, ".helper"))
        put(&settings->network, key, value);
    else if (own && strcmp(key, "core.sshcommand") == 0) {
        text_clear(ssh);
        text_add(ssh, value);
    }
    free(key);
}

/* With -z: the scope, the key and its value behind a newline, each entry in two parts. */
void git_settings_note(struct git_settings *settings, const struct text *listing) {
    const char *at = text_str(listing), *end = at + listing->len;
    struct text ssh = {0};
    while (at < end && settings->guards.count + settings->network.count <= MOST) {
        const char *scope = at, *entry = scope + strlen(scope) + 1;
        if (entry >= end)
            break;
        note(settings, scope, entry, &ssh);
        at = entry + strlen(entry) + 1;
    }
    settings->ssh = ssh_command(ssh.len > 0 ? text_str(&ssh) : "ssh");
    text_release(&ssh);
}

void git_stamp_take(struct git_stamp *stamp, const struct git *git) {
    char *path = xasprintf("%s/config", git->common);
    struct stat seen;
    *stamp = (struct git_stamp){0};
    if (stat(path, &seen) == 0)
        *stamp = (struct git_stamp){.inode = (int64_t)seen.st_ino,
                                    .size = (int64_t)seen.st_size,
                                    .seconds = (int64_t)seen.st_ctim.tv_sec,
                                    .nanoseconds = (int64_t)seen.st_ctim.tv_nsec};
    free(path);
}

static bool refuse_tables(const struct git *git, struct err *err) {
    err_set(err, MC_CONFIG, "repository %s: its refs are in tables, which are not read here", git->repo);
    err_advise_words(err,
                     "have git put them into files (git 2.46 and later): git -C {} refs migrate --ref-format=files",
                     ERR_WORDS(git->repo));
    return false;
}

bool git_settings_read(struct git_settings *settings, const struct git *git, const struct git_tree *tree,
                       struct err *err) {
    const char *const args[] = {"config", "-z", "--show-scope", "--list", NULL};
    const struct git_call call = {.tree = tree, .args = args, .timeout_ms = LISTING_MS, .output_max = LISTING_MAX};
    const struct git_command command = {.git = git, .call = &call};
    struct text listing = {0}, said = {0};
    struct git_result result = {.out = &listing, .errors = &said};
    bool done;
    *settings = (struct git_settings){0};
    argv_adds(&settings->guards, guards);
    git_stamp_take(&settings->stamp, git); /* before it is read: what comes later is another */
    done = git_command_run(&command, &result, err);
    if (done && result.status != 0) {
        done = git_command_refuse(&command, text_str(&said), err);
        if (tree != NULL && strstr(text_str(&said), tree->admin) != NULL)
            err->code = MC_DATAERR; /* the tree's own, and nobody else's */
        else if (err->code == MC_UNAVAILABLE)
            err->code = MC_CONFIG;
    }
    if (done)
        git_settings_note(settings, &listing);
    if (settings->tables)
        done = refuse_tables(git, err);
    if (settings->guards.count + settings->network.count > MOST)
        done = err_set(err, MC_CONFIG, "%s: its settings name more filters, helpers and remotes than we switch off",
                       git->repo);
    text_release(&listing);
    text_release(&said);
    return done;
}

void git_settings_release(struct git_settings *settings) {
    argv_release(&settings->guards);
    argv_release(&settings->network);
    free(settings->ssh);
    *settings = (struct git_settings){0};
}
