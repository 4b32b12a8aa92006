#include "desk/doctor_send.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "host/http.h"
#include "rules/address.h"
#include "run/programs.h"

enum { TOKEN_MAX = 8192, PROBE_MS = 5000 };

/* "http://host:port/" of a URL. New string. */
static char *root_of(const char *url) {
    const char *host = strstr(url, "://");

    host = host ? host + 3 : url;
    return xasprintf("%.*s/", (int)(host - url + (ptrdiff_t)strcspn(host, "/?#")), url);
}

/* Without a token, and of nothing that could begin a turn. */
static void check_endpoint(struct doctor *doctor) {
    const struct config *config = &doctor->site.config;
    struct argv headers = {0};
    struct http_reply reply = {0};
    struct err err = {0};
    struct text shown = {0};
    char *mend = doctor_edit(doctor, "send.url");
    char *program = xasprintf("%s/mc-http", doctor->site.libexec), *url = root_of(config->send.url), *said;
    int64_t limit = config->send.connect_timeout_s * 1000;
    const struct http_request request = {.program = program,
                                         .method = "HEAD",
                                         .url = url,
                                         .headers = &headers,
                                         .ca_file = config->send.ca_file,
                                         .connect_timeout_ms = limit < PROBE_MS ? limit : PROBE_MS,
                                         .timeout_ms = PROBE_MS};
    bool ok = http_exchange(&request, &reply, &err);

    address_public(&shown, url);
    if (ok && reply.transfer != TRANSFER_UNREACHABLE && reply.transfer != TRANSFER_TIMEOUT) {
        said = reply.status ? xasprintf("answers (%d)", reply.status) : xstrdup("takes connections");
        DOCTOR_ADD(doctor->report, FOUND_ENDPOINT, text_str(&shown), said);
        free(said);
    } else {
        DOCTOR_ADD(doctor->report, FOUND_ENDPOINT_SILENT, text_str(&shown),
                   !ok            ? err.text
                   : reply.detail ? reply.detail
                                  : "does not answer",
                   mend);
    }
    text_release(&shown);
    http_reply_release(&reply);
    argv_release(&headers);
    err_release(&err);
    free(program);
    free(mend);
    free(url);
}

/* cron's environment has what the crontab sets, and no more: a variable of this shell says nothing. */
static void check_variable(struct doctor *doctor) {
    const char *name = doctor->site.config.send.token_env, *value = getenv(name);

    DOCTOR_ADD(doctor->report, value && *value ? FOUND_TOKEN : FOUND_TOKEN_UNSET, name,
               "is set here; see that what calls mc-pickup sets it too");
}

static void check_file(struct doctor *doctor) {
    const char *file = doctor->site.config.send.token_file;
    struct text bytes = {0};
    struct err err = {0};
    size_t line;

    if (!files_read_secret(&bytes, file, TOKEN_MAX, &err)) {
        if (err.code == MC_NOINPUT)
            DOCTOR_ADD(doctor->report, FOUND_TOKEN_EMPTY, file, "cannot be read");
        else
            DOCTOR_ADD(doctor->report, FOUND_TOKEN_WRONG, file, err.text);
    } else {
        line = strcspn(text_str(&bytes), "\r\n");
        if (strspn(text_str(&bytes), " \t") >= line)
            DOCTOR_ADD(doctor->report, FOUND_TOKEN_EMPTY, file, "its first line is empty");
        else if (strspn(text_str(&bytes) + line, " \t\r\n") != bytes.len - line)
            DOCTOR_ADD(doctor->report, FOUND_TOKEN_EMPTY, file, "more than one line stands in it");
        else
            DOCTOR_ADD(doctor->report, FOUND_TOKEN, file, "is yours alone to read");
    }
    if (bytes.len)
        xwipe(bytes.data, bytes.len);
    text_release(&bytes);
    err_release(&err);
}

void doctor_send(struct doctor *doctor) {
    const struct config *config = &doctor->site.config;

    /* Where mc-http is not, that was said of the programs, and nothing can be said of the endpoint. */
    if (!doctor->here && config->send.transport == TRANSPORT_HTTP && config->send.url && doctor->site.libexec &&
        programs_have(&doctor->site, "mc-http"))
        check_endpoint(doctor);
    if (config->send.token_file)
        check_file(doctor);
    else if (config->send.token_env)
        check_variable(doctor);
}
