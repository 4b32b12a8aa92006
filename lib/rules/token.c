#include "rules/token.h"

#include "base/text.h"

static const char pasted_word[] = "_pasted";

void token_make(char out[TOKEN_SIZE], const char *nonce) {
    text_copy(out, TOKEN_SIZE, nonce);
    for (; *out != '\0'; out++)
        if (*out == ':') /* which ends a name in a tmux format */
            *out = '_';
}

void token_pasted(char out[TOKEN_SIZE], const char *token) {
    snprintf(out, TOKEN_SIZE, "%.*s%s", (int)(TOKEN_SIZE - sizeof pasted_word), token, pasted_word);
}

enum token_word token_says(const char *seen, const char *nonce) {
    char first[TOKEN_SIZE];
    const char *rest;
    token_make(first, nonce);
    if (first[0] == '\0' || !text_starts(seen, first))
        return TOKEN_SILENT;
    rest = seen + strlen(first);
    if (rest[0] != '\0' && rest[0] != '_')
        return TOKEN_SILENT;
    return text_starts(rest, pasted_word) ? TOKEN_PASTED : TOKEN_UNPASTED;
}

void token_next(char out[TOKEN_SIZE], const char *seen, const char *nonce, const char *own) {
    enum token_word word = token_says(seen, nonce);
    char first[TOKEN_SIZE];
    token_make(first, word == TOKEN_SILENT ? "taken" : nonce);
    snprintf(out, TOKEN_SIZE, "%.*s%s_by_%.*s", NONCE_SIZE, first, word == TOKEN_PASTED ? pasted_word : "",
             TOKEN_OWN_DIGITS, own);
}
