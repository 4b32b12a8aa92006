#ifndef MC_SITE_SAID_H
#define MC_SITE_SAID_H

struct site;

/* Where a refusal is remembered: beside a board that is there; and of one that is not, in the user's own state folder
 * under the board's whole path. NULL: nowhere. */
char *site_said_refusal(const struct site *site);
char *site_said_elsewhere(const struct site *site);

#endif
