/* Each call of git that there is, as spawn.h is asked for it: where, with what words, environment and limits; and what
 * is made of what git answers. No git is run. */
#include "samples.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/folder.h"
#include "host/git.h"
#include "host/git_crate.h"
#include "host/git_entry.h"
#include "host/git_index.h"
#include "host/git_keep.h"
#include "host/git_marks.h"
#include "host/git_oid.h"
#include "host/git_onto.h"
#include "host/git_part.h"
#include "host/git_place.h"
#include "host/git_remote.h"
#include "host/git_settings.h"
#include "host/git_show.h"
#include "host/git_status.h"
#include "host/git_tree.h"
#include "host/spawn.h"
#include "host/uproot.h"
#include "worlds.h"

#define A "587be6b4c3f93f93c489c0111bba5596147a26cb"
#define B "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

/* What the next ones answer; behind them nothing, and all is well. */
struct answer {
    const char *out, *said;
    int status, signal;
    size_t n;                   /* of out; 0: all of it */
    void (*does)(const char *); /* what it does there, to this */
    const char *to;
    bool late, none;
};
static const struct answer *answers;
static size_t answers_left;
static struct text *told; /* what is asked */
static bool whole;        /* with its environment */
static int gits, sleeps;

static void put(const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '\0')
            text_add(told, "\\0");
        else
            text_addc(told, bytes[i]);
}

static bool tell_input(const struct spawn *spawn, struct err *err) {
    char bytes[16];
    if (spawn->input != NULL) {
        text_add(told, "\n  input ");
        put(spawn->input, spawn->input_len);
    }
    for (size_t n = sizeof bytes; spawn->source != NULL && n > 0;) {
        n = sizeof bytes;
        if (!spawn->source->more(spawn->source->context, bytes, &n, err))
            return false;
        put(bytes, n);
    }
    return true;
}

bool __wrap_spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err);
bool __wrap_spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err) {
    const struct answer none = {0}, *answer = answers_left > 0 ? answers : &none;
    answers += answers_left > 0;
    answers_left -= answers_left > 0;
    const char *out = answer->out ? answer->out : "";
    size_t n = answer->n > 0 ? answer->n : strlen(out);
    gits++;
    for (size_t i = 0; i < spawn->argv->count; i++)
        text_addf(told, "%s%s", i > 0 ? " " : "", spawn->argv->items[i]);
    text_addf(told, "\n  at %s, %lld ms, %zu bytes, lock %d, bound %d, sink %d, said %d", spawn->cwd,
              (long long)spawn->timeout_ms, spawn->output_max, spawn->inherit, spawn->bound, spawn->sink != NULL,
              result->errors != NULL);
    for (size_t i = 0; whole && i < spawn->env->count; i++)
        text_addf(told, "\n  %s", spawn->env->items[i]);
    if (!tell_input(spawn, err))
        return false;
    text_addc(told, '\n');
    if (spawn->meanwhile != NULL)
        spawn->meanwhile->work(spawn->meanwhile->context);
    if (answer->none)
        return err_set(err, MC_OSERR, "no process");
    if (answer->does != NULL)
        answer->does(answer->to);
    for (size_t at = 0, piece; spawn->sink != NULL && at < n; at += piece) { /* in two pieces */
        piece = at == 0 && n > 1 ? n / 2 : n - at;
        if (!spawn->sink->take(spawn->sink->context, out + at, piece, err))
            return false;
    }
    if (result->errors != NULL)
        text_add(result->errors, answer->said ? answer->said : "");
    result->status = answer->status;
    result->signal = answer->signal;
    result->timed_out = answer->late;
    return true;
}

void __wrap_clock_sleep(int64_t ms);
void __wrap_clock_sleep(int64_t ms) {
    sleeps++;
    text_addf(told, "sleeps %lld\n", (long long)ms);
}

int64_t __wrap_clock_here(void);
int64_t __wrap_clock_here(void) {
    return INT64_C(1700000000999);
}

static int64_t now;
int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return now;
}

#define ANSWERS(...)                                                                                                   \
    (answers = (const struct answer[]){__VA_ARGS__},                                                                   \
     answers_left = sizeof(const struct answer[]){__VA_ARGS__} / sizeof(struct answer))

static char checkout[] = "/nowhere/repo", ssh[] = "ssh -x";
static char common[] = "/nowhere/repo/.git", repo[] = "/repo dir";
static struct git git = {.program = (char[]){"/bin/git"}, .repo = repo, .common = common, .main = checkout, .lock = -1};
static const struct git_tree tree = {
    .git = &git, .path = (char[]){"/nowhere/pool/pool-1"}, .admin = (char[]){"/nowhere/repo/.git/worktrees/pool-1"}};
static struct git_tree there_is; /* one in a folder */
static struct err failure;

/* How it ended, and how many of the answers nobody asked for. */
static bool ended(bool done) {
    text_addf(told, "= %d", done);
    if (failure.code != MC_OK || failure.text != NULL)
        text_addf(told, " %d %s", (int)failure.code, sample_word(failure.text));
    if (answers_left > 0)
        text_addf(told, " (%zu more)", answers_left);
    text_addc(told, '\n');
    err_release(&failure);
    failure = (struct err){0};
    answers_left = 0;
    return done;
}

static bool take(void *context, const char *bytes, size_t n, struct err *err) {
    (void)context;
    (void)err;
    text_add(told, "takes ");
    put(bytes, n);
    text_addc(told, '\n');
    return true;
}
static const struct git_sink sink = {take, NULL};

static void work(void *context) {
    (void)context;
    text_add(told, "works\n");
}

static const char *const status[] = {"status", "-z", NULL};

/* One call, and what comes of it. */
static void run(const struct git_call *call, bool with_errors) {
    struct text out = {0}, said = {0};
    struct git_result result = {.out = &out, .errors = with_errors ? &said : NULL};
    bool done = git_run(&git, call, &result, &failure);
    text_addf(told, "[%s] [%s] %d ", text_str(&out), text_str(&said), result.status);
    ended(done);
    text_release(&out);
    text_release(&said);
}

static void set_environment(void) {
    static const char *const names[] = {"HOME",
                                        "XDG_CONFIG_HOME",
                                        "TZ",
                                        "TMPDIR",
                                        "USER",
                                        "LOGNAME",
                                        "SSH_AUTH_SOCK",
                                        "http_proxy",
                                        "https_proxy",
                                        "HTTPS_PROXY",
                                        "all_proxy",
                                        "ALL_PROXY",
                                        "no_proxy",
                                        "NO_PROXY",
                                        "SSL_CERT_FILE",
                                        "SSL_CERT_DIR",
                                        "XDG_RUNTIME_DIR",
                                        "DBUS_SESSION_BUS_ADDRESS",
                                        "XDG_DATA_HOME",
                                        "XDG_CACHE_HOME",
                                        "KRB5CCNAME",
                                        "GIT_DIR",
                                        "HTTP_PROXY",
                                        "LD_PRELOAD"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *value = xasprintf("of %s", names[i]);
        setenv(names[i], value, 1);
        free(value);
    }
    unsetenv("LOGNAME");
    setenv("PATH", "/a:/b", 1);
}

static void environment(struct text *out) {
    const char *const settings[] = {"core.own", "1", "core.other", "2", NULL};
    const struct git_tree crate = {.git = &git, .path = tree.path, .admin = tree.admin, .objects = "/objects"};
    (void)out;
    whole = true;
    set_environment();
    argv_adds(&git.settings.guards, (const char *const[]){"guard.a", "x", "guard.b", "y", NULL});
    argv_adds(&git.settings.network, (const char *const[]){"credential.helper", "h", NULL});
    git.settings.ssh = ssh;
    run(&(struct git_call){.args = status}, false);
    run(&(struct git_call){.tree = &tree, .args = status}, false);
    run(&(struct git_call){.tree = &crate, .args = status, .index = "/an/index", .settings = settings}, false);
    run(&(struct git_call){.args = (const char *const[]){"fetch", "x", NULL}, .network = true}, false);
    whole = false;
    git.lock = 7;
    run(&(struct git_call){.args = (const char *const[]){"push", "x", NULL}, .network = true}, false);
    git.main = NULL;
    run(&(struct git_call){.tree = &tree, .args = (const char *const[]){"ls-remote", NULL}, .network = true}, false);
    run(&(struct git_call){.args = (const char *const[]){"fetch", NULL}}, false);
    setenv("PATH", "", 1);
    whole = true;
    git.settings.ssh = NULL;
    run(&(struct git_call){.args = (const char *const[]){"fetch", NULL}, .network = true}, false);
    whole = false;
    git.lock = -1;
    git.main = checkout;
    argv_release(&git.settings.guards);
    argv_release(&git.settings.network);
}

static void limits(struct text *out) {
    const struct spawn_meanwhile meanwhile = {.work = work};
    (void)out;
    run(&(struct git_call){.args = status, .timeout_ms = 5000, .output_max = 7, .input = "in\0put", .input_len = 6},
        true);
    ANSWERS({.out = "1234567", .said = "words", .status = 3});
    run(&(struct git_call){.args = status, .output_max = 7}, true);
    ANSWERS({.out = "12345678"});
    run(&(struct git_call){.args = status, .output_max = 7}, true);
    ANSWERS({.out = "12345678"});
    run(&(struct git_call){.args = status, .output_max = 7, .sink = &sink, .meanwhile = &meanwhile}, true);
    ANSWERS({.out = "1234567"});
    run(&(struct git_call){.args = status, .output_max = 7, .sink = &sink}, true);
    ANSWERS({.late = true, .signal = 9, .status = -1});
    run(&(struct git_call){.args = status}, true);
    ANSWERS({.signal = 15, .status = -1});
    run(&(struct git_call){.tree = &tree, .args = status}, true);
    ANSWERS({.signal = 25, .status = -1});
    run(&(struct git_call){.args = status}, false);
    ANSWERS({.none = true, .status = 1});
    run(&(struct git_call){.args = status}, false);
    now = 1000;
    git_until(61000);
    run(&(struct git_call){.args = status}, false);
    run(&(struct git_call){.args = status, .timeout_ms = 60000}, false);
    run(&(struct git_call){.args = status, .timeout_ms = 59999}, false);
    now = 61000;
    run(&(struct git_call){.args = status}, false);
    now = 70000;
    run(&(struct git_call){.args = status, .timeout_ms = 5}, false);
    git_until(0);
    run(&(struct git_call){.args = status, .timeout_ms = 5}, false);
}

/* Whose fault it is, by each of git's words, of the repository and of one tree. */
static void faults(struct text *out) {
    static const char *const said[] = {
        "",
        "\n",
        "words",
        "first\nsecond",
        "first\nfatal: the reason\nmore",
        "first\nerror: the\x1b[1m reason\nfatal: another",
        "x fatal: y",
        "No space left on device",
        "Disk quota exceeded",
        "Input/output error",
        "Read-only file system",
        "File too large",
        "Out of diskspace",
        "unable to write",
        "error: couldn't write '/r/refs/mc/x.lock'",
        "write error",
        "Out of memory",
        "out of memory",
        "Cannot allocate memory",
        "Too many open files",
        "Resource temporarily unavailable",
        "died of signal",
        "bad config line 1 in file x",
        "bad numeric config value",
        "bad boolean config value",
        "bad zlib compression level",
        "unknown repository extension",
        "Expected git repo version",
        "bad config line 1 in file /nowhere/repo/.git/worktrees/pool-1/config",
        "bad config line 1 in file /nowhere/pool/pool-1/sub/.git",
        "bad config line 1: write error",
        "error: x in file /x\nfatal: bad config line 1 in file /home/ada/.git config",
        "fatal: bad config variable 'a.b' in file '/home/ada/.gitconfig' at line 3",
        "fatal: bad numeric config value 'x' for 'core.abbrev' in file /etc/gitconfig: invalid unit",
        "transport 'ext' not allowed",
        "transport 'ext' is",
        "it is ' not allowed",
        "cannot lock ref 'refs/mc/a/b': 'refs/mc/a' exists; cannot create 'refs/mc/a/b'",
        "cannot lock ref 'refs/mc': 'refs/it''s' exists; cannot create 'refs/mc'",
        "refs/x' exists; cannot create 'refs/mc",
        "cannot lock ref 'a/b': 'a' exists; cannot create 'a/b'",
    };
    const char *const long_ref[] = {"rev-parse", NULL};
    (void)out;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        for (int of_tree = 0; of_tree < 2; of_tree++) {
            ANSWERS({.said = said[i], .status = 128});
            run(&(struct git_call){.tree = of_tree ? &tree : NULL, .args = status}, false);
        }
    ANSWERS({.said = "transport 'ext' not allowed", .status = 128});
    run(&(struct git_call){.args = status, .network = true}, false);
    for (int longer = 0; longer < 2; longer++) {
        char name[302], *text;
        memset(name, 'r', sizeof name);
        name[299 + longer] = '\0';
        text = xasprintf("'%s' exists; cannot create 'refs/mc/x'", name);
        ANSWERS({.said = text, .status = 128});
        run(&(struct git_call){.args = long_ref}, false);
        free(text);
    }
}

static void commit_of(const char *name) {
    char oid[OID_SIZE] = "before";
    bool done = git_commit_of(&git, name, oid, &failure);
    text_addf(told, "%s ", oid);
    ended(done);
}

static void fork_of(const struct git_span *span) {
    char oid[OID_SIZE] = "before";
    bool done = git_fork(&git, span, oid, &failure);
    text_addf(told, "%s ", oid);
    ended(done);
}

#define LONG A A "00"

static void names(struct text *out) {
    const struct git_span span = {.from = "from", .to = "to", .timeout_ms = 9000};
    (void)out;
    ANSWERS({.out = A "\n"});
    commit_of("main");
    ANSWERS({.out = A "\nmore\n"});
    commit_of("");
    ANSWERS({.out = A "\n", .status = 1});
    commit_of("gone");
    ANSWERS({.out = A "\n", .said = "fatal: what", .status = 2});
    commit_of("gone");
    ANSWERS({.out = LONG "\n"});
    commit_of("long");
    ANSWERS({.none = true});
    commit_of("main");
    ANSWERS({.out = A "\n"});
    fork_of(&span);
    ANSWERS({.out = A "\n", .status = 1});
    fork_of(&span);
    ANSWERS({.out = LONG "\n"});
    fork_of(&span);
    ANSWERS({.none = true});
    fork_of(&span);
}

static void beyond(void) {
    int64_t commits = 77;
    bool done =
        git_beyond(&git, &(struct git_span){.from = "from", .to = "to", .timeout_ms = 8000}, &commits, &failure);
    text_addf(told, "%lld ", (long long)commits);
    ended(done);
}

static void stat_of(const char *said, size_t n) {
    struct git_stat stat = {7, 7, 7};
    bool done;
    ANSWERS({.out = said, .n = n});
    done = git_diffstat(&git, &(struct git_span){.from = "from", .to = "to", .timeout_ms = 7000}, &stat, &failure);
    text_addf(told, "%lld files +%lld -%lld ", (long long)stat.files, (long long)stat.added, (long long)stat.removed);
    ended(done);
}
#define STAT_OF(said) stat_of(said, sizeof said)

static void shows(struct text *out) {
    const struct git_span span = {.from = "from", .to = "to", .timeout_ms = 6000};
    struct git_tree_diff diff = {.tree = &tree, .sink = &sink, .timeout_ms = 5000};
    size_t files = 9;
    bool done;
    (void)out;
    ANSWERS({.out = "12\n"});
    beyond();
    ANSWERS({.out = "12"});
    beyond();
    ANSWERS({.out = "0\n"});
    beyond();
    ANSWERS({.out = "-1\n"});
    beyond();
    ANSWERS({.out = "\n"});
    beyond();
    ANSWERS({.out = ""});
    beyond();
    ANSWERS({.said = "fatal: bad", .status = 128});
    beyond();
    STAT_OF("1\t2\ta\0"
            "-\t-\tbin\0"
            "3\t4\t\0from\0to\0"
            "0\t0\tb");
    STAT_OF("1\t2\t\0a\0b");
    STAT_OF("1\t2\t\0a");
    stat_of("1\t2\t", 4);
    STAT_OF("2147483647\t2147483647\ta");
    STAT_OF("2147483648\t1\ta");
    STAT_OF("1\t2147483648\ta");
    STAT_OF("-1\t1\ta");
    STAT_OF("1\t-1\ta");
    STAT_OF("x\t1\ta");
    STAT_OF("1 1\ta");
    STAT_OF("1\tx\ta");
    STAT_OF("1\t1 a");
    STAT_OF("\t1\ta");
    STAT_OF("1\t\ta");
    STAT_OF("-\t1\ta");
    ANSWERS({.out = "the patch"});
    ended(git_diff(&git, &span, &sink, &failure));
    ANSWERS({.said = "fatal: no", .status = 128});
    ended(git_diff(&git, &span, &sink, &failure));
    ANSWERS({.out = "the lines"});
    ended(git_stat_lines(&git, &span, &sink, &failure));
    ANSWERS({.said = "fatal: no", .status = 128});
    ended(git_stat_lines(&git, &span, &sink, &failure));
    for (int stat = 0; stat < 2; stat++) {
        diff.stat = stat == 1;
        ANSWERS({.out = "the tree's"});
        ended(git_tree_diff(&diff, &failure));
    }
    ANSWERS({.said = "fatal: no", .status = 128});
    ended(git_tree_diff(&diff, &failure));
    ANSWERS({.out = "? a\0? b\0? c", .n = 12});
    done = git_tree_count(&tree, 4000, &files, &failure);
    text_addf(told, "%zu ", files);
    ended(done);
    ANSWERS({.said = "fatal: no", .status = 128});
    done = git_tree_count(&tree, 4000, &files, &failure);
    text_addf(told, "%zu ", files);
    ended(done);
}

static void push(const char *commit) {
    ended(git_push(&git, &(struct git_pushing){"origin", "mc-1", 30000, commit}, &failure));
}

static void fetch(bool any) {
    const struct git_pushing fetching = {.remote = "origin", .branch = "main", .timeout_ms = 20000};
    bool there = true;
    bool done = any ? git_fetch_any(&git, &fetching, &there, &failure) : git_fetch(&git, &fetching, &failure);
    text_addf(told, "there %d ", there);
    ended(done);
}

static void address(void) {
    struct text lines = {0};
    bool done = git_push_address(&git, "origin", &lines, &failure);
    text_addf(told, "[%s] ", text_str(&lines));
    ended(done);
    text_release(&lines);
}

static void remotes(struct text *out) {
    static const char *const said[] = {"",
                                       "\n",
                                       "first\nsecond",
                                       "first\nerror: e\nfatal: f\nremote: r\nremote: fatal: rf\nremote: error: re",
                                       "first\nerror: e\nfatal: f\nremote: r\nremote: fatal: rf",
                                       "first\nerror: e\nfatal: f\nremote: r",
                                       "first\nerror: e\nfatal: f",
                                       "first\nerror: e",
                                       "fatal: x does not appear to be a git repository",
                                       "fatal: could not read: terminal prompts disabled",
                                       "x: Permission denied (publickey)",
                                       "fatal: Authentication failed for x",
                                       "Host key verification failed.",
                                       "fatal: transport 'ext' not allowed",
                                       "fatal: couldn't find remote ref refs/heads/main"};
    static const char *const pushed[] = {
        "To x\n!\ta:b\t[rejected] (non-fast-forward)\nDone",
        "!\ta:b\t[rejected] (fetch first)",
        "!\ta:b\t[remote rejected] (pre-receive\x1b[1m hook declined)\nDone\n",
        "!\ta:b",
        "=\ta:b\t[up to date]",
    };
    (void)out;
    push(NULL);
    push(A);
    for (size_t i = 0; i < sizeof pushed / sizeof *pushed; i++) {
        ANSWERS({.out = pushed[i], .said = "remote: not here\nerror: failed", .status = 1});
        push(NULL);
    }
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        ANSWERS({.said = said[i], .status = 128});
        push(NULL);
        ANSWERS({.said = said[i], .status = 128});
        fetch(true);
        ANSWERS({.said = said[i], .status = 128});
        fetch(false);
    }
    ANSWERS({.none = true});
    push(NULL);
    ANSWERS({.none = true});
    fetch(true);
    fetch(true);
    fetch(false);
    ANSWERS({.said = "cannot lock ref 'x'", .status = 1},
            {.said = "Unable to create 'x.lock': File exists", .status = 1}, {0});
    fetch(false);
    ANSWERS({.said = "cannot lock ref", .status = 1}, {.said = "cannot lock ref", .status = 1},
            {.said = "cannot lock ref", .status = 1}, {0});
    push(NULL);
    ANSWERS({.said = "cannot lock ref", .status = 0});
    push(NULL);
    ANSWERS({.said = "cannot lock ref", .status = 1}, {.none = true}, {0});
    push(NULL);
    ANSWERS({.out = "an address\n"});
    address();
    ANSWERS({.out = "half", .said = "no such remote", .status = 2}, {.out = "the name\n"});
    address();
    ANSWERS({.said = "no such remote", .status = 2}, {.said = " and no address", .status = 1});
    address();
    ANSWERS({.said = "no such remote", .status = 2}, {.none = true});
    address();
    ANSWERS({.none = true});
    address();
}

/* A branch that may go, by who else holds its commit, and where it is checked out. */
static void drops(struct text *out) {
    static const char own[] = "refs/heads/mc-1 \n", other[] = "refs/heads/main \n";
    static const char *const listings[][2] = {
        {own, own},
        {"refs/heads/mc-1 \nrefs/heads/main \n", own},
        {other, own},
        {other, "refs/heads/mc-1 /pool/pool-1\n"},
        {"refs/heads/mc-1 /pool/pool-1\nrefs/heads/main \n", own},
        {"refs/heads/mc-12 \n", own},
        {"refs/heads/main /repo\n", own},
        {"", ""},
        {"", own},
    };
    bool dropped = true, done;
    (void)out;
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++) {
        ANSWERS({.out = A "\n"}, {.out = listings[i][0]}, {.out = listings[i][1]}, {0});
        done = git_branch_drop(&git, "mc-1", &dropped, &failure);
        text_addf(told, "dropped %d ", dropped);
        ended(done);
    }
    for (int at = 0; at < 5; at++) { /* one of its gits fails */
        const struct answer fails = {.said = "fatal: no", .status = 128},
                            good[] = {{.out = A}, {.out = other}, {.out = own}};
        struct answer four[4] = {good[0], good[1], good[2], {0}};
        if (at < 4)
            four[at] = fails;
        else
            four[0] = (struct answer){.status = 1};
        answers = four;
        answers_left = 4;
        done = git_branch_drop(&git, "mc-1", &dropped, &failure);
        text_addf(told, "dropped %d ", dropped);
        ended(done);
    }
}

/* "H 100644 OID 0\tPATH" */
static void marks(struct text *out) {
    static const char listed[] = "H 100644 " A " 0\ta\0h 100644 " A " 0\tb\0z 100644 " A " 0\tc\0S 100644 " A
                                 " 0\td\0s 100644 " A " 0\te\0H 160000 " A " 0\tsub";
    static const char *const none[] = {"", "H 100644", "H", "HH 100644 " A " 0\ta", "\ta"};
    const struct spawn_meanwhile meanwhile = {.work = work};
    struct git_marks found;
    bool done;
    (void)out;
    ANSWERS({.out = listed, .n = sizeof listed});
    done = git_marks_read(&found, &tree, &meanwhile, &failure);
    text_add(told, "assumed ");
    put(text_str(&found.assumed), found.assumed.len);
    text_addf(told, " skipped %zu submodules %zu hide %d ", found.skipped.len, found.submodules.count,
              git_marks_hide(&found));
    ended(done);
    ended(git_marks_clear(&found, &tree, &failure));
    text_addn(&found.skipped, "x", 2);
    ended(git_marks_clear(&found, &tree, &failure));
    for (int fails = 0; fails < 2; fails++) {
        ANSWERS({.said = "fatal: no", .status = fails == 0}, {.said = "fatal: neither", .status = 1});
        ended(git_marks_clear(&found, &tree, &failure));
    }
    text_clear(&found.assumed);
    text_addf(told, "hide %d ", git_marks_hide(&found));
    ended(git_marks_clear(&found, &tree, &failure));
    git_marks_release(&found);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ANSWERS({.out = none[i], .n = strlen(none[i]) + 1});
        ended(git_marks_read(&found, &tree, NULL, &failure));
        git_marks_release(&found);
    }
    ANSWERS({.said = "fatal: no", .status = 1});
    ended(git_marks_read(&found, &tree, NULL, &failure));
    git_marks_release(&found);
}

static void changes(const char *listed, size_t n, const struct answer *answer) {
    const struct spawn_meanwhile meanwhile = {.work = work};
    struct git_listing listing;
    bool done;
    ANSWERS({.out = listed, .n = n, .said = answer->said, .status = answer->status, .none = answer->none});
    done = git_status_read(&listing, &tree, &(struct git_asking){.meanwhile = &meanwhile}, &failure);
    text_addf(told, "head [%s] unreadable %zu\n", listing.head, listing.unreadable);
    for (size_t i = 0; i < listing.changes.count; i++) {
        const struct git_change *change = &listing.changes.items[i];
        text_addf(told, "%s: kind %d staged %d head %d\n", change->path, change->kind, change->staged, change->in_head);
    }
    ended(done);
    git_listing_release(&listing);
}

static void statuses(struct text *out) {
    static const char listed[] = "# branch.oid " A "\0# branch.head (detached)\0"
                                 "1 .M N... 100644 100644 100644 " A " " B " a b\0"
                                 "1 M. N... 100644 100644 100755 " A " " B " c\0"
                                 "1 A. N... 000000 100644 100644 " A " " B " d\0"
                                 "1 .M S.M. 160000 160000 160000 " A " " B " sub\0"
                                 "u UU N... 100644 100644 100644 100644 " A " " B " " A " e f\0"
                                 "u AA N... 000000 000000 100644 100644 " A " " B " " A " g\0"
                                 "? new\0? nested/",
                      unborn[] = "# branch.oid (initial)";
    (void)out;
    changes(listed, sizeof listed, &(struct answer){0});
    changes(
        unborn, sizeof unborn,
        &(struct answer){.said = "warning: could not open directory 'a/'\nwarning: could not open directory 'b/'\n"});
    changes(unborn, sizeof unborn, &(struct answer){.said = "fatal: no", .status = 128});
    changes(unborn, sizeof unborn, &(struct answer){.none = true});
}

static void pieces(struct text *out) {
    struct text entries = {0};
    struct git_index_edit edit = {.base = B, .entries = &entries};
    char oid[OID_SIZE] = "before";
    int answered = 7;
    (void)out;
    text_add(&entries, "entries");
    whole = true;
    ANSWERS({0}, {0}, {.out = A "\n"});
    ended(git_index_edited(&tree, &edit, oid, &failure));
    whole = false;
    text_addf(told, "%s\n", oid);
    for (int at = 0; at < 3; at++) {
        struct answer three[3] = {{0}, {0}, {.out = A "\n"}};
        three[at] = (struct answer){.said = "fatal: no", .status = 1};
        answers = three;
        answers_left = 3;
        ended(git_index_edited(&tree, &edit, oid, &failure));
    }
    ANSWERS({.said = "fatal: differs", .status = 1});
    ended(git_part(&tree, &(struct git_part){.args = status, .status = &answered}, &failure));
    text_addf(told, "answered %d\n", answered);
    ANSWERS({.out = B "\n"});
    ended(git_part_head(&tree, oid, &failure));
    text_addf(told, "%s\n", oid);
    ANSWERS({.out = B A "\n"});
    ended(git_part_head(&tree, oid, &failure));
    text_addf(told, "%s\n", oid);
    text_addf(told, "%d%d%d%d%d%d\n", git_is_oid(A, 40), git_is_oid(A, 39), git_is_oid(A A, 64), git_is_oid(A A, 63),
              git_is_oid(A "g", 41), git_is_oid("g" A, 40));
    text_release(&entries);
}

static void list_settings(const struct git_settings *settings, size_t from) {
    for (size_t i = from; i + 1 < settings->guards.count; i += 2)
        text_addf(told, "guard %s=%s\n", settings->guards.items[i], settings->guards.items[i + 1]);
    for (size_t i = 0; i + 1 < settings->network.count; i += 2)
        text_addf(told, "network %s=%s\n", settings->network.items[i], settings->network.items[i + 1]);
    text_addf(told, "ssh %s, includes %d\n", sample_word(settings->ssh), settings->includes);
}

static void settings_of(const char *listed, size_t n, size_t from) {
    struct git_settings settings;
    bool done;
    ANSWERS({.out = listed, .n = n});
    done = git_settings_read(&settings, &git, NULL, &failure);
    list_settings(&settings, from);
    ended(done);
    git_settings_release(&settings);
}
#define SETTINGS_OF(listed) settings_of(listed, sizeof listed, own)

/* So many filters, each with four guards of two words. */
static void many_filters(size_t filters, bool one_remote, size_t own) {
    struct text listed = {0};
    struct git_settings settings;
    bool done;
    for (size_t i = 0; i < filters; i++) {
        text_addn(&listed, "local", sizeof "local");
        text_addf(&listed, "filter.%zu.clean\nx", i);
        text_addc(&listed, '\0');
    }
    if (one_remote)
        text_addn(&listed, "local\0remote.a.prune\nx", sizeof "local\0remote.a.prune\nx");
    ANSWERS({.out = text_str(&listed), .n = listed.len});
    done = git_settings_read(&settings, &git, NULL, &failure);
    text_addf(told, "%zu guards, %zu for the network ", settings.guards.count - own, settings.network.count);
    ended(done);
    git_settings_release(&settings);
    text_release(&listed);
}

static void settings(struct text *out) {
    struct git_settings all;
    size_t own;
    (void)out;
    ended(git_settings_read(&all, &git, NULL, &failure));
    own = all.guards.count;
    list_settings(&all, 0);
    git_settings_release(&all);
    SETTINGS_OF("local\0filter.a.clean\nx\0local\0filter.a.smudge\ny\0local\0filter.b=c.d.required\ntrue");
    SETTINGS_OF("local\0filter.a\nx\0local\0filters.a.clean\nx\0local\0filter.a.b");
    SETTINGS_OF("global\0include.path\nx\0system\0include.path\nx");
    SETTINGS_OF("local\0include.path\nx");
    SETTINGS_OF("global\0includeif.gitdir:x.path\nx");
    SETTINGS_OF("local\0remote.a.mirror\ntrue\0local\0remote.a.prune\ntrue\0local\0remote.a.prunetags\ntrue\0"
                "local\0remote.a.url\nx\0local\0remotes.a.prune\nx\0global\0remote.b.prune");
    SETTINGS_OF("global\0credential.helper\na\0system\0credential.https://h.helper\nb\0"
                "local\0credential.helper\nevil\0global\0credential.helper\0global\0credential.username\nx");
    SETTINGS_OF("global\0core.sshcommand\nssh -v\0local\0core.sshcommand\nevil");
    SETTINGS_OF("global\0core.sshcommand\nssh -v\0global\0core.sshcommand\n/usr/bin/ssh");
    SETTINGS_OF("global\0core.sshcommand\nmyssh");
    SETTINGS_OF("global\0core.sshcommand\nplink -ssh\0global\0core.other\nx");
    SETTINGS_OF("global\0core.sshcommand");
    SETTINGS_OF("local\0extensions.refstorage\nreftable\0local\0core.bare\ntrue");
    SETTINGS_OF("local\0extensions.refstorage\nfiles");
    SETTINGS_OF("local");
    SETTINGS_OF("local\0filter.a.clean\nx\0local");
    many_filters((4000 - own) / 8, false, own);
    many_filters((4000 - own) / 8, true, own);
    many_filters((4000 - own) / 8 + 1, false, own);
    many_filters((4000 - own) / 8 + 2, true, own);
    for (int i = 0; i < 4; i++) {
        ANSWERS({.said = i % 2 ? "fatal: bad config line 1 in file /nowhere/repo/.git/worktrees/pool-1/config.worktree"
                               : "fatal: what",
                 .status = 128});
        ended(git_settings_read(&all, &git, i < 2 ? NULL : &tree, &failure));
        git_settings_release(&all);
    }
    ANSWERS({.said = "fatal: write error", .status = 128});
    ended(git_settings_read(&all, &git, NULL, &failure));
    git_settings_release(&all);
    ANSWERS({.none = true});
    ended(git_settings_read(&all, &git, &tree, &failure));
    git_settings_release(&all);
}

/* A folder of its own, in which the repository and its pool are; what is told of it says "~". */
static char *home;
static struct text *telling;
static struct text at_home;

static void home_enter(struct text *out) {
    char name[256];
    snprintf(name, sizeof name, "%s/mcgitXXXXXX", worlds());
    if (mkdtemp(name) == NULL || chdir(name) != 0)
        exit(2);
    home = folder_resolved(name);
    telling = out;
    told = &at_home;
    git.common = xasprintf("%s/git", home);
    git.main = NULL;
    git.repo = home;
    there_is.git = &git;
    there_is.path = xasprintf("%s/pool/one", home);
    there_is.admin = xasprintf("%s/git/worktrees/one", home);
}

static void home_leave(void) {
    const char *rest = text_str(&at_home);
    for (const char *next; (next = strstr(rest, home)) != NULL; rest = next + strlen(home)) {
        text_addn(telling, rest, (size_t)(next - rest));
        text_addc(telling, '~');
    }
    text_add(telling, rest);
    text_release(&at_home);
    told = telling;
    if (chdir("/") != 0 || !uproot(home, INT64_MAX))
        exit(2);
    free(home);
    free(git.common);
    free(there_is.path);
    free(there_is.admin);
    git.common = common;
    git.main = checkout;
    git.repo = repo;
}

static void folder(const char *path) {
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        exit(2);
}

static void put_file(const char *path, const char *words) {
    FILE *file = fopen(path, "w");
    for (; *words != '\0'; words++)
        if (*words == '~')
            (void)fputs(home, file);
        else
            (void)fputc(*words, file);
    (void)fclose(file);
}

/* The entry of the one worktree, with this HEAD and lock, and the worktree. */
static void make_tree(const char *head, const char *locked) {
    folder("git");
    folder("git/worktrees");
    folder("git/worktrees/one");
    put_file("git/HEAD", "ref: refs/heads/main");
    put_file("git/worktrees/one/gitdir", "~/pool/one/.git\n");
    put_file("git/worktrees/one/commondir", "../..\n");
    put_file("git/worktrees/one/HEAD", head);
    if (locked)
        put_file("git/worktrees/one/locked", locked);
    folder("pool");
    folder("pool/one");
    put_file("pool/one/.git", "gitdir: ~/git/worktrees/one\n");
}

static void has(const char *path) {
    text_addf(told, "%s is %s\n", path, files_exists(path) ? "there" : "gone");
}

static void makes(const char *locked) {
    make_tree(A "\n", locked);
}

static void adding(void) {
    ended(git_tree_add(&git, there_is.path, B, &failure));
}

#define EARLY "fatal: failed to read ~/git/worktrees/two/commondir: Success"

static void adds(struct text *out) {
    static struct answer early[101];
    struct text quiet = {0}, *aloud;
    home_enter(out);
    folder("pool");
    adding(); /* it says that all is well, and there is nothing */
    ANSWERS({.said = "fatal: 'x' already exists", .status = 128});
    adding();
    ANSWERS({.said = "fatal: what", .status = 128});
    adding();
    ANSWERS({.none = true});
    adding();
    ANSWERS({.said = "fatal: failed to read x", .status = 128});
    adding();
    ANSWERS({.said = EARLY, .status = 128}, {.does = makes, .to = GIT_ENTRY_MARK});
    adding();
    has("git/worktrees/one/locked");
    make_tree(A "\n", GIT_ENTRY_MARK);
    put_file("git/worktrees/one/index.lock", "");
    put_file("git/worktrees/one/HEAD.lock", "");
    ANSWERS({.said = "fatal: no reset", .status = 128});
    adding(); /* half made, and its files cannot be written */
    has("git/worktrees/one/locked");
    has("git/worktrees/one/index.lock");
    has("git/worktrees/one/HEAD.lock");
    put_file("git/worktrees/one/HEAD", "0000\n");
    ANSWERS({.said = "fatal: half", .status = 128});
    adding(); /* its link is in the way of the next */
    has("pool/one/.git");
    make_tree("0000\n", "by hand");
    ANSWERS({.said = "fatal: half", .status = 128});
    adding();
    make_tree(A "\n", "by hand");
    adding(); /* somebody's, and nothing is run */
    has("pool/one/.git");
    (void)uproot("git/worktrees", INT64_MAX);
    folder("other"); /* one of another repository, with our mark */
    folder("other/worktrees");
    folder("other/worktrees/one");
    put_file("other/worktrees/one/HEAD", A);
    put_file("other/worktrees/one/commondir", "../..");
    put_file("other/worktrees/one/locked", GIT_ENTRY_MARK);
    put_file("pool/one/.git", "gitdir: ~/other/worktrees/one\n");
    ANSWERS({.said = "fatal: 'one' already exists", .status = 128});
    adding();
    has("other/worktrees/one/locked");
    has("pool/one/.git");
    for (size_t i = 0; i < sizeof early / sizeof *early; i++)
        early[i] = (struct answer){.said = EARLY, .status = 128};
    folder("git/worktrees");
    folder("git/worktrees/two");
    put_file("git/worktrees/two/locked", GIT_ENTRY_MARK);
    put_file("git/worktrees/two/commondir", "");
    answers = early;
    answers_left = 101;
    aloud = told;
    told = &quiet;
    gits = sleeps = 0;
    adding();
    told = aloud;
    text_addf(told, "%d gits, %d sleeps %s", gits, sleeps, strstr(text_str(&quiet), "= 0"));
    has("git/worktrees/two/commondir");
    text_release(&quiet);
    home_leave();
}

static void begin_at(const char *head, const char *start) {
    put_file("git/worktrees/one/HEAD", head);
    ended(git_tree_begin(&there_is, &(struct git_branch){.name = "mc-1", .start = start}, &failure));
}

static void moves(struct text *out) {
    static const char *const said[] = {
        "fatal: a branch named 'mc-1' already exists",
        "fatal: cannot lock ref: cannot create 'refs/heads/mc-1/x'",
        ("error: The following untracked working tree files would be overwritten by checkout:\n\tit's\x1b "
         "in/file\nPlease"),
        "error: Updating the following directories would lose untracked files in them:\n\tsrc\n",
        "error: would be overwritten\nby what?",
        "fatal: something else",
    };
    static const char added[] = ":000000 100644 " A " " B " A\0plain\0:000000 100644 " A " " B " A\0deep\0"
                                ":000000 160000 " A " " B " A\0hidden\0:000000 100644 " A " " B " A\0hidden/x\0"
                                ":000000 100644 " A " " B " A\0in/hid\033den";
    home_enter(out);
    make_tree(A, NULL);
    begin_at(A, A);
    begin_at(A, B);
    begin_at("ref: refs/heads/x", A);
    ANSWERS({.out = A});
    begin_at("ref: refs/heads/x", A);
    ANSWERS({.said = "fatal: no", .status = 2});
    begin_at("ref: refs/heads/x", A);
    ANSWERS({.said = "fatal: no room", .status = 2});
    begin_at(A, B);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        ANSWERS({.said = said[i], .status = 128});
        begin_at(A, A);
        ANSWERS({0}, {.said = said[i], .status = 1});
        begin_at(A, B);
    }
    ANSWERS({.none = true});
    begin_at(A, A);
    folder("pool/one/deep");
    folder("pool/one/deep/er");
    folder("pool/one/hidden");
    folder("pool/one/hidden/.git");
    folder("pool/one/in");
    ANSWERS({.out = added, .n = sizeof added});
    begin_at(A, B);
    folder("pool/one/in/hid\033den");
    folder("pool/one/in/hid\033den/x");
    folder("pool/one/in/hid\033den/x/.git");
    ANSWERS({.out = added, .n = sizeof added});
    begin_at(A, B);
    for (int i = 0; i < 5; i++) {
        static const char *const heads[] = {A, "ref: refs/heads/x", "ref: refs/heads/x", "ref: refs/heads/x", ""};
        const struct answer first = i == 1   ? (struct answer){.out = A}
                                    : i == 2 ? (struct answer){.status = 1}
                                             : (struct answer){.status = 2};
        put_file("git/worktrees/one/HEAD", heads[i]);
        ANSWERS(first, {0});
        ended(git_tree_detach(&there_is, &failure));
    }
    begin_at("", A);
    put_file("git/worktrees/one/HEAD", "ref: refs/heads/mc-1\n");
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"mc-1", "mc-", "mc-12"};
        text_addf(told, "on %s: %d\n", names[i], git_tree_on(&there_is, names[i]));
    }
    home_leave();
}

static void expendable(const char *head) {
    put_file("git/worktrees/one/HEAD", head);
    ended(git_tree_expendable(&git, there_is.path, &failure));
}

/* What only the entry of a worktree holds whose folder is gone. */
static void entries(struct text *out) {
    home_enter(out);
    ended(git_tree_expendable(&git, there_is.path, &failure)); /* there is none */
    make_tree(A, "by hand");
    expendable(A);
    put_file("git/worktrees/one/locked", GIT_ENTRY_MARK);
    expendable(A);
    put_file("git/worktrees/one/locked", "initializing");
    expendable(A);
    files_remove("git/worktrees/one/locked");
    expendable("");
    ANSWERS({.status = 1});
    expendable("ref: refs/heads/none");
    ANSWERS({.out = A});
    expendable("ref: refs/heads/x");
    ANSWERS({.out = A});
    expendable(A);
    ANSWERS({.said = "fatal: no", .status = 2});
    expendable(A);
    ANSWERS({.out = A}, {.said = "fatal: no ref", .status = 2});
    expendable(A);
    put_file("git/worktrees/one/index", "");
    ANSWERS({.out = A}, {.out = B "\n"}, {.out = B "\nmore"});
    expendable("ref: refs/heads/x");
    ANSWERS({.out = A}, {.out = B "\n"}, {.out = A}, {.out = A A "\n"});
    expendable("ref: refs/heads/x");
    ANSWERS({.out = A}, {.out = B "\n"}, {.out = A}, {.out = A A "\n"}, {.said = "fatal: no ref", .status = 1});
    expendable("ref: refs/heads/x");
    ANSWERS({.out = A}, {.out = B "\n"}, {.out = A}, {.none = true});
    expendable("ref: refs/heads/x");
    ANSWERS({.out = A}, {.none = true});
    expendable("ref: refs/heads/x");
    ANSWERS({.out = A}, {.out = B}, {.none = true});
    expendable("ref: refs/heads/x");
    ANSWERS({.out = A}, {.out = B, .said = "fatal: unmerged", .status = 128}, {.out = B});
    expendable("ref: refs/heads/x");
    folder("git/worktrees/one/modules");
    put_file("git/worktrees/one/modules/file", "");
    ANSWERS({.status = 1});
    expendable(A);
    folder("git/worktrees/one/modules/sub");
    expendable(A);
    home_leave();
}

static struct slot_facts seen;
static bool glances;

static void look(void) {
    struct git_changes found = {0};
    struct slot_facts *facts = &seen;
    bool done = glances ? git_tree_glance(&there_is, facts, &found, &failure)
                        : git_tree_look(&there_is, facts, &found, &failure);
    text_addf(told, "place %d branch %s head [%s] given [%s] held %d underway %d\n", facts->place,
              sample_word(facts->branch), facts->head, facts->given, facts->held, facts->underway);
    text_addf(told,
              "changed %zu untracked %zu unmerged %zu nested %zu submodules %zu mounted %zu "
              "unreadable %zu bytes %lld example %s\n",
              facts->changed, facts->untracked, facts->unmerged, facts->nested, facts->submodules, facts->mounted,
              facts->unreadable, (long long)facts->bytes, sample_word(facts->example));
    if (facts->held_up)
        text_add(told, "held up\n");
    for (size_t i = 0; i < found.count; i++)
        text_addf(told, "%s: kind %d head %d\n", found.items[i].path, found.items[i].kind, found.items[i].in_head);
    ended(done);
    git_changes_release(&found);
    slot_facts_release(facts);
    seen = (struct slot_facts){.place = SLOT_AT_TREE};
}

static void look_at(const char *head) {
    put_file("git/worktrees/one/HEAD", head);
    look();
}

#define MARKED "h 100644 " A " 0\ttwo"
#define MODULE "H 160000 " A " 0\tsub"
#define HEAD_LINE "# branch.oid " A
#define FILE_LINE "H 100644 " A " 0\t"

/* .gitignore files that nobody lists, one above tracked files, one that is listed, one that is tracked after another of
 * its folder, one that is none, one in a folder that holds nothing tracked. */
static void hide(void) {
    static const char tracked[] =
        FILE_LINE "a/-x\0" FILE_LINE "a/.gitignore\0" FILE_LINE "a/b/x\0" FILE_LINE "a/c/x\0" FILE_LINE
                  "a/x\0" FILE_LINE "ab/x\0" FILE_LINE "d/x\0" FILE_LINE "e/x\0" FILE_LINE "g/h/i/x\0" FILE_LINE "x",
                      listed[] = "? d/.gitignore\0"
                                 "1 .M N... 100644 100644 100644 " A " " B " e/.gitignore";
    static const char *const folders[] = {"a", "a/b", "a/c", "ab", "d", "e", "f", "g", "g/h"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *path = xasprintf("pool/one/%s", folders[i]), *file = xasprintf("%s/.gitignore", path);
        folder(path);
        if (strcmp(folders[i], "a/c") == 0)
            folder(file);
        else
            put_file(file, "*");
        free(path);
        free(file);
    }
    put_file("pool/one/.gitignore", "*");
    ANSWERS({.out = listed, .n = sizeof listed}, {.out = tracked, .n = sizeof tracked});
    look();
}

static void looks(struct text *out) {
    static const char *const files[] = {"MERGE_HEAD",       "rebase-merge", "rebase-apply", "rebase-apply/applying",
                                        "CHERRY_PICK_HEAD", "REVERT_HEAD",  "sequencer",    "BISECT_LOG"};
    static const char listed[] = HEAD_LINE "\0"
                                           "1 .M N... 100644 100644 100644 " A " " B " file\0"
                                           "1 .M N... 100644 100644 100644 " A " " B " folder\0"
                                           "1 .D N... 100644 100644 000000 " A " " B " gone\0"
                                           "1 .M S.M. 160000 160000 160000 " A " " B " sub\0"
                                           "1 .T N... 100644 100644 120000 " A " " B " link\0"
                                           "? fo\033lder\0? fifo\0? nested/",
                      unmerged[] = "u UU N... 100644 100644 100644 100644 " A " " B " " A " e";
    home_enter(out);
    seen = (struct slot_facts){.place = SLOT_AT_TREE};
    make_tree(A, NULL);
    look_at("");
    ANSWERS({.out = HEAD_LINE, .n = sizeof HEAD_LINE}, {0}, {.out = "refs/x\n"});
    look_at(A);
    ANSWERS({0}, {0}, {0});
    look_at(A);
    ANSWERS({0}, {0}, {.out = "refs/x\n", .status = 129});
    look_at(A);
    ANSWERS({0}, {0}, {.none = true});
    look_at(A);
    text_copy(seen.given, sizeof seen.given, A);
    look_at(A);
    text_copy(seen.given, sizeof seen.given, B);
    look_at(A);
    folder("git/refs");
    folder("git/refs/heads");
    put_file("git/refs/heads/main", A "\n");
    look_at(A);
    put_file("git/refs/heads/main", B "\n");
    look_at(A);
    put_file("git/HEAD", "ref: refs/heads/../heads/main");
    put_file("git/refs/heads/main", A "\n");
    look_at(A);
    put_file("git/HEAD", A "\n");
    look_at(A);
    look_at("ref: refs/heads/mc-1\n");
    look_at("ref: refs/other/x\n");
    ANSWERS({.said = "fatal: no status", .status = 128}, {0});
    look();
    ANSWERS({0}, {.said = "fatal: no files", .status = 128});
    look();
    ANSWERS({.said = "warning: could not open directory 'x/'"}, {0});
    look();
    for (int i = 0; i < 2; i++) {
        glances = i == 1;
        ANSWERS({.out = HEAD_LINE, .n = sizeof HEAD_LINE}, {.out = MARKED, .n = sizeof MARKED}, {0},
                {.out = "? two", .n = 6});
        look();
    }
    glances = false;
    ANSWERS({0}, {.out = MARKED, .n = sizeof MARKED}, {.said = "fatal: no index", .status = 128});
    look();
    ANSWERS({0}, {.out = MARKED, .n = sizeof MARKED}, {0}, {.said = "fatal: no second", .status = 128});
    look();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = xasprintf("git/worktrees/one/%s", files[i]);
        if (i == 2)
            folder(path);
        else
            put_file(path, "");
        look();
        if (i != 2)
            files_remove(path);
        if (i == 3)
            (void)uproot("git/worktrees/one/rebase-apply", INT64_MAX);
        free(path);
    }
    put_file("pool/one/file", "12345");
    folder("pool/one/folder");
    folder("pool/one/fo\033lder");
    if (symlink("1234567", "pool/one/link") != 0 || mkfifo("pool/one/fifo", 0600) != 0)
        exit(2);
    ANSWERS({.out = listed, .n = sizeof listed});
    look();
    ANSWERS({.out = unmerged, .n = sizeof unmerged});
    look();
    if (mkfifo("pool/one/folder/.gitattributes", 0600) != 0)
        exit(2);
    look(); /* no git is asked */
    glances = true;
    look();
    glances = false;
    files_remove("pool/one/folder/.gitattributes");
    hide();
    home_leave();
}

/* One that is there, with settings of its own. */
static void submodules(struct text *out) {
    static const char known[] = "1 .M S.M. 160000 160000 160000 " A " " B " sub", other[] = "? new";
    home_enter(out);
    seen = (struct slot_facts){.place = SLOT_AT_TREE};
    make_tree("ref: refs/heads/mc-1\n", NULL);
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE});
    look(); /* it is not there */
    folder("pool/one/sub");
    put_file("pool/one/sub/.git", "gitdir: /nowhere/at/all\n");
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE});
    look(); /* nothing that we know to be clean */
    put_file("pool/one/sub/.git", "gitdir: ~/git/modules/sub\n");
    folder("git/modules");
    folder("git/modules/sub");
    ANSWERS({.out = known, .n = sizeof known}, {.out = MODULE, .n = sizeof MODULE});
    look(); /* git has said so itself */
    ANSWERS({.out = other, .n = sizeof other}, {.out = MODULE, .n = sizeof MODULE});
    look();
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE}, {0}, {.out = other, .n = sizeof other});
    look();
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE}, {0}, {.said = "could not open directory"});
    look();
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE}, {0}, {0}, {.out = MARKED, .n = sizeof MARKED});
    look();
    folder("pool/one/sub/sub");
    folder("pool/one/sub/sub/.git");
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE}, {0}, {0}, {.out = MODULE, .n = sizeof MODULE});
    look();
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE}, {.said = "fatal: bad config line 1", .status = 128});
    look();
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE}, {0}, {.said = "fatal: what", .status = 128});
    look();
    ANSWERS({0}, {.out = MODULE, .n = sizeof MODULE}, {0}, {0}, {.said = "fatal: Out of memory", .status = 128});
    look();
    home_leave();
}

#define CRATE "git/objects/mc-one/"
#define PACKS "git/objects/pack/pack-" B

static void packs(const char *unused) {
    (void)unused;
    put_file(CRATE "kept-" B ".pack", "pack");
    put_file(CRATE "kept-" B ".idx", "index");
}

static void list(const char *path) {
    struct argv names = {0};
    struct stat mode;
    folder_list(path, "", SIZE_MAX, &names);
    for (size_t i = 0; i < names.count; i++)
        if (stat(names.items[i], &mode) == 0)
            text_addf(told, "  %s %03o\n", names.items[i], (unsigned)mode.st_mode & 0777);
    argv_release(&names);
}

static void delivered(const struct git_crated *crated) {
    struct git_crate crate;
    bool done = git_crate_open(&crate, &there_is, &failure) && git_crate_join(&crate, &failure) &&
                git_crate_deliver(&crate, crated, &failure);
    ended(done);
    list("git/objects/pack");
    list("git/objects/mc-one");
    list("git/objects/mc-one/info");
    char *line = git_line_in("git/objects/mc-one/info", "alternates");
    text_addf(told, "beside %s\n", sample_word(line));
    free(line);
    git_crate_close(&crate);
    text_add(told, "closed\n");
    list("git/objects/pack");
    has("git/objects/mc-one");
}

static void crates(struct text *out) {
    struct git_crated crated = {.commit = A, .beyond = B, .earlier = ""};
    struct git_crate crate;
    mode_t own = umask(022);
    home_enter(out);
    ended(git_crate_open(&crate, &there_is, &failure)); /* no repository */
    git_crate_close(&crate);
    make_tree(A, NULL);
    folder("git/objects");
    folder("git/objects/pack");
    whole = true;
    ANSWERS({.out = B "\n", .does = packs});
    delivered(&crated);
    whole = false;
    crated.earlier = A;
    put_file(PACKS ".keep", "somebody's");
    ANSWERS({.out = B "\n", .does = packs});
    delivered(&crated);
    files_remove(PACKS ".keep");
    ANSWERS({.said = "fatal: gone", .status = 128});
    delivered(&crated);
    ANSWERS({.said = "fatal: write error", .status = 128});
    delivered(&crated);
    ANSWERS({.out = B "\n"});
    delivered(&crated); /* it has named what it has not written */
    files_remove("git/objects/pack/pack-" B ".pack");
    files_remove("git/objects/pack/pack-" B ".idx");
    (void)rmdir("git/objects/pack");
    ANSWERS({.out = B "\n", .does = packs});
    delivered(&crated);
    folder("git/objects/pack");
    put_file("git/objects/mc-one", "a file in its place");
    ANSWERS({.out = B "\n", .does = packs});
    delivered(&crated);
    /* what one that was cut short has left: whose .keep goes with it */
    folder("git/objects/mc-one");
    folder("git/objects/mc-one/aa");
    put_file("git/objects/mc-one/aa/object", "");
    put_file("git/objects/mc-one/kept-" A ".mine", "");
    put_file("git/objects/mc-one/other-" B ".mine", "");
    put_file("git/objects/mc-one/kept-1234.mine", "");
    put_file("git/objects/mc-one/kept-.mine", "");
    put_file("git/objects/pack/pack-" A ".keep", "");
    put_file(PACKS ".keep", "");
    put_file("git/objects/pack/pack-1234.keep", "");
    put_file("git/objects/pack/pack-.keep", "");
    ended(git_crate_open(&crate, &there_is, &failure));
    list("git/objects/pack");
    list("git/objects/mc-one");
    git_crate_close(&crate);
    git_crate_close(&crate);
    has("git/objects/mc-one");
    umask(own);
    home_leave();
}

/* Paths of a tree, each as it stands now, "+" where HEAD has it. */
static void clean(const char *const *paths, size_t count) {
    struct git_change items[8] = {0};
    struct git_changes all = {.items = items, .count = count};
    struct beneath beneath;
    bool done;
    (void)beneath_open(&beneath, there_is.path, &failure);
    for (size_t i = 0; i < count; i++) {
        items[i].in_head = paths[i][0] == '+';
        items[i].path = xstrdup(paths[i] + items[i].in_head);
        (void)beneath_look(&beneath, items[i].path, &items[i].seen, &failure);
    }
    beneath_release(&beneath);
    done = git_clean(&there_is, &all, &failure);
    for (size_t i = 0; i < count; i++) {
        char *path = xasprintf("pool/one/%s", items[i].path);
        has(path);
        free(path);
        free(items[i].path);
    }
    ended(done);
}
#define CLEAN(...) clean((const char *const[]){__VA_ARGS__}, sizeof(const char *[]){__VA_ARGS__} / sizeof(char *))

static void copies(const char *unused) {
    (void)unused;
    put_file("pool/.one.clean/two", "copy");
}

static void comes_back(const char *path) {
    copies(NULL);
    put_file(path, "back");
}

static void cleans(struct text *out) {
    home_enter(out);
    make_tree(A, NULL);
    put_file("pool/one/two", "x");
    folder("pool/one/new");
    folder("pool/one/new/er");
    put_file("pool/one/new/er/a", "x");
    put_file("pool/one/new/er/b", "x");
    CLEAN("+two", "new/er/b", "new/er/a", "+gone");
    has("pool/one/new");
    put_file("pool/one/ignored", "x");
    put_file("pool/one/two", "x");
    CLEAN("+two", "+ignored/in/file"); /* before the first one goes */
    CLEAN("+two", "new", "new/file", "+ignored/file\033");
    CLEAN("ignored", "+ignored/file"); /* which is to go itself */
    folder("pool/one/dir");
    folder("pool/one/dir/hollow");
    CLEAN("+dir", "+no/folder/file");
    folder("pool/one/dir");
    put_file("pool/one/dir/cache", "x");
    CLEAN("+dir");
    CLEAN("dir");
    if (mkfifo("pool/one/fifo", 0600) != 0)
        exit(2);
    CLEAN("+fifo");
    CLEAN("fifo");
    put_file("pool/one/two", "x");
    ANSWERS({.said = "fatal: no tree", .status = 128});
    CLEAN("+two");
    ANSWERS({0}, {.said = "two: needs update", .status = 1}, {0});
    CLEAN("+two");
    ANSWERS({0}, {0}, {.said = "fatal: cannot", .status = 128});
    CLEAN("+gone");
    put_file("pool/.one.clean", "a file in its place");
    ANSWERS({0}, {0}, {.out = "two", .n = 4}, {.does = copies}, {.status = 1});
    CLEAN("+two");
    has("pool/.one.clean");
    ANSWERS({0}, {0}, {.out = "two", .n = 4}, {.does = comes_back, .to = "pool/one/two"});
    CLEAN("+two");
    has("pool/.one.clean");
    ANSWERS({0}, {0}, {.out = "two", .n = 4}, {.said = "error: No space left on device", .status = 128});
    CLEAN("+two");
    has("pool/.one.clean");
    ANSWERS({0}, {0}, {.out = "two", .n = 4}, {.none = true});
    CLEAN("+two");
    if (symlink("x", "pool/one/two2") != 0)
        exit(2);
    ANSWERS({0}, {0}, {.none = true});
    CLEAN("two2");
    ANSWERS({0}, {.none = true});
    CLEAN("+two");
    (void)uproot("pool/one", INT64_MAX);
    ended(git_clean(&there_is, &(struct git_changes){0}, &failure));
    home_leave();
}

/* Where the settings were read from another file, they are read again before the next git. */
static void stale(struct text *out) {
    struct stat config;
    struct git_stamp *stamp = &git.settings.stamp;
    home_enter(out);
    make_tree(A, NULL);
    run(&(struct git_call){.args = status}, false);
    put_file("git/config", "12345");
    if (stat("git/config", &config) != 0)
        exit(2);
    run(&(struct git_call){.args = status}, false);
    ANSWERS({.said = "fatal: no settings", .status = 128});
    run(&(struct git_call){.args = status}, false);
    for (int wrong = 0; wrong <= 4; wrong++) {
        *stamp = (struct git_stamp){(int64_t)config.st_ino, 5, (int64_t)config.st_ctim.tv_sec,
                                    (int64_t)config.st_ctim.tv_nsec};
        stamp->inode += wrong == 1;
        stamp->size += wrong == 2;
        stamp->seconds += wrong == 3;
        stamp->nanoseconds += wrong == 4;
        run(&(struct git_call){.args = status}, false);
    }
    git_stamp_take(stamp, &git);
    git.settings.includes = true;
    run(&(struct git_call){.tree = &there_is, .args = status}, false);
    git.settings.includes = false;
    run(&(struct git_call){.tree = &there_is, .args = status}, false);
    put_file("git/worktrees/one/config.worktree", "");
    run(&(struct git_call){.tree = &there_is, .args = status}, false);
    run(&(struct git_call){.args = status}, false);
    *stamp = (struct git_stamp){0};
    home_leave();
}

#define COMMIT(parents, body, last)                                                                                    \
    "tree " A "\nparent " B "\n" parents "author x <y> 1 +0000\n\n" body "\n\nKept: tree" last "\n"
#define ADDED(path) ":000000 100644 " A " " B " A\0" path
#define EDITED(path) ":100644 100755 " A " " B " M\0" path
#define DELETED(path) ":100644 000000 " B " " A " D\0" path
#define BYTES(said)                                                                                                    \
    { .out = said, .n = sizeof said }

static void onto(const struct answer *all, size_t count) {
    struct git_onto onto = {.kept = A, .tip = B, .oid = "before"};
    bool done;
    answers = all;
    answers_left = count;
    done = git_kept_onto(&tree, &onto, &failure);
    text_addf(told, "[%s] ", onto.oid);
    ended(done);
}
#define ONTO(...)                                                                                                      \
    onto((const struct answer[]){__VA_ARGS__}, sizeof(struct answer[]){__VA_ARGS__} / sizeof(struct answer))

/* What was kept, on another commit: only where that has other paths. */
static void moves_on(struct text *out) {
    static const char plain[] = COMMIT("", "work", ""), indexed[] = COMMIT("parent " A "\n", "work", " index"),
                      of_index[] = COMMIT("", "index\n\nIntent-to-add: i", "");
    static const struct answer tree_is = {.out = A "\n"}, commit_is = {.out = B "\n"}, nothing = {0};
    struct answer all[15];
    (void)out;
    ONTO({.out = plain}, BYTES(ADDED("mine")), BYTES(EDITED("two\0" DELETED("gone"))), nothing, nothing, tree_is,
         commit_is);
    ONTO({.out = plain}, BYTES(EDITED("two")), BYTES(EDITED("two")), tree_is);
    ONTO({.out = plain}, BYTES(ADDED("new")), BYTES(ADDED("new/in/file")), tree_is);
    ONTO({.out = plain}, BYTES(ADDED("a/b/c\0" ADDED("z"))), BYTES(EDITED("x\0" ADDED("a"))), tree_is);
    ONTO({.out = plain}, BYTES(ADDED("newer\0" ADDED("ne"))), BYTES(ADDED("new/file")), nothing, nothing, tree_is,
         commit_is);
    ONTO({.out = plain}, {0}, {0}, nothing, nothing, tree_is, commit_is);
    ONTO({.out = indexed}, {.out = of_index}, BYTES(ADDED("mine")), BYTES(EDITED("two")), BYTES(ADDED("staged")),
         nothing, nothing, tree_is, nothing, nothing, commit_is, tree_is, commit_is);
    ONTO({.out = indexed}, {.out = of_index}, BYTES(ADDED("staged/x")), BYTES(EDITED("two")), BYTES(ADDED("staged")),
         tree_is);
    for (size_t at = 0; at < 13; at++) { /* one of them fails */
        const struct answer good[] = {
            {.out = indexed}, {.out = of_index}, {0},      {0}, {0}, {0}, {0}, tree_is, {0}, {0},
            tree_is,          commit_is,         commit_is};
        memcpy(all, good, sizeof good);
        all[at] = (struct answer){.said = "fatal: no", .status = 128};
        onto(all, 13);
    }
    ONTO({.out = "tree " A "\nparent " B "\n\nsomebody's\n"});
    ONTO({.out = plain}, {.out = "nonsense", .n = 9});
    ONTO({.out = plain}, {.out = ADDED("half"), .n = sizeof ADDED("half") - 1});
}

#define NOTED "git/worktrees/one/mc-sparse"
#define PATTERNS "git/worktrees/one/info/sparse-checkout"

static void sparse(const struct answer *said) {
    const char *const after[] = {NOTED, PATTERNS};
    bool done;
    ANSWERS(*said);
    ended(git_tree_note_sparse(&there_is, &failure));
    ANSWERS(*said);
    done = git_tree_fill_sparse(&there_is, &failure);
    ended(done);
    for (size_t i = 0; i < 2; i++)
        has(after[i]);
}

/* What a sparse checkout leaves out: said by a file and a setting, noted, and laid out anew. */
static void sparse_ones(struct text *out) {
    static const struct answer yes = {.out = "true\n"}, not = {.out = "false\n"}, unset = {.status = 1},
                               fails = {.none = true};
    home_enter(out);
    make_tree(A, NULL);
    put_file(NOTED, "noted\n");
    sparse(&yes); /* no patterns: what was noted goes */
    folder("git/worktrees/one/info");
    put_file(PATTERNS, "/a\n");
    sparse(&not );
    sparse(&unset);
    sparse(&fails);
    sparse(&yes);
    put_file(PATTERNS, "/b\n");
    ANSWERS(yes, {.said = "fatal: no", .status = 128});
    ended(git_tree_fill_sparse(&there_is, &failure));
    has(PATTERNS);
    put_file(PATTERNS, "/b\n");
    ANSWERS(yes);
    ended(git_tree_fill_sparse(&there_is, &failure));
    has(PATTERNS);
    files_remove(NOTED);
    ANSWERS(yes, {.said = "fatal: no", .status = 128});
    ended(git_tree_fill_sparse(&there_is, &failure)); /* the next one goes on */
    has(PATTERNS);
    ANSWERS(yes);
    ended(git_tree_fill_sparse(&there_is, &failure));
    has(PATTERNS);
    folder(PATTERNS);
    sparse(&yes);
    home_leave();
}

static void sample(const char *bytes, size_t n, struct text *out) {
    static const struct sample_part families[] = {{"environment", environment},
                                                  {"limits", limits},
                                                  {"faults", faults},
                                                  {"names", names},
                                                  {"shows", shows},
                                                  {"remotes", remotes},
                                                  {"drops", drops},
                                                  {"marks", marks},
                                                  {"statuses", statuses},
                                                  {"pieces", pieces},
                                                  {"settings", settings},
                                                  {"adds", adds},
                                                  {"moves", moves},
                                                  {"entries", entries},
                                                  {"looks", looks},
                                                  {"submodules", submodules},
                                                  {"crates", crates},
                                                  {"cleans", cleans},
                                                  {"stale", stale},
                                                  {"moves on", moves_on},
                                                  {"sparse", sparse_ones},
                                                  {NULL, NULL}};
    const struct sample_part *one = sample_named(families, bytes, n);

    told = out;
    if (one)
        one->tell(out);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "git", sample);
}
