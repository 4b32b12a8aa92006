#ifndef MC_TRACE_H
#define MC_TRACE_H

/* Just behind the last trace of a text that we pasted: its nonce (may be NULL), the end of a marker, or the label that
 * agents show for a long paste; NULL: none. In the input or in the transcript; in linear time. */
const char *trace_last(const char *text, const char *nonce);

/* The same within [start, end). */
const char *trace_end(const char *start, const char *end, const char *nonce);

#endif
