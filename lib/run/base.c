#include "run/base.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_remote.h"
#include "rules/base_source.h"
#include "rules/workspace.h"

enum { FETCH_MS = 60 * 1000, REMOTES_MAX = 64 * 1024 };

void base_release(struct base *base) {
    free(base->name);
    *base = (struct base){0};
}

/* A branch goes before whatever else has its name, and one of the repository's own before a remote's. */
static bool commit_of_branch(const struct git *git, const char *name, char oid[OID_SIZE], struct err *err) {
    static const char *const prefixes[] = {"refs/heads/", "refs/remotes/", ""};

    *oid = '\0';
    for (size_t i = 0; !*oid && i < sizeof prefixes / sizeof *prefixes; i++) {
        char *ref = xasprintf("%s%s", prefixes[i], name);
        bool ok = git_commit_of(git, ref, oid, err);

        free(ref);
        if (!ok)
            return false;
    }
    return true;
}

static bool fail_missing(const struct base_wanted *wanted, struct err *err) {
    const char *repo = wanted->git->repo;

    if (wanted->by_head)
        return err_set(err, MC_CONFIG, "repository %s has no commit on %s yet", repo, wanted->name) ||
               err_advise(err, "make the first one, or set \"base\" to a branch that has one");
    return err_set(err, MC_CONFIG, "base %s: there is no such branch or commit in %s", wanted->name, repo) ||
           err_advise_words(err,
                            "correct \"base\" (git -C {} branch -a lists what there is; where that is nothing, make "
                            "the first commit)",
                            ERR_WORDS(repo));
}

static bool list_remotes(const struct git *git, struct argv *remotes, struct err *err) {
    static const char *const args[] = {"remote", NULL};
    struct text out = {.max = REMOTES_MAX};
    struct git_result result = {.out = &out};
    bool ok = git_run(git, &(struct git_call){.args = args, .output_max = REMOTES_MAX}, &result, err);

    for (char *line = out.data, *end; ok && line && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        argv_add(remotes, line);
    }
    text_release(&out);
    return ok;
}

/* Work of a person's that is committed here and not pushed yet is what agents are to start from, too. */
static bool take_further(const struct git *git, const char *name, struct base *base, struct err *err) {
    char *own = xasprintf("refs/heads/%s", name);
    char oid[OID_SIZE];
    int64_t missing = 1;
    bool ok = git_commit_of(git, own, oid, err) &&
              (!*oid || git_beyond(git, &(struct git_span){.from = oid, .to = base->oid}, &missing, err));

    if (ok && !missing) {
        text_copy(base->oid, sizeof base->oid, oid);
        xreplace(&base->name, name);
    }
    free(own);
    return ok;
}

static bool fetch_from(const struct git *git, const struct base_source *source, struct base *base, struct err *err) {
    const struct git_pushing fetching = {.remote = source->remote, .branch = source->branch, .timeout_ms = FETCH_MS};
    char *ref = xasprintf("refs/remotes/%s/%s", source->remote, source->branch);
    bool ok = git_fetch(git, &fetching, err) && git_commit_of(git, ref, base->oid, err);

    if (ok && !*base->oid)
        ok = err_set(err, MC_UNAVAILABLE, "fetch of %s from %s has left no commit there", source->branch,
                     source->remote);
    if (ok) {
        base->name = xasprintf("%s/%s", source->remote, source->branch);
        ok = !source->local || take_further(git, source->branch, base, err);
    }
    free(ref);
    return ok;
}

static bool find_source(const struct base_wanted *wanted, struct base_source *source, struct err *err) {
    const struct git *git = wanted->git;
    struct argv remotes = {0};
    const struct base_wish wish = {.base = wanted->name, .push = wanted->workspace->push, .remotes = &remotes};
    bool ok = list_remotes(git, &remotes, err);

    if (ok) {
        base_source(source, &wish);
        ok = argv_has(&remotes, source->remote) ||
             err_set(err, MC_CONFIG, "fetch: %s has no remote %s", git->repo, source->remote) ||
             err_advise_words(err,
                              "add it (git -C {} remote add {} URL), name it in \"base\", or set \"fetch\" to false",
                              ERR_WORDS(git->repo, source->remote));
    }
    argv_release(&remotes);
    return ok;
}

static bool fetch(const struct base_wanted *wanted, struct base *base, struct err *err) {
    struct base_source source = {0};
    bool ok = find_source(wanted, &source, err) && fetch_from(wanted->git, &source, base, err);

    base_source_release(&source);
    return ok;
}

bool base_remote(const struct base_wanted *wanted, struct err *err) {
    struct base_source source = {0};
    bool ok = find_source(wanted, &source, err);

    base_source_release(&source);
    return ok;
}

static bool find(const struct base_wanted *wanted, struct base *base, struct err *err) {
    if (!wanted->name)
        return err_set(err, MC_CONFIG, "HEAD of %s is on no branch", wanted->git->repo) ||
               err_advise(err, "set \"base\", or check a branch out there");
    if (wanted->workspace->fetch)
        return fetch(wanted, base, err);
    base->name = xstrdup(wanted->name);
    return commit_of_branch(wanted->git, wanted->name, base->oid, err) && (*base->oid || fail_missing(wanted, err));
}

bool base_resolve(const struct base_wanted *wanted, struct base *base, struct err *err) {
    *base = (struct base){0};
    if (find(wanted, base, err))
        return true;
    base_release(base);
    return err_wrap(err, "workspace %s", wanted->workspace->name);
}
