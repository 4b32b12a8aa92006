/* Text of anybody's on a page. */
#include "base/html.h"

#include "base/clean.h"
#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"", "", "", false};

enum { LINES = 3, WIDTH = 10 };

/* No tag, no end of a quoted attribute, no reference but our own. */
static void is_escaped(const struct text *text) {
    static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

    fuzz_is_clean(text_str(text), text->len);
    HOLDS(!strpbrk(text_str(text), "<>\"'"));
    for (const char *at = strchr(text_str(text), '&'); at; at = strchr(at + 1, '&')) {
        bool ours = false;

        for (size_t i = 0; i < sizeof references / sizeof *references; i++)
            ours = ours || text_starts(at, references[i]);
        HOLDS(ours);
    }
}

static size_t count_lines(const char *s) {
    size_t lines = 1;

    for (; *s; s++)
        lines += *s == '\n';
    return lines;
}

void fuzz_one(const char *bytes, size_t n) {
    struct text text = {0}, line = {0}, block = {0}, markup = {0};
    char *string = fuzz_string(bytes, n);

    html_text(&text, bytes, n);
    is_escaped(&text);
    html_line(&line, string);
    is_escaped(&line);
    HOLDS(!strpbrk(text_str(&line), "\n\t"));
    html_block(&block, &(struct html_block){bytes, n, LINES, WIDTH});
    is_escaped(&block);
    HOLDS(count_lines(text_str(&block)) <= LINES + 1);
    html_add(&markup, "<td title=\"%s\">%%</td>", string);
    HOLDS(text_starts(text_str(&markup), "<td title=\""));
    HOLDS(markup.len == line.len + strlen("<td title=\"\">%</td>"));
    free(string);
    text_release(&text);
    text_release(&line);
    text_release(&block);
    text_release(&markup);
}
