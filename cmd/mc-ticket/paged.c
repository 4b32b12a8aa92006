#include "paged.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "call.h"
#include "host/pager.h"

void paged_show(const struct call *call, const struct text *text) {
    bool page = !option_given(&call->options, OPTION_NO_PAGER) && pager_wanted(text);

    if (!page || !pager_show(text))
        fwrite(text_str(text), 1, text->len, stdout);
}

/* glibc lets stdout be another stream. */
void paged_begin(struct paged *paged, const struct call *call) {
    FILE *memory;

    *paged = (struct paged){0};
    if (call->json || option_given(&call->options, OPTION_NO_PAGER) || !isatty(STDOUT_FILENO))
        return;
    memory = open_memstream(&paged->bytes, &paged->size);
    if (!memory)
        return;
    paged->terminal = stdout;
    stdout = memory;
}

void paged_end(struct paged *paged, const struct call *call) {
    struct text text = {0};

    if (!paged->terminal)
        return;
    fclose(stdout);
    stdout = paged->terminal;
    text_addn(&text, paged->bytes, paged->size);
    paged_show(call, &text);
    text_release(&text);
    free(paged->bytes);
    *paged = (struct paged){0};
}
