#ifndef MC_ANSWER_WORDS_H
#define MC_ANSWER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "rules/classes.h"

struct json;

/* What an answer says in words. */
struct saying {
    bool any; /* it gave a reason at all: words that say more than "409 Conflict" */
    struct text
        codes; /* " runtime busy session busy error ": single words as they came, normalised, one blank between */
    struct text prose; /* the same of everything it says */
    struct text plain; /* for people, not cleaned */
};

/* From a JSON object's error, code, reason, detail, message … also one object deeper; */
void saying_from_json(struct saying *saying, const struct json *json);

/* … or from a body that is plain text, or the text of a page of HTML: a server's own page says only the status. */
void saying_from_text(struct saying *saying, const char *body, size_t n);
void saying_from_html(struct saying *saying, const char *body, size_t n);

/* The class that the words name, by the table in answer_words.c; -1: none. */
int saying_class(const struct saying *saying);

void saying_release(struct saying *saying);

#endif
