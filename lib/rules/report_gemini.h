#ifndef MC_REPORT_GEMINI_H
#define MC_REPORT_GEMINI_H

#include <stddef.h>

/* gemini 0.61 gives the text of a streamed answer and then once more what came after its first piece, with a blank
 * before each piece. How long the first is: where that can be told, else n. At most a few times n steps. */
size_t report_gemini_length(const char *bytes, size_t n);

#endif
