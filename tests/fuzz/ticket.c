/* Texts of a ticket, and the names that are made of them. */
#include "rules/ticket_text.h"

#include "base/argv.h"
#include "base/clean.h"
#include "base/err.h"
#include "fuzz.h"
#include "rules/branch.h"
#include "rules/completion.h"
#include "rules/edit.h"

const struct fuzz_shape fuzz_shape = {"", ",", "", false};

static void lines(const char *s) {
    for (int what = 0; what < TICKET_LINE_COUNT; what++) {
        struct text once = {0}, again = {0};
        struct err err = {0};

        if (ticket_line(&once, (enum ticket_line)what, s, &err)) {
            fuzz_is_line(once.data);
            HOLDS(once.len <= 1000 && ticket_text_seen(once.data));
            HOLDS(what != TICKET_LABEL || !strchr(once.data, ','));
            HOLDS(ticket_line(&again, (enum ticket_line)what, once.data, &err) && strcmp(once.data, again.data) == 0);
        } else {
            HOLDS(once.len == 0 && err.code == MC_DATAERR && text_starts(err.text, "the "));
        }
        err_release(&err);
        text_release(&once);
        text_release(&again);
    }
}

static size_t count(const char *labels) {
    size_t count = *labels != '\0';

    for (; *labels; labels++)
        count += *labels == ',';
    return count;
}

/* Each once. */
static void labels(const char *s) {
    struct argv on = {0}, off = {0};
    struct text out = {0}, edited = {0};
    struct err err = {0};

    argv_words(&on, s);
    if (ticket_labels(&out, &on, &err)) {
        HOLDS(count(text_str(&out)) <= on.count);
        edit_labels(&edited, text_str(&out), &off, &off);
        HOLDS(strcmp(text_str(&edited), text_str(&out)) == 0);
        edit_labels(&edited, NULL, &on, &on);
    }
    err_release(&err);
    argv_release(&on);
    argv_release(&off);
    text_release(&out);
    text_release(&edited);
}

/* One that git takes, and that is known again as the run's. */
static void branches(const char *title) {
    const struct branch_of of = {"agents/", "MC-4629", title, "0123456789abcdef0123456789abcdef"};
    struct text name = {0};

    branch_name(&name, &of);
    HOLDS(branch_is_of(name.data, &of) && branch_is_ours(name.data, "agents/", "MC"));
    HOLDS(strspn(name.data, "abcdefghijklmnopqrstuvwxyz0123456789-/") == name.len);
    HOLDS(!strstr(name.data, "--") && name.len < 80);
    (void)branch_is_ours(title, "agents/", "MC");
    text_release(&name);
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);
    struct err err = {0};

    lines(s);
    labels(s);
    branches(s);
    if (ticket_body(bytes, n, &err))
        HOLDS(n <= TICKET_TEXT_MAX && clean_is_utf8(bytes, n) && strlen(s) == n);
    HOLDS(!completion_is_plain(s) || !strpbrk(s, " '\"\\$`;&|<>()*?[]#~!\n\t"));
    err_release(&err);
    free(s);
}
