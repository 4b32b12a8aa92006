#include "host/git_command.h"

#include <signal.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/spawn.h"

enum { TIMEOUT_MS = 120000, OUTPUT_MAX = 16 * 1024 * 1024, ERRORS_MAX = 65536, LINE_MAX_BYTES = 300, REF_MAX = 300 };

/* What of the caller's environment git sees. HOME and XDG_CONFIG_HOME lead to the person's own settings: what they
 * ignore is ignored, what they have called safe is safe. */
static const char *const passed[] = {"HOME", "XDG_CONFIG_HOME", "TZ", "TMPDIR", "USER", "LOGNAME", NULL};
/* Where ssh, a proxy, a credential helper find theirs. */
static const char *const passed_to_network[] = {
    "SSH_AUTH_SOCK", "http_proxy",     "https_proxy",     "HTTPS_PROXY",
    "all_proxy",     "ALL_PROXY",      "no_proxy",        "NO_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR",   "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
    "XDG_DATA_HOME", "XDG_CACHE_HOME", "KRB5CCNAME",      NULL};

static const char *const fixed[] = {
    "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "GIT_TERMINAL_PROMPT=0",
    "GIT_ASKPASS=", /* there, and nothing: core.askPass is not asked then */
    "SSH_ASKPASS_REQUIRE=never", "GIT_EDITOR=:", "GIT_SEQUENCE_EDITOR=:", "GIT_PAGER=cat",
    "GIT_OPTIONAL_LOCKS=0", /* a look writes no index */
    "GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE=/dev/null", "GIT_LITERAL_PATHSPECS=1", "GIT_ATTR_NOSYSTEM=1",
    "GIT_PROXY_COMMAND=", /* there, and nothing: core.gitProxy is not run then */
    "GIT_TRACE2=0", "GIT_TRACE2_EVENT=0", "GIT_TRACE2_PERF=0",
    /* Without it git would ask the network for this host's name. */
    "GIT_AUTHOR_NAME=mc-pickup", "GIT_AUTHOR_EMAIL=mc-pickup@localhost", "GIT_COMMITTER_NAME=mc-pickup",
    "GIT_COMMITTER_EMAIL=mc-pickup@localhost", NULL};

static void pass(struct argv *env, const char *const *names) {
    for (; *names != NULL; names++) {
        const char *value = getenv(*names);
        if (value != NULL)
            argv_addf(env, "%s=%s", *names, value);
    }
}

static void add_setting(struct argv *env, size_t *count, const char *name, const char *value) {
    argv_addf(env, "GIT_CONFIG_KEY_%zu=%s", *count, name);
    argv_addf(env, "GIT_CONFIG_VALUE_%zu=%s", (*count)++, value);
}

static void add_settings(struct argv *env, const struct git_command *command) {
    const struct git_settings *settings = command->settings;
    const struct argv *lists[] = {&settings->guards, &settings->network};
    size_t count = 0;
    for (int list = 0; list < (command->call->network ? 2 : 1); list++)
        for (size_t i = 0; i + 1 < lists[list]->count; i += 2)
            add_setting(env, &count, lists[list]->items[i], lists[list]->items[i + 1]);
    for (const char *const *own = command->call->settings; own != NULL && *own != NULL; own += 2)
        add_setting(env, &count, own[0], own[1]);
    argv_addf(env, "GIT_CONFIG_COUNT=%zu", count);
}

static const char *place(const struct git_command *command) {
    return command->call->tree != NULL ? command->call->tree->path : command->git->common;
}

/* A remote's relative address counts from the main checkout. */
static const char *start(const struct git_command *command) {
    return command->call->network && command->git->main != NULL ? command->git->main : place(command);
}

/* All three folders are named: no setting and no file in the tree leads it to another. */
static void environment(struct argv *env, const struct git_command *command) {
    const struct git_call *call = command->call;
    const char *path = getenv("PATH");
    argv_addf(env, "PATH=%s", path != NULL && path[0] != '\0' ? path : "/usr/local/bin:/usr/bin:/bin");
    pass(env, passed);
    argv_adds(env, fixed);
    argv_addf(env, "GIT_DIR=%s", call->tree != NULL ? call->tree->admin : command->git->common);
    argv_addf(env, "GIT_COMMON_DIR=%s", command->git->common);
    argv_addf(env, "GIT_WORK_TREE=%s", place(command)); /* of the repository itself: never its main checkout */
    if (call->tree != NULL && call->tree->objects != NULL)
        argv_addf(env, "GIT_OBJECT_DIRECTORY=%s", call->tree->objects);
    if (call->index != NULL)
        argv_addf(env, "GIT_INDEX_FILE=%s", call->index);
    if (command->settings != NULL)
        add_settings(env, command);
    if (call->network) {
        pass(env, passed_to_network);
        argv_add(env, "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh");
        if (command->settings != NULL && command->settings->ssh != NULL)
            argv_addf(env, "GIT_SSH_COMMAND=%s", command->settings->ssh);
    } else
        argv_add(env, "GIT_ALLOW_PROTOCOL=");
}

/* What it prints on its way to whoever wants it. */
struct intake {
    const struct git_command *command;
    struct text *out;
    size_t left;
};

static bool take(void *context, const char *bytes, size_t n, struct err *err) {
    struct intake *intake = context;
    const struct git_sink *sink = intake->command->call->sink;
    if (n > intake->left || (sink == NULL && !text_addn(intake->out, bytes, n)))
        return err_set(err, MC_UNAVAILABLE, "git %s in %s put out more than we read", intake->command->call->args[0],
                       place(intake->command));
    intake->left -= n;
    return sink == NULL || sink->take(sink->context, bytes, n, err);
}

/* Whose fault it is, by git's own words: the disk's (the last three of these are git's where it does not say why a file
 * could not be written), the machine's, of a helper of its that was ended, and what is wrong in the repository itself.
 */
static const struct {
    const char *words;
    enum mc_exit code;
} faults[] = {{"No space left on device", MC_IOERR},
              {"Disk quota exceeded", MC_IOERR},
              {"Input/output error", MC_IOERR},
              {"Read-only file system", MC_IOERR},
              {"File too large", MC_IOERR},
              {"Out of diskspace", MC_IOERR},
              {"unable to write", MC_IOERR},
              {"couldn't write", MC_IOERR},
              {"write error", MC_IOERR},
              {"Out of memory", MC_OSERR},
              {"out of memory", MC_OSERR},
              {"Cannot allocate memory", MC_OSERR},
              {"Too many open files", MC_OSERR},
              {"Resource temporarily unavailable", MC_OSERR},
              {"died of signal", MC_TEMPFAIL},
              {"/index.lock': File exists", MC_TEMPFAIL},
              {"bad config ", MC_CONFIG},
              {"bad numeric config value", MC_CONFIG},
              {"bad boolean config value", MC_CONFIG},
              {"bad zlib compression level", MC_CONFIG},
              {"unknown repository extension", MC_CONFIG},
              {"Expected git repo version", MC_CONFIG}};

static enum mc_exit fault_of(const char *said) {
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strstr(said, faults[i].words) != NULL)
            return faults[i].code;
    return MC_UNAVAILABLE;
}

/* The line that says what went wrong: the first that begins so, else the first. */
static const char *first_line(const char *said) {
    for (const char *line = said; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
        for (size_t i = 0; i < 2; i++) {
            const char *mark = i == 0 ? "fatal: " : "error: ";
            if (text_starts(line, mark))
                return line + strlen(mark);
        }
    return said[0] != '\0' ? said : "it gave no reason";
}

/* "bad config line 1 in file /home/ada/.gitconfig": that one; else the repository's own. */
static char *settings_file(const struct git_command *command, const char *line) {
    static const char in[] = " in file ";
    const char *file = strstr(line, in);
    file = file != NULL ? file + strlen(in) : "";
    file += *file == '\''; /* of a variable: "in file '/home/ada/.gitconfig' at line 3" */
    return *file == '/' ? xstrndup(file, strcspn(file, "':\n")) : xasprintf("%s/config", command->git->common);
}

/* A local git is let fetch nothing; only what is missing makes it try. */
static bool lacks_objects(const struct git_command *command, const char *said) {
    return !command->call->network && strstr(said, "transport '") != NULL && strstr(said, "' not allowed") != NULL;
}

/* "cannot lock ref 'X': 'Y' exists; cannot create 'X'": Y, where it is one of ours; "": it is not that. */
static void ref_in_the_way(const char *said, char ref[REF_MAX]) {
    const char *end = strstr(said, "' exists; cannot create 'refs/mc"), *begin = end;
    ref[0] = '\0';
    while (begin != NULL && begin > said && begin[-1] != '\'')
        begin--;
    if (begin != NULL && (size_t)(end - begin) < REF_MAX)
        snprintf(ref, REF_MAX, "%.*s", (int)(end - begin), begin);
}

static void advise_ref(const struct git_command *command, const char *ref, struct err *err) {
    struct text repo = {0}, old = {0};
    text_quote(&repo, command->git->repo);
    text_quote(&old, ref);
    err_advise(err,
               "that ref is in the way of ours: keep what it holds (git -C %s branch kept-ref %s), then remove it: "
               "git -C %s update-ref -d %s",
               text_str(&repo), text_str(&old), text_str(&repo), text_str(&old));
    text_release(&repo);
    text_release(&old);
}

/* Is it of the one tree, as the settings of a submodule in it are? Then no other one is the worse for it. */
static bool is_of_tree(const struct git_command *command, const char *said) {
    const struct git_tree *tree = command->call->tree;
    return tree != NULL && (strstr(said, tree->admin) != NULL || strstr(said, tree->path) != NULL);
}

bool git_command_refuse(const struct git_command *command, const char *said, struct err *err) {
    const char *line = first_line(said), *repo = command->git->repo;
    struct text clean = {0};
    enum mc_exit code = fault_of(said);
    char ref[REF_MAX];
    if (code == MC_CONFIG && is_of_tree(command, said))
        code = MC_UNAVAILABLE;
    ref_in_the_way(said, ref);
    clean_line(&clean, line, strcspn(line, "\n"), LINE_MAX_BYTES);
    if (ref[0] != '\0') {
        err_set(err, MC_CONFIG, "repository %s: %s", repo, text_str(&clean));
        advise_ref(command, ref, err);
    } else if (lacks_objects(command, said)) {
        err_set(err, MC_CONFIG, "repository %s: objects of it are missing here (it is a partial clone)", repo);
        err_advise_words(err, "fetch them: git -C {} fetch --refetch --no-filter", ERR_WORDS(repo));
    } else if (code == MC_CONFIG) {
        char *file = settings_file(command, line);
        err_set(err, code, "repository %s: git says: %s", repo, text_str(&clean));
        err_advise_words(err, "mend that: ${EDITOR:-vi} {}", ERR_WORDS(file));
        free(file);
    } else
        err_set(err, code, "git %s in %s: %s", command->call->args[0], place(command), text_str(&clean));
    text_release(&clean);
    return false;
}

/* Ended by another, or at its time: that is nothing of the place where it worked. */
static bool was_signalled(const struct git_command *command, int number, struct err *err) {
    return err_set(err, number == SIGXFSZ ? MC_IOERR : MC_TEMPFAIL, "git %s in %s was ended by signal %d",
                   command->call->args[0], place(command), number);
}

/* Of the program at the other end the first setting counts, and not the last: only an argument is before it. For a
 * path what a repository's settings name would be run by a shell. */
static void add_other_end(struct argv *argv, const char *what) {
    if (strcmp(what, "fetch") == 0)
        argv_add(argv, "--upload-pack=git-upload-pack");
    else if (strcmp(what, "push") == 0)
        argv_add(argv, "--receive-pack=git-receive-pack");
}

static bool spawn_git(const struct git_command *command, struct spawn spawn, struct spawn_result *result,
                      struct err *err) {
    struct argv argv = {0}, env = {0};
    bool done;
    argv_add(&argv, command->git->program);
    argv_add(&argv, "--no-pager");
    argv_add(&argv, command->call->args[0]);
    if (command->call->network)
        add_other_end(&argv, command->call->args[0]);
    argv_adds(&argv, command->call->args + 1);
    environment(&env, command);
    spawn.argv = &argv;
    spawn.env = &env;
    done = spawn_run(&spawn, result, err);
    argv_release(&argv);
    argv_release(&env);
    return done;
}

static int64_t all_until;

void git_until(int64_t until) {
    all_until = until;
}

static int64_t time_for(const struct git_call *call) {
    int64_t timeout = call->timeout_ms > 0 ? call->timeout_ms : TIMEOUT_MS;
    int64_t left = all_until - clock_monotonic();
    if (!all_until || left >= timeout)
        return timeout;
    return left > 0 ? left : 1; /* 0 would be no limit */
}

bool git_command_run(const struct git_command *command, struct git_result *result, struct err *err) {
    const struct git_call *call = command->call;
    size_t most = call->output_max > 0 ? call->output_max : OUTPUT_MAX;
    int64_t timeout = time_for(call);
    struct intake intake = {.command = command, .out = result->out, .left = most};
    const struct spawn_sink sink = {.take = take, .context = &intake};
    struct spawn spawn = {.cwd = start(command),
                          .input = call->input,
                          .input_len = call->input_len,
                          .source = call->source,
                          .sink = call->sink != NULL || result->out != NULL ? &sink : NULL,
                          .inherit = command->git->lock > 0 && !call->network ? command->git->lock : 0,
                          .bound = true,
                          .meanwhile = call->meanwhile,
                          .timeout_ms = timeout,
                          .output_max = result->errors != NULL ? most : ERRORS_MAX};
    struct text errors = {0};
    struct spawn_result ran = {.errors = result->errors != NULL ? result->errors : &errors};
    bool done;
    if (result->out != NULL && result->out->max == 0 && most > TEXT_MAX)
        result->out->max = most;
    done = spawn_git(command, spawn, &ran, err);
    if (done && ran.timed_out)
        done = err_set(err, MC_TEMPFAIL, "git %s in %s was not done within %lld s", call->args[0], place(command),
                       (long long)(timeout / 1000));
    else if (done && ran.signal != 0)
        done = was_signalled(command, ran.signal, err);
    else if (done && ran.status != 0 && result->errors == NULL)
        done = git_command_refuse(command, text_str(&errors), err);
    result->status = ran.status;
    text_release(&errors);
    return done;
}
