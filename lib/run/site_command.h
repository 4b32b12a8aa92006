#ifndef MC_SITE_COMMAND_H
#define MC_SITE_COMMAND_H

struct site;

/* How a person calls mc-ticket for this board, in the shell that has named it: "mc-ticket --db /x/board.db"; and
 * anywhere, also where this shell's variables name it. What is found without its name is not named. New strings. */
char *site_command(const struct site *site);
char *site_command_anywhere(const struct site *site);

#endif
