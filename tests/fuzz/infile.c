/* Lines of standard input, in a file that nobody sees. */
#include "host/infile.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"", "\n", "", false};

enum { LONGEST = 4000 };

static void be_input(const char *bytes, size_t n) {
    static FILE *file;

    if (!file)
        file = tmpfile();
    HOLDS(file && dup2(fileno(file), STDIN_FILENO) == STDIN_FILENO);
    HOLDS(ftruncate(STDIN_FILENO, 0) == 0 && pwrite(STDIN_FILENO, bytes, n, 0) == (ssize_t)n);
    HOLDS(lseek(STDIN_FILENO, 0, SEEK_SET) == 0);
}

/* The line as it stands there, without the mark that a file may begin with. */
static bool stands(const char *bytes, size_t n, const struct infile *in, const struct text *line) {
    size_t start = (size_t)in->start, skip = start == 0 && n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    size_t end = start + skip + line->len;

    return end <= n && memcmp(bytes + start + skip, text_str(line), line->len) == 0 &&
           (end == n || bytes[end] == '\n') && (start == 0 || bytes[start - 1] == '\n');
}

/* A line is found again by its place. */
static void goes_back(struct infile *in, const struct infile_place *place, const char *before) {
    struct text line = {.max = LONGEST};
    struct err err = {0};

    HOLDS(infile_go(in, place, &err) && infile_next(in, &line, &err));
    HOLDS(strcmp(text_str(&line), before) == 0 && in->line == place->line && in->start == place->start);
    text_release(&line);
}

void fuzz_one(const char *bytes, size_t n) {
    static struct infile in;
    struct infile_place last = {0, 0};
    struct text line = {.max = LONGEST}, before = {0};
    struct err err = {0};

    be_input(bytes, n);
    infile_begin(&in, NULL);
    while (infile_next(&in, &line, &err)) {
        HOLDS(line.len > 0 && line.len <= LONGEST && clean_is_utf8(text_str(&line), line.len));
        HOLDS(!memchr(text_str(&line), '\n', line.len) && in.line > last.line && stands(bytes, n, &in, &line));
        last = (struct infile_place){in.start, in.line};
        text_clear(&before);
        text_add(&before, text_str(&line));
    }
    HOLDS(!err.text || (err.code == MC_DATAERR && text_starts(err.text, "standard input:")));
    if (last.line > 0 && !err.text)
        goes_back(&in, &last, text_str(&before));
    err_release(&err);
    text_release(&line);
    text_release(&before);
}
