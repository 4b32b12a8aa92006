#include "rules/paused.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/text.h"

/* A hand may have written anything. */
static char *line_of(const char *s) {
    struct text line = {0};

    if (s != NULL)
        clean_line(&line, s, strlen(s), 0);
    if (line.len > 0)
        return text_take(&line);
    text_release(&line);
    return NULL;
}

bool paused_read(struct paused *paused, const char *value) {
    struct json *json;

    *paused = (struct paused){0};
    if (value == NULL)
        return false;
    json = json_parse(value, strlen(value));
    if (json != NULL && json_type(json) == JSON_OBJECT) {
        paused->by = line_of(json_string(json_get(json, "by")));
        paused->reason = line_of(json_string(json_get(json, "reason")));
        if (!json_int(json_get(json, "at"), &paused->at) || paused->at < 0)
            paused->at = 0;
    } else {
        paused->reason = line_of(value);
    }
    json_free(json);
    return true;
}

void paused_release(struct paused *paused) {
    free(paused->by);
    free(paused->reason);
    *paused = (struct paused){0};
}

void paused_write(struct text *out, int64_t at, const char *by, const char *reason) {
    struct json *json = json_object();

    json_put_int(json, "at", at);
    json_put_string(json, "by", by);
    json_put_string(json, "reason", reason);
    json_print(json, out);
    json_free(json);
}

char *paused_words(const struct paused *paused, const char *stamp) {
    struct text words = {0};

    text_add(&words, "paused");
    if (paused->by != NULL)
        text_addf(&words, " by %s", paused->by);
    if (paused->at != 0)
        text_addf(&words, " since %s", stamp);
    if (paused->reason != NULL)
        text_addf(&words, ": %s", paused->reason);
    return text_take(&words);
}
