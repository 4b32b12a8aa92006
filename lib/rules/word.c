#include "rules/word.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/text.h"

enum { PAYLOAD_MAX = 2000 };

void word_release(struct word_found *found) {
    free(found->payload);
    *found = (struct word_found){0};
}

static void take(struct word_found *found, enum signal_word word, const char *payload, size_t n) {
    struct text line = {0};

    clean_line(&line, payload, n, PAYLOAD_MAX);
    word_release(found);
    *found = (struct word_found){word, text_take(&line)};
}

/* {"mc_signal":"DONE","ticket":"MC-1","nonce":"…","payload":"…"} */
static bool read_object(struct word_found *found, const struct word_wanted *wanted, const char *line, size_t n) {
    struct json *json = json_parse(line, n);
    int word = signal_word_from(json_string(json_get(json, "mc_signal")));
    const char *key = json_string(json_get(json, "ticket")), *payload = json_string(json_get(json, "payload"));
    bool ours = word >= 0 && text_same(json_string(json_get(json, "nonce")), wanted->nonce) &&
                (!key || strcmp(key, wanted->key) == 0);

    if (ours)
        take(found, (enum signal_word)word, payload ? payload : "", payload ? strlen(payload) : 0);
    json_free(json);
    return ours;
}

static bool find_object(struct word_found *found, const struct word_wanted *wanted) {
    const char *at = wanted->reply, *end = at + wanted->n;
    bool any = false;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        const char *open = memchr(at, '{', n);

        while (open && n && at[n - 1] != '}')
            n--;
        if (open && at + n > open && read_object(found, wanted, open, (size_t)(at + n - open)))
            any = true;
        at = stop ? stop + 1 : end;
    }
    return any;
}

static bool find_start(struct word_found *found, const struct word_wanted *wanted) {
    const char *at = wanted->reply, *end = at + wanted->n;

    while (at < end && strchr(" \t\r\n", *at))
        at++;
    for (int word = 0; word < SIGNAL_WORD_COUNT; word++) {
        const char *name = signal_word_name((enum signal_word)word);
        size_t n = strlen(name);

        if ((size_t)(end - at) > n && strncmp(at, name, n) == 0 && at[n] == ':') {
            const char *from = at + n + 1, *stop = memchr(from, '\n', (size_t)(end - from));

            take(found, (enum signal_word)word, from, (size_t)((stop ? stop : end) - from));
            return true;
        }
    }
    return false;
}

bool word_in_reply(struct word_found *found, const struct word_wanted *wanted) {
    *found = (struct word_found){0};
    return find_object(found, wanted) || find_start(found, wanted);
}
