#include "base/err.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

static bool replace(struct err *err, enum mc_exit code, char *text) {
    free(err->text); /* only now: the arguments may have pointed into it */
    err->text = text;
    err->code = code;
    err->advice = 0;
    return false;
}

bool err_set(struct err *err, enum mc_exit code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = xvasprintf(format, args);
    va_end(args);
    return replace(err, code, text);
}

static enum mc_exit errno_exit(int error_number, enum mc_exit otherwise) {
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EIO:
    case EROFS:
    case EFBIG:
        return MC_IOERR;
    case EACCES:
    case EPERM:
        return MC_NOPERM;
    case ENOMEM:
    case EAGAIN:
    case EMFILE:
    case ENFILE:
        return MC_OSERR;
    default:
        return otherwise;
    }
}

bool err_is_want(int error_number) {
    return errno_exit(error_number, MC_OK) == MC_OSERR;
}

bool err_errno(struct err *err, enum mc_exit code, int error_number, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *what = xvasprintf(format, args);
    va_end(args);
    char *text = xasprintf("%s: %s", what, strerror(error_number));
    free(what);
    return replace(err, errno_exit(error_number, code), text);
}

bool err_wrap(struct err *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *context = xvasprintf(format, args);
    va_end(args);
    char *text = xasprintf("%s: %s", context, err->text != NULL ? err->text : "failed");
    size_t advice = err->advice ? err->advice + strlen(context) + 2 : 0;
    free(context);
    replace(err, err->code, text);
    err->advice = advice;
    return false;
}

bool err_advise(struct err *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *what = xvasprintf(format, args);
    va_end(args);
    size_t advice = strlen(err->text) + 2;
    replace(err, err->code, xasprintf("%s; %s", err->text, what));
    free(what);
    err->advice = advice;
    return false;
}

bool err_advise_words(struct err *err, const char *advice, const char *const *words) {
    struct text text = {0};
    for (const char *hole; (hole = strstr(advice, "{}")) != NULL; advice = hole + 2) {
        text_addn(&text, advice, (size_t)(hole - advice));
        text_word(&text, *words);
        words += words[1] != NULL;
    }
    text_add(&text, advice);
    err_advise(err, "%s", text_str(&text));
    text_release(&text);
    return false;
}

void err_release(struct err *err) {
    if (err == NULL)
        return;
    free(err->text);
    *err = (struct err){0};
}
