#include "rules/shebang.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static const char blanks[] = " \t";

/* What comes behind -S (also glued to it, or spelled out), else NULL. */
static const char *split_string(const char *words) {
    static const char *const options[] = {"-S", "-vS", "--split-string="};

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (text_starts(words, options[i]))
            return words + strlen(options[i]);
    return NULL;
}

/* The first word that is no NAME=VALUE; NULL where env's own quoting, options or PATH= decide. */
static char *program_of(const char *words) {
    if (strpbrk(words, "\\'\"$#"))
        return NULL;
    for (words += strspn(words, blanks); *words; words += strspn(words, blanks)) {
        size_t n = strcspn(words, blanks);

        if (*words == '-' || text_starts(words, "PATH="))
            return NULL;
        if (!memchr(words, '=', n))
            return xstrndup(words, n);
        words += n;
    }
    return NULL;
}

/* The kernel hands over all behind the interpreter as one argument. */
static char *wanted_of(const char *argument) {
    const char *words = split_string(argument);

    if (words)
        return program_of(words);
    return *argument == '-' || !*argument || strchr(argument, '=') ? NULL : xstrdup(argument);
}

static bool is_env(const char *interpreter) {
    return !strcmp(text_name(interpreter), "env");
}

static bool read_line(struct shebang *out, char *line, bool cut) {
    size_t n;

    for (n = strlen(line); n > 0 && strchr(blanks, line[n - 1]); n--)
        line[n - 1] = '\0';
    line += strspn(line, blanks);
    n = strcspn(line, blanks);
    if (*line != '/' || (cut && !line[n])) /* a relative one depends on where it is run */
        return false;
    out->interpreter = xstrndup(line, n);
    line += n + strspn(line + n, blanks);
    if (is_env(out->interpreter) && !cut)
        out->wanted = wanted_of(line);
    if (out->wanted && strchr(out->wanted, '/') && *out->wanted != '/') {
        free(out->wanted);
        out->wanted = NULL;
    }
    return true;
}

bool shebang_read(struct shebang *line, const char *head, size_t n) {
    char copy[SHEBANG_BYTES + 1];
    bool cut;

    *line = (struct shebang){0};
    if (n > SHEBANG_BYTES)
        n = SHEBANG_BYTES;
    if (n < 2 || memcmp(head, "#!", 2) != 0)
        return false;
    memcpy(copy, head, n);
    copy[n] = '\0';
    cut = n == SHEBANG_BYTES && strcspn(copy, "\n") == n;
    copy[strcspn(copy, "\n")] = '\0';
    return read_line(line, copy + 2, cut);
}

void shebang_release(struct shebang *line) {
    free(line->interpreter);
    free(line->wanted);
    *line = (struct shebang){0};
}
