/* Text of anybody's, made safe for terminals, prompts and messages. */
#include "base/clean.h"

#include "base/width.h"
#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"", "", "", false};

enum { LINE_MAX_BYTES = 40, COLUMNS = 20, SAID_BYTES = 2000, ESCAPED = 4, SAID_BETWEEN = 8 };

static void texts(const char *bytes, size_t n) {
    struct text once = {0}, again = {0}, shown = {0};

    clean_text(&once, bytes, n);
    fuzz_is_clean(text_str(&once), once.len);
    clean_text(&again, text_str(&once), once.len);
    HOLDS(once.len == again.len && memcmp(text_str(&once), text_str(&again), once.len) == 0);
    HOLDS(!memchr(text_str(&once), '\r', once.len));
    clean_shown(&shown, text_str(&once), once.len);
    fuzz_is_clean(text_str(&shown), shown.len);
    HOLDS(shown.len <= once.len);
    fuzz_is_shown(text_str(&shown), shown.len);
    text_release(&once);
    text_release(&again);
    text_release(&shown);
}

static void lines(const char *bytes, size_t n) {
    struct text whole = {0}, cut = {0};
    size_t taken = 0;

    clean_line(&whole, bytes, n, 0);
    fuzz_is_line(text_str(&whole));
    HOLDS(whole.len == 0 || (whole.data[0] != ' ' && whole.data[whole.len - 1] != ' '));
    HOLDS(!strstr(text_str(&whole), "  "));
    clean_line(&cut, bytes, n, LINE_MAX_BYTES);
    fuzz_is_line(text_str(&cut));
    HOLDS(cut.len <= LINE_MAX_BYTES);
    HOLDS(whole.len > LINE_MAX_BYTES || strcmp(text_str(&cut), text_str(&whole)) == 0);
    HOLDS(width_cut(text_str(&whole), COLUMNS, &taken) <= whole.len && taken <= COLUMNS);
    HOLDS(width_of(text_str(&whole)) >= taken);
    text_release(&whole);
    text_release(&cut);
}

/* Printable, one line, and nothing is lost: what was escaped differs where the bytes do. */
static void escapes(const char *bytes, size_t n) {
    struct text escaped = {0}, said = {0};
    char *string = fuzz_string(bytes, n);

    clean_escape(&escaped, bytes, n);
    fuzz_is_line(text_str(&escaped));
    HOLDS(escaped.len >= n || n == 0);
    clean_said(&said, string);
    fuzz_is_line(text_str(&said));
    HOLDS(said.len <= SAID_BYTES * ESCAPED + SAID_BETWEEN);
    free(string);
    text_release(&escaped);
    text_release(&said);
}

void fuzz_one(const char *bytes, size_t n) {
    texts(bytes, n);
    lines(bytes, n);
    escapes(bytes, n);
}
