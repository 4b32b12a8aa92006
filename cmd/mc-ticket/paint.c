#include "paint.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool look(void) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(STDOUT_FILENO) && (!no || !*no) && (!term || strcmp(term, "dumb") != 0);
}

/* Looked at once: a table asks for each of its cells. */
static bool wanted(void) {
    static enum { UNKNOWN, YES, NO } colours;

    if (colours == UNKNOWN)
        colours = look() ? YES : NO;
    return colours == YES;
}

const char *paint(enum paint paint) {
    static const char *const rows[PAINT_COUNT] = {
        [PAINT_PLAIN] = "",        [PAINT_BOLD] = "\033[1m",   [PAINT_DIM] = "\033[2m",   [PAINT_GOOD] = "\033[32m",
        [PAINT_WARN] = "\033[33m", [PAINT_BAD] = "\033[1;31m", [PAINT_LINK] = "\033[36m",
    };

    return wanted() ? rows[paint] : "";
}

const char *paint_end(void) {
    return wanted() ? "\033[0m" : "";
}

enum paint paint_of_status(enum ticket_status status) {
    static const enum paint rows[TICKET_STATUS_COUNT] = {
        [TICKET_INBOX] = PAINT_DIM,      [TICKET_TODO] = PAINT_PLAIN,      [TICKET_IN_PROGRESS] = PAINT_LINK,
        [TICKET_IN_REVIEW] = PAINT_WARN, [TICKET_NEEDS_INPUT] = PAINT_BAD, [TICKET_BLOCKED] = PAINT_BAD,
        [TICKET_DONE] = PAINT_GOOD,      [TICKET_CANCELLED] = PAINT_DIM,
    };

    return rows[status];
}
