/* What a program wrote to its terminal, read and folded; the same however it comes in pieces. */
#include "base/mem.h"
#include "fuzz.h"
#include "rules/panelog.h"
#include "rules/panelog_fold.h"

const struct fuzz_shape fuzz_shape = {"", "", "", false};

enum { WIDTH = 20, HEIGHT = 5, PIECE = 3 };

static void take(void *context, const char *line) {
    fuzz_is_line(line);
    text_addf(context, "%s\n", line);
}

static void fold(struct text *lines, const char *bytes, size_t n, size_t piece) {
    struct panelog_fold *fold = panelog_fold_new(WIDTH, HEIGHT, take, lines);

    for (size_t at = 0; at < n; at += piece)
        panelog_fold_add(fold, bytes + at, n - at < piece ? n - at : piece);
    panelog_fold_end(fold);
    panelog_fold_free(fold);
}

/* For somebody who waits for more, nothing of it is told twice at its end. */
static void follow(const char *bytes, size_t n) {
    struct text lines = {0};
    struct panelog_fold *fold = panelog_fold_new(WIDTH, HEIGHT, take, &lines);
    size_t len;

    panelog_fold_add(fold, bytes, n);
    panelog_fold_rest(fold);
    panelog_fold_rest(fold);
    len = lines.len;
    panelog_fold_rest(fold);
    HOLDS(lines.len == len);
    panelog_fold_tell(fold);
    panelog_fold_add(fold, bytes, n);
    panelog_fold_free(fold);
    text_release(&lines);
}

void fuzz_one(const char *bytes, size_t n) {
    struct text plain = {0}, whole = {0}, pieces = {0};

    panelog_plain(&plain, bytes, n);
    fuzz_is_clean(text_str(&plain), plain.len);
    fold(&whole, bytes, n, n + 1);
    fold(&pieces, bytes, n, PIECE);
    HOLDS(strcmp(text_str(&whole), text_str(&pieces)) == 0);
    follow(bytes, n);
    text_release(&plain);
    text_release(&whole);
    text_release(&pieces);
}
