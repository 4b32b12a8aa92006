#ifndef MC_COMPLETION_H
#define MC_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/words.h"

/* In which status a ticket is worth offering for this command of mc-ticket, or option that takes a key. One that is not
 * in the table takes every ticket. */
bool completion_offers(const char *command, enum ticket_status status);

/* Of the words that a command takes ("KEY... [TEXT]"), the one at this place, without brackets and dots; one with dots
 * stands for all that follow too, until a shell cannot tell. Bytes and length; NULL: none. */
const char *completion_word(const char *words, size_t at, size_t *length);

/* May a shell be given this as a word: nothing in it means anything to one, quoted or not, nor reads as an option. */
bool completion_is_plain(const char *word);

#endif
