#include "host/http.h"

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/http_wire.h"
#include "host/spawn.h"

enum { OUTSIDE_GRACE_MS = 2000 };

/* What libcurl and the TLS library may see of our environment: not the variable that holds the token. */
static void add_environment(struct argv *env) {
    static const char *const names[] = {
        "PATH",        "HOME",      "LANG",     "TZ",       "http_proxy",    "https_proxy",  "HTTPS_PROXY",
        "all_proxy",   "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH",
        "ASAN_OPTIONS"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value)
            argv_addf(env, "%s=%s", names[i], value);
    }
    if (!env->count)
        argv_add(env, "LANG=C.UTF-8");
}

/* A plain memset before free is taken out by the compiler. */
static void wipe(struct text *text) {
    if (text->data)
        xwipe(text->data, text->cap);
    text_release(text);
}

enum { EXIT_NOT_LOADED = 127 }; /* what the loader ends with, for want of memory or of a library */

/* Of all others it cannot be told (71, out of memory, may come while the answer is read). */
static bool before_sending(const struct spawn_result *result) {
    return result->signal == 0 &&
           (result->status == MC_USAGE || result->status == MC_IOERR || result->status == EXIT_NOT_LOADED);
}

/* mc-http did not answer whole. */
static bool without_reply(struct http_reply *reply, const struct spawn_result *result, const char *errors,
                          struct err *err) {
    *reply = (struct http_reply){0};
    if (result->timed_out) {
        reply->transfer = TRANSFER_TIMEOUT;
        reply->detail = xstrdup("mc-http did not end in time");
        return true;
    }
    if (before_sending(result))
        return err_set(err, MC_OSERR, "mc-http failed with status %d: %.*s; nothing was sent, run it again",
                       result->status, (int)strcspn(errors, "\n"), errors);
    reply->transfer = TRANSFER_DROPPED;
    reply->detail = result->signal ? xasprintf("mc-http was ended by signal %d", result->signal)
                                   : xasprintf("mc-http ended with status %d and no whole reply", result->status);
    return true;
}

bool http_exchange(const struct http_request *request, struct http_reply *reply, struct err *err) {
    struct text wire = {.max = HTTP_REQUEST_MAX}, output = {0}, errors = {0};
    struct argv argv = {0}, env = {0};
    struct spawn_result result = {.output = &output, .errors = &errors};
    bool done = false;
    *reply = (struct http_reply){0};
    http_wire_put_request(&wire, request);
    if (wire.over) {
        err_set(err, MC_DATAERR, "the request is over %d bytes; shorten the ticket", HTTP_REQUEST_MAX);
        goto out;
    }
    argv_add(&argv, request->program);
    add_environment(&env);
    const struct spawn spawn = {.argv = &argv,
                                .env = &env,
                                .input = wire.data,
                                .input_len = wire.len,
                                .timeout_ms = request->timeout_ms + OUTSIDE_GRACE_MS,
                                .output_max = HTTP_REPLY_MAX};
    if (!spawn_run(&spawn, &result, err))
        goto out;
    bool ended = !result.timed_out && !result.signal && result.status == 0 && !result.output_over && output.data;
    done = (ended && http_wire_get_reply(reply, output.data, output.len)) ||
           without_reply(reply, &result, text_str(&errors), err);
out:
    wipe(&wire);
    text_release(&output);
    text_release(&errors);
    argv_release(&argv);
    argv_release(&env);
    return done;
}
