#ifndef MC_TICKET_HELP_H
#define MC_TICKET_HELP_H

struct command;

/* Prints what there is, a line each, under the headings of mc-ticket(1). */
void help_all(const struct command *commands);

/* Prints how one command is called, and its options as they are meant there. */
void help_one(const struct command *command);

#endif
