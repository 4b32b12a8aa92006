#include "rules/request.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/fnv.h"
#include "base/text.h"

void request_act(char out[REQUEST_ACT_SIZE], const struct request_for *what) {
    uint64_t sum = FNV_BEGIN;

    for (const char *const *text = what->texts; text != NULL && *text != NULL; text++)
        sum = fnv_add(sum, *text, strlen(*text) + 1); /* with its end: where one stops counts */
    snprintf(out, REQUEST_ACT_SIZE, "%.24s/%lld/%016llx", what->command, (long long)what->ticket,
             (unsigned long long)sum);
}

void request_words(struct text *out, const char *act, const char *prefix) {
    size_t n = strcspn(act, "/");
    const char *number = act[n] == '/' ? act + n + 1 : "0";

    text_addn(out, act, n);
    if (*number != '0')
        text_addf(out, " %s-%.*s", prefix, (int)strcspn(number, "/"), number);
}

bool request_refuse(const char *id, const char *act, const char *prefix, struct err *err) {
    struct text words = {0};

    if (act)
        request_words(&words, act, prefix);
    err_set(err, MC_DATAERR, "request id %s was used for %s, and this is another call; nothing is done, take a new one",
            id, words.len ? text_str(&words) : "something else");
    text_release(&words);
    return false;
}
