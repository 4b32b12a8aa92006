#ifndef MC_NONCES_H
#define MC_NONCES_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/key.h"

struct text;

/* The nonces that a prompt holds. Its own is one of them, wherever the template puts its marker; others are quoted by
 * the ticket's text. Of very many, the first and the last. */
enum { NONCES_MAX = 16 };
struct nonces {
    size_t count;
    char all[NONCES_MAX][NONCE_SIZE];
};

void nonces_read(struct nonces *nonces, const char *text); /* NULL: none */
bool nonces_hold(const struct nonces *nonces, const char *nonce);

/* As one line, with a space between two; nonces_parse: false for what is none. */
void nonces_print(const struct nonces *nonces, struct text *out);
bool nonces_parse(struct nonces *nonces, const char *line);

#endif
