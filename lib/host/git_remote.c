#include "host/git_remote.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

#define NO_SUCH_BRANCH "couldn't find remote ref" /* git's own words (LC_ALL=C) */

enum { WORDS_MAX = 300, DIFF_MAX = 64 * 1024 * 1024, LOCK_TRIES = 3, LOCK_WAIT_MS = 300, LINES_MAX = INT_MAX };

/* One git that speaks with a remote, and what both have said: lines of hostile text. */
struct words {
    const char *const *args;
    int64_t timeout_ms;
    struct text out, errors;
    int status;
};

static void words_release(struct words *words) {
    text_release(&words->out);
    text_release(&words->errors);
}

static bool call_remote(const struct git *git, struct words *words, struct err *err) {
    struct git_result result = {.out = &words->out, .errors = &words->errors};

    text_clear(&words->out);
    text_clear(&words->errors);
    if (!git_run(git, &(struct git_call){.args = words->args, .network = true, .timeout_ms = words->timeout_ms},
                 &result, err))
        return err_advise(err, "see whether the remote answers");
    words->status = result.status;
    return true;
}

/* The first line that begins so, behind that; NULL: none does. *n: how long it is. */
static const char *line_from(const struct text *text, const char *start, size_t *n) {
    const char *line = text_str(text);

    while (*line && !text_starts(line, start)) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    if (!*line)
        return NULL;
    line += strlen(start);
    *n = strcspn(line, "\n");
    return line;
}

/* The one line of all that git and the remote have said that tells most. */
static void told(const struct words *words, struct text *line) {
    static const char *const starts[] = {"remote: error: ", "remote: fatal: ", "remote: ", "fatal: ", "error: ", ""};
    const char *found = NULL;
    size_t n = 0;

    for (size_t i = 0; !found && i < sizeof starts / sizeof *starts; i++)
        found = line_from(&words->errors, starts[i], &n);
    clean_line(line, found ? found : "git has said nothing", found ? n : strlen("git has said nothing"), WORDS_MAX);
}

static bool says(const struct words *words, const char *what) {
    return strstr(text_str(&words->errors), what) != NULL;
}

/* What a person can do about it, by git's own words (LC_ALL=C). */
struct cure {
    const char *words, *advice;
};
static const struct cure cures[] = {
    {"does not appear to be a git repository", "git remote -v in the repository lists those that there are"},
    {"terminal prompts disabled",
     "make it work without a question: a credential helper, or a key without a passphrase"},
    {"Permission denied", "make it work without a question, also from cron: a key without a passphrase, or its agent"},
    {"Authentication failed", "mend the password or token that the credential helper has for it"},
    {"Host key verification failed", "connect to it once by hand, so that ssh knows its key"},
    {"transport '", "use a remote that is reached by https, ssh or a path"},
};

static bool fail(const struct words *words, struct err *err) {
    struct text line = {0};
    const char *advice = "see whether the remote answers, and try it by hand";

    for (size_t i = 0; i < sizeof cures / sizeof *cures; i++)
        if (says(words, cures[i].words)) {
            advice = cures[i].advice;
            break;
        }
    told(words, &line);
    err_set(err, MC_UNAVAILABLE, "%s", text_str(&line));
    text_release(&line);
    return err_advise(err, "%s", advice);
}

/* A line of --porcelain, "!\tFROM:TO\t[rejected] (fetch first)": whose refusal it is. */
static bool refused(const struct git_pushing *pushing, const struct words *words, struct err *err) {
    size_t n = 0;
    const char *line = line_from(&words->out, "!\t", &n);
    const char *summary = line ? memchr(line, '\t', n) : NULL;
    struct text why = {0}, remote = {0};

    if (!summary)
        return fail(words, err);
    summary++;
    if (text_starts(summary, "[rejected] (non-fast-forward)") || text_starts(summary, "[rejected] (fetch first)"))
        return err_set(err, MC_UNAVAILABLE,
                       "not fast forward: %s has commits on %s that the branch here has not, and nothing is pushed by "
                       "force",
                       pushing->remote, pushing->branch) ||
               err_advise(err, "fetch them and merge or rebase the branch, or remove it there");
    clean_line(&why, summary, n - (size_t)(summary - line), WORDS_MAX);
    told(words, &remote);
    err_set(err, MC_UNAVAILABLE, "%s refused it: %s: %s", pushing->remote, text_str(&why), text_str(&remote));
    text_release(&why);
    text_release(&remote);
    return err_advise(err, "that is the remote's own rule");
}

/* What stands in the way is a lock that another git holds for a moment: perhaps with the very same in hand. */
static bool is_locked(const struct words *words) {
    return words->status != 0 && (says(words, "cannot lock ref") || says(words, ".lock': File exists"));
}

static bool call_until_free(const struct git *git, struct words *words, struct err *err) {
    for (int i = 1; call_remote(git, words, err); i++) {
        if (!is_locked(words) || i == LOCK_TRIES)
            return true;
        clock_sleep(LOCK_WAIT_MS);
    }
    return false;
}

bool git_push(const struct git *git, const struct git_pushing *pushing, struct err *err) {
    char *refs = pushing->commit ? xasprintf("%s:refs/heads/%s", pushing->commit, pushing->branch)
                                 : xasprintf("refs/heads/%s:refs/heads/%s", pushing->branch, pushing->branch);
    const char *const args[] = {"push",        "--porcelain",   "--no-follow-tags",
                                "--no-signed", "--no-verify",   "--recurse-submodules=no",
                                "--",          pushing->remote, refs,
                                NULL};
    struct words words = {.args = args, .timeout_ms = pushing->timeout_ms};
    bool ok = call_until_free(git, &words, err) && (words.status == 0 || refused(pushing, &words, err));

    if (!ok)
        err_wrap(err, "push of %s to %s", pushing->branch, pushing->remote);
    words_release(&words);
    free(refs);
    return ok;
}

/* Of an address in place of a name only what is put in its stead is known. */
bool git_push_address(const struct git *git, const char *remote, struct text *lines, struct err *err) {
    const char *const named[] = {"remote", "get-url", "--push", "--all", "--", remote, NULL};
    const char *const other[] = {"ls-remote", "--get-url", "--", remote, NULL};
    struct text said = {0};
    struct git_result result = {.out = lines, .errors = &said};
    bool ok = git_run(git, &(struct git_call){.args = named, .network = true}, &result, err);

    if (ok && result.status != 0) {
        text_clear(lines);
        ok = git_run(git, &(struct git_call){.args = other, .network = true}, &result, err) &&
             (result.status == 0 ||
              err_set(err, MC_UNAVAILABLE, "git remote get-url %s: %.*s", remote, WORDS_MAX, text_str(&said)));
    }
    text_release(&said);
    return ok;
}

/* No tag, no other ref, and FETCH_HEAD stays the person's. */
bool git_fetch_any(const struct git *git, const struct git_pushing *fetching, bool *there, struct err *err) {
    char *refs = xasprintf("+refs/heads/%s:refs/remotes/%s/%s", fetching->branch, fetching->remote, fetching->branch);
    const char *const args[] = {"fetch",
                                "--quiet",
                                "--no-tags",
                                "--no-recurse-submodules",
                                "--no-auto-maintenance",
                                "--no-write-fetch-head",
                                "--refmap=",
                                "--",
                                fetching->remote,
                                refs,
                                NULL};
    struct words words = {.args = args, .timeout_ms = fetching->timeout_ms};
    bool ok = call_until_free(git, &words, err);

    *there = ok && words.status == 0;
    ok = ok && (*there || says(&words, NO_SUCH_BRANCH) || fail(&words, err));
    if (!ok)
        err_wrap(err, "fetch of %s from %s", fetching->branch, fetching->remote);
    words_release(&words);
    free(refs);
    return ok;
}

bool git_fetch(const struct git *git, const struct git_pushing *fetching, struct err *err) {
    bool there = false;

    if (!git_fetch_any(git, fetching, &there, err))
        return false;
    return there ||
           err_set(err, MC_UNAVAILABLE, "fetch of %s from %s: " NO_SUCH_BRANCH, fetching->branch, fetching->remote) ||
           err_advise(err, "name a branch that is there");
}

bool git_beyond(const struct git *git, const struct git_span *span, int64_t *commits, struct err *err) {
    char *range = xasprintf("%s..%s", span->from, span->to);
    const char *const args[] = {"rev-list", "--count", "--end-of-options", range, "--", NULL};
    struct text out = {0};
    struct git_result result = {.out = &out};
    bool ok = git_run(git, &(struct git_call){.args = args, .timeout_ms = span->timeout_ms}, &result, err);
    long long n = 0;

    if (ok && out.len && out.data[out.len - 1] == '\n')
        out.data[--out.len] = '\0';
    ok = ok && (text_to_int(text_str(&out), 0, INT64_MAX, &n) ||
                err_set(err, MC_UNAVAILABLE, "git rev-list --count has said no number"));
    *commits = n;
    text_release(&out);
    free(range);
    return ok;
}

/* Plumbing, which no setting of a person's changes. */
#define PLAIN_DIFF                                                                                                     \
    "diff-tree", "-r", "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--ignore-submodules=none"

/* "3\t1\tpath", of a binary file "-\t-\tpath". No file has more lines than would let the sum run over. */
static bool count_lines(const char *entry, struct git_stat *stat) {
    char *rest = NULL;
    long long added = 0, removed = 0;

    if (text_starts(entry, "-\t-\t"))
        return true;
    added = strtoll(entry, &rest, 10);
    if (rest == entry || *rest != '\t')
        return false;
    entry = rest + 1;
    removed = strtoll(entry, &rest, 10);
    if (rest == entry || *rest != '\t' || added < 0 || removed < 0 || added > LINES_MAX || removed > LINES_MAX)
        return false;
    stat->added += added;
    stat->removed += removed;
    return true;
}

/* Entries end with a NUL; the path of one that was renamed is empty, and its two paths follow. */
bool git_stat_read(struct git_stat *stat, const struct text *out, struct err *err) {
    const char *at = text_str(out), *end = at + out->len;

    *stat = (struct git_stat){0};
    while (at < end) {
        size_t n = strlen(at);

        if (!count_lines(at, stat))
            return err_set(err, MC_UNAVAILABLE, "git diff-tree --numstat has said what it never says");
        stat->files++;
        for (int names = n && at[n - 1] == '\t' ? 2 : 0; names && at + n + 1 < end; names--)
            n += 1 + strlen(at + n + 1);
        at += n + 1;
    }
    return true;
}

bool git_diffstat(const struct git *git, const struct git_span *span, struct git_stat *stat, struct err *err) {
    const char *const args[] = {PLAIN_DIFF, "--numstat", "-z", "--end-of-options", span->from, span->to, "--", NULL};
    struct text out = {0};
    struct git_result result = {.out = &out};
    bool ok = git_run(git, &(struct git_call){.args = args, .timeout_ms = span->timeout_ms}, &result, err) &&
              git_stat_read(stat, &out, err);

    text_release(&out);
    return ok;
}

bool git_diff(const struct git *git, const struct git_span *span, const struct git_sink *sink, struct err *err) {
    const char *const args[] = {PLAIN_DIFF,
                                "--patch",
                                "--src-prefix=a/",
                                "--dst-prefix=b/",
                                "--full-index",
                                "--end-of-options",
                                span->from,
                                span->to,
                                "--",
                                NULL};
    struct git_result result = {0};

    return git_run(
        git, &(struct git_call){.args = args, .sink = sink, .output_max = DIFF_MAX, .timeout_ms = span->timeout_ms},
        &result, err);
}
