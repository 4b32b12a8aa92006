/* What a program wrote to its terminal, as it is told. */
#define SAMPLES_NEAR 600
#define SAMPLES_WORDS                                                                                                  \
    "\x1b[2J", "\x1b[H", "\x1b[?1049h", "\x1b[?1049l", "\x1b[3;5H", "\x1b[2K", "\x1b[1J", "\x1b[2;4r", "\x1bM",        \
        "\x1b(0", "\x1b[5b", "\x1b[3@", "\x1b[2P", "\x1b[L", "\x1b[M", "\x1b[S", "\x1b[2T", "\x1b[X", "\b\b", "\t",    \
        "\x1b[A", "\x1b[20C", "\0337", "\0338", "\x1b[10;1H", "\x1b[?7l"
#include "samples.h"

#include "rules/panelog.h"
#include "rules/panelog_fold.h"

static void take(void *context, const char *line) {
    text_addf(context, "%s\n", line);
}

static void fold(struct text *out, size_t width, const char *bytes, size_t n) {
    struct panelog_fold *fold = panelog_fold_new(width, 5, take, out);
    size_t half = n / 2;

    panelog_fold_add(fold, bytes, half);
    if (n % 2) {
        text_add(out, "-- so far\n");
        panelog_fold_rest(fold);
        text_add(out, "-- then\n");
    }
    panelog_fold_add(fold, bytes + half, n - half);
    panelog_fold_end(fold);
    panelog_fold_free(fold);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    panelog_plain(out, bytes, n);
    text_add(out, "\n-- folded\n");
    fold(out, 20, bytes, n);
    text_add(out, "-- wide\n");
    fold(out, 60, bytes, n);
    text_add(out, "-- end");
}

int main(int argc, char **argv) {
    return samples(argc, argv, "log", sample);
}
