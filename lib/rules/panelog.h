#ifndef MC_PANELOG_H
#define MC_PANELOG_H

#include <stddef.h>

struct text;

/* The bytes a program wrote to its terminal, made safe to print: control sequences (CSI, OSC, DCS, SOS, PM, APC, and
 * the two-byte ones, ECMA-48) are left out whole, what remains is cleaned as ticket text is. Positions on the screen
 * are lost: it is for reading what was said, not for seeing how it looked. */
void panelog_plain(struct text *out, const char *bytes, size_t n);

#endif
