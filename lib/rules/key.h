#ifndef MC_KEY_H
#define MC_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

/* A ticket key is ^[A-Z][A-Z0-9]{0,9}-[1-9][0-9]{0,17}$ (SPEC section 15). */
enum { KEY_SIZE = 32, PREFIX_MAX = 10, SESSION_SIZE = 64, SESSION_KEY_SIZE = 48, NONCE_SIZE = 64 };

bool key_prefix_ok(const char *prefix);

/* The number of a key with this prefix; false for another prefix or anything that is not a key. */
bool key_parse(const char *key, const char *prefix, int64_t *number);

void key_make(char out[KEY_SIZE], const char *prefix, int64_t number); /* MC-4629 */
void key_session(char out[SESSION_SIZE], const char *session_prefix,
                 const char *key);                                /* mc-MC-4629, for "mc" as for "mc-" */
void key_session_key(char out[SESSION_KEY_SIZE], int64_t number); /* ticket:4629:session */
bool key_session_prefix_ok(const char *prefix);                   /* [A-Za-z0-9_-]{1,20} */

bool key_run_ok(const char *run_id); /* 32 lower-case hex digits */
bool key_pane_ok(const char *pane);  /* % and 1 to 9 digits */

/* MC_TICKET_TURN:4629:1779942042145:e519f820 (number, Unix ms, 8 hex). */
void key_nonce(char out[NONCE_SIZE], int64_t number, int64_t now, uint32_t random);
bool key_nonce_ok(const char *nonce);

/* The next nonce in an exact text from *at on, which moves behind it; false: there is none. */
bool key_nonce_next(char out[NONCE_SIZE], const char **at);

/* The last nonce in an exact text: a prompt of ours ends with its marker, and what stands before it may quote any.
 * "": none. */
void key_nonce_last(char out[NONCE_SIZE], const char *text);

/* "[NONCE internal routing marker; do not mention this marker in your reply]" */
void key_marker(struct text *out, const char *nonce);

/* Just behind the last place where `words` stands on a rendered screen, NULL when nowhere. Only letters, digits and
 * colons are compared: programs wrap, indent, frame and eat markdown's signs (FACTS). */
const char *key_find_last(const char *screen, const char *words);

/* Is this nonce on a rendered screen, or in a text, compared like that? An empty or NULL nonce is nowhere. */
bool key_marker_seen(const char *screen, const char *nonce);

#endif
