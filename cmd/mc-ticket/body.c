#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "call.h"
#include "rules/prompt.h"

static bool read_stream(struct text *body, FILE *file, const char *name, struct err *err) {
    char bytes[8192];
    size_t n;

    body->max = PROMPT_MAX;
    while (!body->over && (n = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_addn(body, bytes, n);
    if (ferror(file))
        return err_errno(err, MC_IOERR, errno, "%s: cannot be read", name);
    if (body->over)
        return err_set(err, MC_DATAERR, "%s: a body may have at most %d bytes; put the rest into a file and name it",
                       name, PROMPT_MAX);
    if (body->len > 0 && memchr(body->data, '\0', body->len) != NULL)
        return err_set(err, MC_DATAERR, "%s: has a NUL byte, so it is no text", name);
    return true;
}

bool body_read(struct call *call, struct err *err) {
    struct text *body = &call->body;
    const char *text = option_value(&call->options, OPTION_BODY);
    const char *name = option_value(&call->options, OPTION_BODY_FILE);
    FILE *file;
    bool ok;

    if (text != NULL && name != NULL)
        return err_set(err, MC_USAGE, "take --body or --body-file, not both");
    if (text != NULL && strlen(text) > PROMPT_MAX)
        return err_set(err, MC_DATAERR, "--body: a body may have at most %d bytes", PROMPT_MAX);
    if (text != NULL)
        text_add(body, text);
    if (name == NULL)
        return true;
    if (strcmp(name, "-") == 0)
        return read_stream(body, stdin, "standard input", err);
    file = fopen(name, "re");
    if (file == NULL)
        return err_errno(err, MC_NOINPUT, errno, "%s: cannot be opened", name);
    ok = read_stream(body, file, name, err);
    fclose(file);
    return ok;
}

const char *body_text(const struct call *call, struct err *err) {
    const char *word = call_word(call, 1);
    bool file = option_given(&call->options, OPTION_BODY_FILE);
    const char *text = file ? text_str(&call->body) : word;

    if (file && word != NULL) {
        err_set(err, MC_USAGE, "take a TEXT or --body-file, not both");
        return NULL;
    }
    if (text == NULL || text[strspn(text, " \t\r\n")] == '\0') {
        err_set(err, MC_USAGE, "the text is missing or empty; say what the agent shall read");
        return NULL;
    }
    if (strlen(text) > PROMPT_MAX) {
        err_set(err, MC_DATAERR, "the text is over %d bytes; put it into a file and name it", PROMPT_MAX);
        return NULL;
    }
    return text;
}
