#ifndef MC_NOTIFY_H
#define MC_NOTIFY_H

struct site;

/* Runs the configuration's `notify` with the text on its standard input, for at most 10 s, in the caller's environment
 * without GIT_* and our token. Its failure is the
 * operator's to see in their own tool: it is said on standard error and changes nothing. */
void notify(const struct site *site, const char *text);

#endif
