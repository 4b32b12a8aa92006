#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "host/files.h"
#include "rules/panelog.h"
#include "store/runtimes.h"

enum { LINES_DEFAULT = 200, LINES_MOST = 1000000, TAIL_MAX = 4 * 1024 * 1024 };

static bool find_log(struct call *call, struct runtime *runtime, struct err *err) {
    const char *key = call_word(call, 0);
    char session_key[SESSION_KEY_SIZE];
    int64_t id;

    if (!call_open(call, true, err) || !call_ticket(call, key, &id, err))
        return false;
    key_session_key(session_key, id);
    if (!runtimes_get(call->site.board, session_key, runtime, err))
        return false;
    if (!runtime->session_key || runtime->pane_log_path == NULL)
        return err_set(err, MC_NOINPUT, "%s has had no agent yet, so there is no log; mc-ticket show %s tells why", key,
                       key);
    if (files_exists(runtime->pane_log_path))
        return true;
    if (!runtime->agent.pid)
        return err_set(err, MC_NOINPUT,
                       "%s: its last agent never started, so there is no log; mc-ticket show %s tells why", key, key);
    return err_set(err, MC_NOINPUT, "%s: its log %s is gone", key, runtime->pane_log_path);
}

static bool print_raw(const char *path, struct err *err) {
    FILE *file = fopen(path, "r");
    char bytes[16384];
    size_t n;
    bool ok;

    if (file == NULL)
        return err_errno(err, MC_NOINPUT, errno, "%s: cannot be opened", path);
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        fwrite(bytes, 1, n, stdout);
    ok = !ferror(file);
    fclose(file);
    return ok || err_set(err, MC_IOERR, "%s: cannot be read to its end", path);
}

static void print_plain(const struct call *call, const char *path, long long lines) {
    struct text bytes = {0}, plain = {0};
    const char *last;

    files_tail(&bytes, path, TAIL_MAX);
    panelog_plain(&plain, text_str(&bytes), bytes.len);
    last = panelog_last(text_str(&plain), lines);
    if (call->json) {
        struct json *object = json_object();

        json_put_int(object, "schema", 1);
        json_put_string(object, "path", path);
        json_put_string(object, "text", last);
        call_print(object);
    } else {
        fputs(last, stdout);
        fputs(*last != '\0' && last[strlen(last) - 1] != '\n' ? "\n" : "", stdout);
    }
    text_release(&plain);
    text_release(&bytes);
}

bool command_log(struct call *call, struct err *err) {
    const char *count = option_value(&call->options, OPTION_LINES);
    struct runtime runtime = {0};
    long long lines = LINES_DEFAULT;
    bool ok;

    if (count != NULL && !text_to_int(count, 1, LINES_MOST, &lines))
        return err_set(err, MC_USAGE, "--lines %s: give a number from 1 to %d", count, LINES_MOST);
    if (call->json && option_given(&call->options, OPTION_RAW))
        return err_set(err, MC_USAGE, "log takes --raw or --json, not both");
    ok = find_log(call, &runtime, err);
    if (ok && option_given(&call->options, OPTION_RAW))
        ok = print_raw(runtime.pane_log_path, err);
    else if (ok)
        print_plain(call, runtime.pane_log_path, lines);
    runtime_release(&runtime);
    return ok;
}
