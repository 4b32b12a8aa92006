#include "rules/nonces.h"

#include <string.h>

#include "base/text.h"

enum { FIRST = NONCES_MAX / 2 };

bool nonces_hold(const struct nonces *nonces, const char *nonce) {
    for (size_t i = 0; nonce && i < nonces->count; i++)
        if (strcmp(nonces->all[i], nonce) == 0)
            return true;
    return false;
}

/* Where all places are taken, the oldest behind the first ones makes room. */
static void add(struct nonces *nonces, const char *nonce) {
    if (nonces_hold(nonces, nonce))
        return;
    if (nonces->count == NONCES_MAX) {
        memmove(nonces->all[FIRST], nonces->all[FIRST + 1], (NONCES_MAX - FIRST - 1) * sizeof nonces->all[0]);
        nonces->count--;
    }
    text_copy(nonces->all[nonces->count++], NONCE_SIZE, nonce);
}

void nonces_read(struct nonces *nonces, const char *text) {
    char nonce[NONCE_SIZE];

    *nonces = (struct nonces){0};
    while (text && key_nonce_next(nonce, &text))
        add(nonces, nonce);
}

void nonces_print(const struct nonces *nonces, struct text *out) {
    for (size_t i = 0; i < nonces->count; i++) {
        text_add(out, i ? " " : "");
        text_add(out, nonces->all[i]);
    }
}

bool nonces_parse(struct nonces *nonces, const char *line) {
    struct text again = {0};
    bool same;

    nonces_read(nonces, line);
    nonces_print(nonces, &again);
    same = strcmp(text_str(&again), line) == 0;
    text_release(&again);
    return same;
}
