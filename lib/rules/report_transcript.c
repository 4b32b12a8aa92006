#include "rules/report_transcript.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/report_event.h"
#include "rules/report_json.h"

/* What a line of the transcript is to a reader who goes through it backwards. */
enum line { LINE_SKIP, LINE_REPLY, LINE_STOP };

struct reading {
    char *message_id;   /* of the reply that is being put together */
    struct argv blocks; /* of it, the last one first */
    bool failed;        /* it is an API error, told in the place of a reply */
    bool cancelled;
};

static bool said(const struct json *json, const char *path, const char *word) {
    return text_same(json_string(json_path(json, path)), word);
}

/* The blocks of text of one message, in order. */
static void texts(struct text *out, const struct json *content) {
    if (json_type(content) == JSON_STRING)
        text_add(out, json_string(content));
    if (json_type(content) != JSON_ARRAY)
        return;
    for (const struct json *block = json_first(content); block; block = json_next(block)) {
        const struct json *words = json_get(block, "text");

        if (said(block, "type", "text") && json_string(words))
            text_add(out, json_string(words));
    }
}

/* claude writes each block of a message as a line of its own, with the message's id. */
static enum line take_reply(struct reading *reading, const struct json *json) {
    char *id = report_json_string(json, "message.id");
    struct text here = {0};
    enum line line = LINE_REPLY;

    if (reading->message_id && !text_same(reading->message_id, id ? id : "")) {
        line = LINE_STOP;
        goto out;
    }
    if (!reading->message_id)
        reading->message_id = xstrdup(id ? id : "");
    reading->failed |= json_is_true(json_get(json, "isApiErrorMessage"));
    texts(&here, json_path(json, "message.content"));
    argv_add(&reading->blocks, text_str(&here));
out:
    text_release(&here);
    free(id);
    return line;
}

/* gemini has a message whole in one line, and lines of its own for what it tells its person. */
static enum line take_gemini(struct reading *reading, const struct json *json) {
    bool failed = said(json, "type", "error");
    bool cancelled = said(json, "type", "info") && said(json, "content", "Request cancelled.");
    struct text here = {0};
    enum line line;

    if (reading->message_id || (!failed && !cancelled && !said(json, "type", "gemini")))
        return LINE_SKIP;
    reading->failed = failed;
    reading->cancelled = cancelled;
    texts(&here, json_get(json, "content"));
    argv_add(&reading->blocks, text_str(&here));
    line = here.len > 0 ? LINE_STOP : LINE_SKIP;
    text_release(&here);
    return line;
}

static enum line take_line(struct reading *reading, const char *bytes, size_t n) {
    struct json *json = report_parse(bytes, n);
    enum line line = LINE_SKIP;

    if (!json_is_true(json_get(json, "isSidechain"))) {
        if (said(json, "type", "assistant"))
            line = take_reply(reading, json);
        else if (!json_get(json, "message"))
            line = said(json, "type", "user") ? LINE_STOP : take_gemini(reading, json);
        else if (said(json, "type", "user") && !json_is_true(json_get(json, "isMeta")))
            line = LINE_STOP;
    }
    json_free(json);
    return line;
}

static void fill(struct report_event *event, const struct reading *reading, struct text *reply) {
    struct text line = {0};

    if (!reading->failed && !reading->cancelled) {
        free(event->reply);
        event->reply = text_take(reply);
        event->inexact = false;
        return;
    }
    clean_line(&line, text_str(reply), reply->len, REPORT_DETAIL_MAX);
    xreplace(&event->detail, text_str(&line));
    event->fault = reading->cancelled ? FAULT_INTERRUPTED : turn_fault_from_text(event->detail);
    text_release(&line);
}

bool report_transcript_read(struct report_event *event, const char *bytes, size_t n) {
    struct reading reading = {0};
    struct text reply = {0};
    enum line line = LINE_SKIP;
    bool found;

    while (n > 0 && line != LINE_STOP) {
        size_t start = n;

        while (start > 0 && bytes[start - 1] != '\n')
            start--;
        if (start < n)
            line = take_line(&reading, bytes + start, n - start);
        n = start > 0 ? start - 1 : 0;
    }
    for (size_t i = reading.blocks.count; i > 0; i--)
        text_add(&reply, reading.blocks.items[i - 1]);
    found = reply.len > 0;
    if (found)
        fill(event, &reading, &reply);
    text_release(&reply);
    argv_release(&reading.blocks);
    free(reading.message_id);
    return found;
}
