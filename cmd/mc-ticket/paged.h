#ifndef MC_TICKET_PAGED_H
#define MC_TICKET_PAGED_H

#include <stddef.h>
#include <stdio.h>

struct call;
struct text;

/* What a command has to show a person: through the pager where standard output is a terminal with fewer lines, unless
 * --no-pager is given; else printed. */
void paged_show(const struct call *call, const struct text *text);

/* The same of all that is printed between the two. */
struct paged {
    FILE *terminal; /* NULL: it is printed as it comes */
    char *bytes;
    size_t size;
};
void paged_begin(struct paged *paged, const struct call *call);
void paged_end(struct paged *paged, const struct call *call);

#endif
