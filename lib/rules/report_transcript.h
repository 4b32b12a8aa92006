#ifndef MC_REPORT_TRANSCRIPT_H
#define MC_REPORT_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct report_event;

/* For an end that names a transcript and no reply (claude 2.0): the last reply in it (JSON lines), of the bytes of its
 * tail, whose first line may be cut. Fills the event's reply, or fault and detail when claude said there that its API
 * failed. False, and nothing filled, when nothing of the agent's stands behind the last prompt: it may not be written
 * yet. */
bool report_transcript_read(struct report_event *event, const char *bytes, size_t n);

#endif
