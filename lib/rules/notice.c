#include "rules/notice.h"

#include <string.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "rules/environment.h"

enum { LINE_MAX_BYTES = 4000, TEXT_MAX_BYTES = 64 * 1024 };

const char *const notice_events[NOTICE_COUNT + 1] = {
    [NOTICE_NEEDS_INPUT] = "needs_input", [NOTICE_IN_REVIEW] = "in_review", [NOTICE_BLOCKED] = "blocked",
    [NOTICE_FAILED] = "failed",           [NOTICE_BREAKER] = "breaker",     [NOTICE_HOST_SILENT] = "host_silent",
    [NOTICE_QUARANTINED] = "quarantined",
};

enum notice_event notice_of_move(enum ticket_status to) {
    switch (to) {
    case TICKET_NEEDS_INPUT:
        return NOTICE_NEEDS_INPUT;
    case TICKET_IN_REVIEW:
    case TICKET_DONE:
        return NOTICE_IN_REVIEW;
    case TICKET_BLOCKED:
        return NOTICE_BLOCKED;
    case TICKET_TODO:
        return NOTICE_FAILED;
    case TICKET_INBOX:
    case TICKET_IN_PROGRESS:
    case TICKET_CANCELLED:
    case TICKET_STATUS_COUNT:
        break;
    }
    return NOTICE_COUNT;
}

bool notice_wanted(enum notice_event event, const struct argv *on) {
    return event != NOTICE_COUNT && (on->count == 0 || argv_has(on, notice_events[event]));
}

/* As much as fits, to a character's border. */
static void put_text(struct json *object, const char *key, const char *value) {
    struct text clean = {0};
    size_t n = value ? strlen(value) : 0;

    for (n = n < TEXT_MAX_BYTES ? n : TEXT_MAX_BYTES; n > 0 && value[n] && ((unsigned char)value[n] & 0xC0) == 0x80;)
        n--;
    clean_text(&clean, value ? value : "", n);
    json_put_string(object, key, text_str(&clean));
    text_release(&clean);
}

void notice_json(struct text *out, const struct notice_facts *facts) {
    struct json *object = json_object();
    char stamp[CLOCK_STAMP];

    clock_stamp(facts->time, stamp);
    json_put_int(object, "schema", 1);
    json_put_string(object, "id", facts->id);
    json_put_string(object, "event", notice_events[facts->event]);
    json_put_string(object, "board", facts->board);
    json_put_string(object, "ticket", facts->ticket);
    put_text(object, "title", facts->title);
    json_put_string(object, "run", facts->run);
    json_put_string(object, "status", facts->status);
    json_put_string(object, "breaker", facts->thing);
    if (facts->host)
        json_put_string(object, "host", facts->host);
    put_text(object, "text", facts->text);
    json_put_string(object, "record", facts->record);
    json_put_string(object, "time", stamp);
    json_print(object, out);
    json_free(object);
}

bool notice_environment(struct argv *env, const char *json) {
    static const struct {
        const char *name, *key;
    } variables[] = {
        {"MC_EVENT", "event"}, {"MC_DB", "board"}, {"MC_TICKET", "ticket"}, {"MC_TITLE", "title"}, {"MC_TEXT", "text"}};
    struct json *object = json_parse(json, strlen(json));

    for (size_t i = 0; object && i < sizeof variables / sizeof *variables; i++) {
        const char *value = json_string(json_get(object, variables[i].key));
        struct text line = {0};

        clean_line(&line, value ? value : "", value ? strlen(value) : 0, LINE_MAX_BYTES);
        environment_put_pair(env, variables[i].name, text_str(&line));
        text_release(&line);
    }
    json_free(object);
    return object != NULL;
}
