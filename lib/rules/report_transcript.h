#ifndef MC_REPORT_TRANSCRIPT_H
#define MC_REPORT_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct report_event;

/* The agent's own file of its conversation (claude's and gemini's JSON lines), of the bytes of its tail, whose first
 * line may be cut: for an end that names a transcript and has no reply, or an inexact one. Fills the reply, or fault
 * and detail when it says there that its API failed or that a person broke it off. False, and nothing changed, when
 * nothing of the agent's stands behind the last prompt: it may not be written yet. */
bool report_transcript_read(struct report_event *event, const char *bytes, size_t n);

#endif
