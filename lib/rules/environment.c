#include "rules/environment.h"

#include <string.h>
#include <strings.h>

#include "base/argv.h"
#include "base/text.h"

enum { NAME_BYTES = 256 };

/* Who the user is, how they read and write, what the way to the net needs. */
static const char *const let_through[] = {
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_*",
    "LANGUAGE",
    "TZ",
    "COLORTERM",
    "XDG_*",
    "SSH_AUTH_SOCK",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "FTP_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "ftp_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "PIP_CERT",
    "AWS_CA_BUNDLE",
    "NIX_SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
};

static const char *const never[] = {
    /* ours; MC_RUN and its kin are put, not passed */
    "MC_*",
    /* which repository: the caller's, in a hook of theirs */
    "GIT_*",
    /* another terminal's */
    "TMUX", "TMUX_*", "STY", "TERM", "COLUMNS", "LINES",
    /* a shell's place and depth; PATH has a rule of its own */
    "PWD", "OLDPWD", "SHLVL", "_", "PATH",
    /* a systemd unit's */
    "INVOCATION_ID", "JOURNAL_STREAM", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "MAINPID",
    "MANAGERPID", "SYSTEMD_EXEC_PID", "WATCHDOG_PID", "WATCHDOG_USEC",
    /* marks that agents and editors leave for their own children */
    "CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT", "CLAUDE_CODE_SESSION_ID", "CLAUDE_PROJECT_DIR",
    "CLAUDE_ENV_FILE", "CODEX_SANDBOX", "CODEX_SANDBOX_*", "CODEX_THREAD_ID", "CODEX_MANAGED_BY_*", "OPENCODE",
    "OPENCODE_PID", "OPENCODE_CALLER", "GEMINI_CLI", "GEMINI_CLI_IDE_*", "GEMINI_CLI_NO_RELAUNCH", "QWEN_CODE",
    "QWEN_CODE_IDE_*", "QWEN_CODE_NO_RELAUNCH", "PI_CODING_AGENT", "AI_AGENT"};

/* What PQconnectdb reads (fe-connect.c: PQconninfoOptions and conninfo_add_defaults; a test asks the library), and what
 * older ones did. Where they lead is the board of this pickup, not a project's. */
static const char *const of_libpq[] = {"PGHOST",
                                       "PGHOSTADDR",
                                       "PGPORT",
                                       "PGDATABASE",
                                       "PGUSER",
                                       "PGPASSWORD",
                                       "PGPASSFILE",
                                       "PGSERVICE",
                                       "PGSERVICEFILE",
                                       "PGSYSCONFDIR",
                                       "PGLOCALEDIR",
                                       "PGOPTIONS",
                                       "PGAPPNAME",
                                       "PGREALM",
                                       "PGTTY",
                                       "PGCHANNELBINDING",
                                       "PGCONNECT_TIMEOUT",
                                       "PGCLIENTENCODING",
                                       "PGTARGETSESSIONATTRS",
                                       "PGLOADBALANCEHOSTS",
                                       "PGSSL*",
                                       "PGREQUIRE*",
                                       "PGGSS*",
                                       "PGKRBSRVNAME",
                                       "PGOAUTH*",
                                       "PGMINPROTOCOLVERSION",
                                       "PGMAXPROTOCOLVERSION",
                                       "PGDATESTYLE",
                                       "PGTZ",
                                       "PGGEQO"};

/* Iterative, so that a pattern of many stars costs no more than their product. */
static bool matches(const char *pattern, const char *name) {
    const char *star = NULL, *from = NULL;

    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            from = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

static bool in_list(const char *const *list, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (matches(list[i], name))
            return true;
    return false;
}

static size_t name_length(const char *variable) {
    return strcspn(variable, "=");
}

void environment_put(struct argv *env, const char *variable) {
    size_t n = name_length(variable) + 1;

    for (size_t i = 0; i < env->count; i++)
        if (!strncmp(env->items[i], variable, n))
            return;
    argv_add(env, variable);
}

void environment_put_pair(struct argv *env, const char *name, const char *value) {
    struct text pair = {0};

    text_addf(&pair, "%s=%s", name, value);
    environment_put(env, text_str(&pair));
    text_release(&pair);
}

const char *environment_value(const struct argv *env, const char *name) {
    size_t n = strlen(name);

    for (size_t i = 0; i < env->count; i++)
        if (!strncmp(env->items[i], name, n) && env->items[i][n] == '=')
            return env->items[i] + n + 1;
    return NULL;
}

bool environment_never(const char *name) {
    return in_list(never, sizeof never / sizeof *never, name);
}

bool environment_libpq(const char *name) {
    return in_list(of_libpq, sizeof of_libpq / sizeof *of_libpq, name);
}

bool environment_pattern_ok(const char *pattern) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789*";

    return *pattern && !(*pattern >= '0' && *pattern <= '9') && strspn(pattern, letters) == strlen(pattern);
}

/* "de_DE.UTF-8", "C.utf8", "sr_RS.UTF-8@latin" */
static bool is_utf8(const char *locale) {
    const char *charset = strchr(locale, '.');
    size_t n = charset ? strcspn(charset, "@") : 0;

    return (n == strlen(".UTF-8") && !strncasecmp(charset, ".UTF-8", n)) ||
           (n == strlen(".utf8") && !strncasecmp(charset, ".utf8", n));
}

/* A locale that would have the agent draw or read anything but UTF-8 does not go on; how C sorts or counts may. */
static bool locale_ok(const char *name, const char *value) {
    bool decides = !strcmp(name, "LANG") || !strcmp(name, "LC_ALL") || !strcmp(name, "LC_CTYPE");

    return is_utf8(value) || (!decides && (!strcmp(value, "C") || !strcmp(value, "POSIX")));
}

static bool named_by(const struct argv *pass, const char *name) {
    return pass && in_list((const char *const *)pass->items, pass->count, name);
}

static bool goes_to_agent(const struct environment *from, const char *name, const char *value) {
    if (environment_never(name) || text_same(name, from->secret) || (from->on_server && environment_libpq(name)))
        return false;
    if (!in_list(let_through, sizeof let_through / sizeof *let_through, name) && !named_by(from->pass, name))
        return false;
    if (!strcmp(name, "LANG") || text_starts(name, "LC_"))
        return locale_ok(name, value);
    if (!strcmp(name, "XDG_RUNTIME_DIR"))
        return from->runtime_dir;
    /* a relative one means another folder where the agent works */
    return !matches("XDG_*_HOME", name) || *value == '/';
}

/* The name of NAME=VALUE; false when it is none or longer than any that is let through. */
static bool split(const char *variable, char name[NAME_BYTES], const char **value) {
    size_t n = name_length(variable);

    if (!n || variable[n] != '=' || n >= NAME_BYTES)
        return false;
    memcpy(name, variable, n);
    name[n] = '\0';
    *value = variable + n + 1;
    return true;
}

void environment_agent(struct argv *env, const struct environment *from) {
    char name[NAME_BYTES];
    const char *value;

    for (char *const *one = from->caller; *one; one++)
        if (split(*one, name, &value) && goes_to_agent(from, name, value))
            environment_put(env, *one);
    environment_put(env, "TERM=screen-256color");
    environment_put(env, "LANG=C.UTF-8");
}

static bool goes_to_child(const struct environment *from, const char *variable) {
    size_t n = from->secret ? strlen(from->secret) : 0;
    char name[NAME_BYTES];
    const char *value;

    return !text_starts(variable, "GIT_") && !text_starts(variable, "MC_RUN=") &&
           !text_starts(variable, "MC_TICKET=") && !(n && !strncmp(variable, from->secret, n) && variable[n] == '=') &&
           !(from->on_server && split(variable, name, &value) && environment_libpq(name));
}

void environment_child(struct argv *env, const struct environment *from) {
    for (char *const *one = from->caller; *one; one++)
        if (goes_to_child(from, *one))
            environment_put(env, *one);
}
