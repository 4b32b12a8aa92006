#ifndef MC_ADDRESS_H
#define MC_ADDRESS_H

struct text;

/* The address of a remote as it may be written down: one clean line, without a password or token in it. */
void address_public(struct text *out, const char *address);

#endif
