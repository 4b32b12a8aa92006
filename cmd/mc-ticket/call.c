#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "store/tickets.h"

enum { NAME_LIMIT = 200, PRINT_LIMIT = 256 * 1024 * 1024 };

const char *call_word(const struct call *call, size_t index) {
    return index + 1 < call->options.words.count ? call->options.words.items[index + 1] : NULL;
}

bool call_open(struct call *call, bool look, struct err *err) {
    struct site_options options = {.config = option_value(&call->options, OPTION_CONFIG),
                                   .db = option_value(&call->options, OPTION_DB),
                                   .look = look};
    return site_open(&call->site, &options, err);
}

bool call_key(const struct call *call, const char *key, int64_t *id, struct err *err) {
    if (key_parse(key, call->site.config.ticket_prefix, id))
        return true;
    return err_set(err, MC_USAGE, "%s is no ticket key; give one like %s-4629", key, call->site.config.ticket_prefix);
}

bool call_no_ticket(const char *key, struct err *err) {
    return err_set(err, MC_NOINPUT, "%s: no such ticket on this board; mc-ticket list shows what is there", key);
}

bool call_ticket(const struct call *call, const char *key, int64_t *id, struct err *err) {
    struct ticket ticket = {0};
    if (!call_key(call, key, id, err) || !tickets_find(call->site.board, *id, &ticket, err))
        return false;
    bool there = ticket.id != 0;
    ticket_release(&ticket);
    return there || call_no_ticket(key, err);
}

static bool name_ok(const char *option, const char *name, struct err *err) {
    struct text clean = {0};
    clean_line(&clean, name, strlen(name), 0);
    bool ok = name[0] != '\0' && strlen(name) <= NAME_LIMIT && strcmp(text_str(&clean), name) == 0;
    text_release(&clean);
    return ok || err_set(err, MC_USAGE, "%s takes one line of printable text, 1 to %d bytes", option, NAME_LIMIT);
}

static const char *user_name(void) {
    const char *name = getenv("LOGNAME");
    if (name == NULL || name[0] == '\0')
        name = getenv("USER");
    return name != NULL && name[0] != '\0' ? name : "operator";
}

bool call_desk(struct call *call, const char *by, struct desk *desk, struct err *err) {
    const char *given = option_value(&call->options, OPTION_BY);
    const char *request = option_value(&call->options, OPTION_REQUEST_ID);
    if (given != NULL && !name_ok("--by", given, err))
        return false;
    if (request != NULL && !name_ok("--request-id", request, err))
        return false;
    if (given != NULL)
        by = given;
    *desk = (struct desk){.site = &call->site,
                          .by = by != NULL ? by : user_name(),
                          .request = request,
                          .request_id = request,
                          .now = clock_now()};
    desk->agent = getenv("MC_RUN") != NULL && key_run_ok(getenv("MC_RUN"));
    return true;
}

void call_say(const struct call *call, const struct desk *desk, const struct desk_result *result) {
    if (call->json) {
        call_print(desk_result_json(desk, result));
        return;
    }
    print_line(result->say, 0);
    putchar('\n');
}

void call_put_known(struct json *object, const char *name, int64_t value) {
    if (value >= 0)
        json_put_int(object, name, value);
    else
        json_put_null(object, name);
}

void call_print(struct json *object) {
    struct text out = {.max = PRINT_LIMIT};
    json_print(object, &out);
    puts(text_str(&out));
    text_release(&out);
    json_free(object);
}

void print_line(const char *s, size_t max) {
    if (s == NULL)
        return;
    struct text clean = {.max = PRINT_LIMIT};
    clean_line(&clean, s, strlen(s), max);
    fputs(text_str(&clean), stdout);
    text_release(&clean);
}

void print_block(const char *s, const char *indent) {
    if (s == NULL)
        return;
    struct text clean = {.max = PRINT_LIMIT};
    clean_text(&clean, s, strlen(s));
    for (const char *line = text_str(&clean); *line != '\0';) {
        size_t n = strcspn(line, "\n");
        printf("%s%.*s\n", n > 0 ? indent : "", (int)n, line);
        line += n + (line[n] == '\n' ? 1 : 0);
    }
    text_release(&clean);
}

void print_stamp(int64_t ms) {
    char stamp[CLOCK_STAMP] = "-";
    if (ms != 0)
        clock_local(ms, stamp);
    fputs(stamp, stdout);
}
