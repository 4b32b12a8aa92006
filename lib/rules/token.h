#ifndef MC_TOKEN_H
#define MC_TOKEN_H

#include "rules/key.h"

/* Who may type into an agent's pane (SPEC section 11, interrupted_send): a word that stands at the pane, of the bytes
 * [A-Za-z0-9_]. Its sender's names the turn, and says so once its text is pasted; a healer's keeps both and adds a word
 * of its own. None is ever there twice. */
enum { TOKEN_SIZE = NONCE_SIZE + 64, TOKEN_OWN_DIGITS = 16 };

void token_make(char out[TOKEN_SIZE], const char *nonce);   /* of the turn's sender */
void token_pasted(char out[TOKEN_SIZE], const char *token); /* the same, once it has pasted */

/* What the word at the pane says of this turn's text. SILENT: it is of another turn, or of none. */
enum token_word { TOKEN_SILENT, TOKEN_UNPASTED, TOKEN_PASTED };
enum token_word token_says(const char *seen, const char *nonce);

/* The next word in the place of the one seen: as much said of this turn, by another (`own`: random hex digits). */
void token_next(char out[TOKEN_SIZE], const char *seen, const char *nonce, const char *own);

#endif
