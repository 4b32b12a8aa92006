#ifndef MC_SECRET_H
#define MC_SECRET_H

struct text;

/* A cleaned text without a secret in it: every place where the secret stands is written as stars, as many as the
 * secret has bytes. It is found as it is, and also where it was written for another reader (\/ \u002F %2F &#x2F;
 * &amp;), and where something that is neither letter nor digit was put between two of its characters; its beginning is
 * found at the end of a text that was cut. A secret of less than SECRET_MIN characters is a word like any other.
 * secret NULL: there is none. */
enum { SECRET_MIN = 4 };
void secret_star(struct text *out, const char *clean, const char *secret);

#endif
