#include "pickup/endpoint.h"

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/http.h"
#include "pickup/turn.h"
#include "pickup/work.h"
#include "rules/answer.h"
#include "rules/dialect.h"
#include "rules/dialect_fill.h"
#include "rules/profile.h"

enum { AGAIN_MS = 1000, TOKEN_MAX = 8192 };

static const struct dialect *dialect_of(const struct work *work) {
    return config_dialect(&work->site->config, work->site->config.send.dialect);
}

static struct dialect_fields fields_of(const struct work *work) {
    return (struct dialect_fields){
        .ticket = work->key,
        .number = work->ticket.id,
        .session_key = work->runtime.session_key,
        .session = work->runtime.tmux_target,
        .run_id = work->run_id,
        .nonce = work->nonce,
        .message = text_str(&work->prompt),
    };
}

/* The token, wiped by its reader; where none is configured *token stays NULL. Its text is in no message. */
static bool read_token(const struct config *config, char **token, struct err *err) {
    struct text bytes = {0};
    const char *value;

    if (config->send.token_env) {
        value = getenv(config->send.token_env);
        if (!value || !*value)
            return err_set(err, MC_CONFIG, "send.token_env: %s is not set in the environment", config->send.token_env);
        *token = xstrdup(value);
    } else if (config->send.token_file) {
        if (!files_read_secret(&bytes, config->send.token_file, TOKEN_MAX, err)) {
            if (err->code == MC_NOINPUT && !err->advice)
                err_advise(err, "put the token there, with mode 0600, or correct send.token_file");
            return err_wrap(err, "send.token_file");
        }
        while (bytes.len && (bytes.data[bytes.len - 1] == '\n' || bytes.data[bytes.len - 1] == '\r'))
            bytes.data[--bytes.len] = '\0';
        *token = text_take(&bytes);
    }
    return true;
}

static void wipe(char *secret) {
    if (secret)
        xwipe(secret, strlen(secret));
    free(secret);
}

bool endpoint_check(const struct site *site, struct err *err) {
    char *token = NULL;
    bool ok = read_token(&site->config, &token, err);

    wipe(token);
    return ok;
}

static void add_headers(const struct work *work, const struct dialect *dialect, bool json, struct argv *headers) {
    struct dialect_fields fields = fields_of(work);

    if (json)
        argv_add(headers, "Content-Type: application/json");
    argv_add(headers, "Accept: application/json");
    if (json) {
        argv_addf(headers, "Idempotency-Key: %s", work->nonce);
        argv_addf(headers, "X-Request-Id: %s", work->run_id);
    }
    for (size_t i = 0; i < dialect->header_count; i++) {
        struct text filled = {0};

        dialect_header(&filled, dialect->headers[i], &fields);
        argv_add(headers, text_str(&filled));
        text_release(&filled);
    }
}

struct exchange {
    const char *method;
    const char *path;
    const char *body; /* a template, or NULL */
};

/* A raw reply, with the token that the request carried: what is told of the one must not hold the other. */
struct heard {
    struct http_reply reply;
    char *token;
};

static void heard_release(struct heard *heard) {
    wipe(heard->token);
    http_reply_release(&heard->reply);
}

/* Of a request that could not be made: the token, mc-http itself, the machine. */
static enum send_class class_of(enum mc_exit code) {
    if (code == MC_NOPERM || code == MC_CONFIG || code == MC_NOINPUT)
        return CLASS_DENIED;
    return code == MC_UNAVAILABLE ? CLASS_UNREACHABLE : CLASS_OS_ERROR;
}

/* One request and what came back; false: it could not be made, the verdict says why. */
static bool exchange(struct work *work, const struct exchange *what, struct heard *heard) {
    const struct config *config = &work->site->config;
    const struct dialect *dialect = dialect_of(work);
    struct dialect_fields fields = fields_of(work);
    struct argv headers = {0};
    struct text url = {0};
    struct text body = {0};
    struct err err = {0};
    char *program = xasprintf("%s/mc-http", work->site->libexec);
    bool ok = dialect_url(&url, &(struct dialect_target){config->send.url, what->path}, &fields, &err) &&
              dialect_body(&body, what->body, &fields, &err) && read_token(config, &heard->token, &err);

    if (ok) {
        add_headers(work, dialect, what->body != NULL, &headers);
        ok = http_exchange(&(struct http_request){.program = program,
                                                  .method = what->method,
                                                  .url = text_str(&url),
                                                  .headers = &headers,
                                                  .body = what->body ? text_str(&body) : NULL,
                                                  .body_len = body.len,
                                                  .token = heard->token,
                                                  .ca_file = config->send.ca_file,
                                                  .connect_timeout_ms = config->send.connect_timeout_s * 1000,
                                                  .timeout_ms = config->send.timeout_s * 1000},
                           &heard->reply, &err);
    }
    if (!ok)
        (void)work_stop_by_err(work, class_of(err.code), &err);
    argv_release(&headers);
    text_release(&url);
    text_release(&body);
    err_release(&err);
    free(program);
    return ok;
}

static void read_answer(struct work *work, const struct heard *heard) {
    const struct http_reply *reply = &heard->reply;
    struct answer answer = {0};

    answer_read(&answer, dialect_of(work),
                &(struct reply){.transfer = reply->transfer,
                                .status = reply->status,
                                .content_type = reply->content_type ? reply->content_type : "",
                                .retry_after = reply->retry_after,
                                .body = text_str(&reply->body),
                                .body_len = reply->body.len,
                                .detail = reply->detail,
                                .nonce = work->nonce,
                                .run_id = work->run_id,
                                .ticket = work->key,
                                .token = heard->token,
                                .now = clock_now()});
    if (reply->status)
        work_stop(work, answer.class, "answered %d: %s", reply->status, answer.detail);
    else
        work_stop(work, answer.class, "%s", answer.detail);
    if (answer.class == CLASS_TIMEOUT)
        work_advise(work, "look whether the endpoint hangs, and raise send.timeout_s if it answers late");
    work->verdict.http_status = reply->status;
    work->verdict.pause_ms = answer.pause_ms;
}

/* Does the endpoint say, before it is given anything, that the agent is busy? */
static bool busy_by_status(struct work *work) {
    const struct dialect *dialect = dialect_of(work);
    struct heard heard = {0};
    const struct http_reply *reply = &heard.reply;
    bool busy = false;

    if (!dialect->status_path)
        return false;
    if (!exchange(work, &(struct exchange){.method = "GET", .path = dialect->status_path}, &heard)) {
        busy = true; /* the verdict says what is wrong; nothing was sent */
    } else if (reply->transfer != TRANSFER_DONE || reply->status < 200 || reply->status > 299) {
        read_answer(work, &heard);
        if (class_rule(work->verdict.class)->delivered == DELIVERED_UNKNOWN) /* a question delivers nothing */
            work_stop(work, CLASS_UNREACHABLE, "status request: %s", work->verdict.detail);
        busy = true;
    } else {
        switch ((enum seen)answer_status_busy(dialect, work->runtime.tmux_target, text_str(&reply->body),
                                              reply->body.len)) {
        case SEEN_YES:
            busy = true;
            work_stop(work, CLASS_BUSY, "the status request says busy");
            break;
        case SEEN_UNKNOWN:
            busy = true;
            work_stop(work, CLASS_GARBLED, "the status request's answer cannot be read");
            break;
        case SEEN_NO:
            break;
        }
    }
    heard_release(&heard);
    return busy;
}

static bool post(struct work *work) {
    const struct dialect *dialect = dialect_of(work);
    struct heard heard = {0};

    if (exchange(work, &(struct exchange){.method = dialect->method, .path = dialect->path, .body = dialect->body},
                 &heard))
        read_answer(work, &heard);
    heard_release(&heard);
    return work->verdict.class == CLASS_SENT || work->verdict.class == CLASS_ALREADY_SENT;
}

bool endpoint_repeat(struct work *work) {
    return dialect_of(work)->idempotent && post(work);
}

bool endpoint_send(struct work *work, struct err *err) {
    int64_t until = clock_monotonic() + work->profile->startup_timeout_s * 1000;

    if (busy_by_status(work) || !turn_take(work, err))
        return false;
    for (;;) {
        if (post(work))
            return true;
        if (work->verdict.class != CLASS_STARTING || !work->first || clock_monotonic() >= until)
            return false;
        clock_sleep(AGAIN_MS);
    }
}
