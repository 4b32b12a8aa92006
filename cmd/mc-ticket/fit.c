#include "fit.h"

#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/mem.h"
#include "base/text.h"

static struct winsize terminal(void) {
    struct winsize size = {0};

    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return (struct winsize){0};
    return size;
}

size_t fit_columns(void) {
    return terminal().ws_col;
}

size_t fit_lines(void) {
    return terminal().ws_row;
}

/* As nearly all are: nothing in it is to be taken away. */
static bool is_plain(const char *s) {
    bool blank = true;

    for (; *s >= ' ' && *s <= '~' && !(blank && *s == ' '); s++)
        blank = *s == ' ';
    return !*s && !blank;
}

char *fit_line(const char *s) {
    struct text clean = {0}, line = {0};

    if (is_plain(s))
        return xstrdup(s);
    clean_line(&clean, s, strlen(s), 0);
    clean_shown(&line, text_str(&clean), clean.len);
    text_release(&clean);
    return text_take(&line);
}
