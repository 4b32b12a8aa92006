#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/text.h"
#include "call.h"
#include "rules/ticket_text.h"

static bool read_stream(struct text *body, FILE *file, const char *name, struct err *err) {
    char bytes[8192];
    size_t n;

    body->max = TICKET_TEXT_MAX;
    while (!body->over && (n = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_addn(body, bytes, n);
    if (ferror(file))
        return err_errno(err, MC_IOERR, errno, "%s: cannot be read", name);
    if (body->over)
        return err_set(err, MC_DATAERR, "%s: a body may have at most %d bytes; put the rest into a file and name it",
                       name, TICKET_TEXT_MAX);
    return ticket_body(text_str(body), body->len, err) || err_wrap(err, "%s", name);
}

bool body_read(struct call *call, struct err *err) {
    struct text *body = &call->body;
    const char *text = option_value(&call->options, OPTION_BODY);
    const char *name = option_value(&call->options, OPTION_BODY_FILE);
    struct stat seen;
    FILE *file;
    bool ok;

    if (text != NULL && name != NULL)
        return err_set(err, MC_USAGE, "take --body or --body-file, not both");
    if (text != NULL && !ticket_body(text, strlen(text), err))
        return err_wrap(err, "--body");
    if (text != NULL)
        text_add(body, text);
    if (name == NULL)
        return true;
    if (strcmp(name, "-") == 0)
        return read_stream(body, stdin, "standard input", err);
    file = fopen(name, "re");
    if (file == NULL)
        return err_errno(err, MC_NOINPUT, errno, "%s: cannot be opened", name) ||
               err_advise(err, "name a file that can, or - for standard input");
    if (fstat(fileno(file), &seen) == 0 && S_ISDIR(seen.st_mode)) {
        fclose(file);
        return err_set(err, MC_NOINPUT, "%s is a directory; name the file that has the text", name);
    }
    ok = read_stream(body, file, name, err);
    fclose(file);
    return ok;
}

const char *body_text(const struct call *call, struct err *err) {
    size_t words = call->options.words.count - 1;
    bool file = option_given(&call->options, OPTION_BODY_FILE);
    const char *text = file ? text_str(&call->body) : words > 1 ? call_word(call, words - 1) : NULL;

    if (text == NULL || !ticket_text_seen(text)) {
        err_set(err, MC_USAGE, "the text is missing or empty; say what the agent shall read");
        return NULL;
    }
    return ticket_body(text, strlen(text), err) ? text : NULL;
}
