/* Keys of tickets, nonces and markers in what anybody wrote. */
#include "rules/key.h"

#include "fuzz.h"
#include "rules/branch.h"
#include "rules/nonces.h"
#include "rules/token.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define OWN "0123456789abcdef"

const struct fuzz_shape fuzz_shape = {"", " ", "", false};

static void keys(const char *s) {
    char key[KEY_SIZE];
    int64_t number = 0;

    if (key_parse(s, "MC", &number)) {
        HOLDS(number > 0);
        key_make(key, "MC", number);
        HOLDS(strcmp(key, s) == 0);
    }
    HOLDS(!key_prefix_ok(s) || (strlen(s) <= PREFIX_MAX && *s >= 'A' && *s <= 'Z'));
    HOLDS(!key_session_prefix_ok(s) || !strpbrk(s, ".: /'\"\n"));
    HOLDS(!key_run_ok(s) || strspn(s, "0123456789abcdef") == 32);
    HOLDS(!key_pane_ok(s) || (*s == '%' && strspn(s + 1, "0123456789") == strlen(s) - 1));
    HOLDS(!branch_prefix_ok(s) || !strpbrk(s, " ~^:?*[\\\n\t\x7F"));
}

static void nonces(const char *s) {
    char nonce[NONCE_SIZE], last[NONCE_SIZE] = "";
    struct nonces found, again;
    struct text printed = {0};

    for (const char *at = s; key_nonce_next(nonce, &at);) {
        HOLDS(key_nonce_ok(nonce) && at > s && at <= s + strlen(s));
        text_copy(last, sizeof last, nonce);
    }
    key_nonce_last(nonce, s);
    HOLDS(strcmp(nonce, last) == 0);
    nonces_read(&found, s);
    HOLDS(found.count <= NONCES_MAX && (found.count > 0) == (*last != '\0'));
    HOLDS(!*last || nonces_hold(&found, last));
    nonces_print(&found, &printed);
    HOLDS(nonces_parse(&again, text_str(&printed)) && again.count == found.count);
    (void)nonces_parse(&again, s);
    HOLDS(again.count <= NONCES_MAX);
    text_release(&printed);
}

static void markers(const char *s) {
    const char *end = key_find_last(s, NONCE);
    struct text marked = {0};

    HOLDS((end != NULL) == key_marker_seen(s, NONCE));
    HOLDS(!end || (end > s && end <= s + strlen(s)));
    text_addf(&marked, "%s\n", s);
    key_marker(&marked, NONCE);
    HOLDS(key_marker_seen(marked.data, NONCE));
    text_release(&marked);
}

static void tokens(const char *s) {
    char next[TOKEN_SIZE];
    bool ours = token_says(s, NONCE) != TOKEN_SILENT;

    HOLDS(!ours || strstr(s, "4629"));
    token_next(next, s, NONCE, OWN);
    HOLDS(strlen(next) < TOKEN_SIZE);
    HOLDS(strspn(next, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == strlen(next));
    HOLDS(strcmp(next, s) != 0 || strstr(s, OWN));
    HOLDS(!ours || token_says(next, NONCE) == token_says(s, NONCE));
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);

    keys(s);
    nonces(s);
    markers(s);
    tokens(s);
    free(s);
}
