#ifndef MC_DOCTOR_SLOTS_H
#define MC_DOCTOR_SLOTS_H

#include <stdbool.h>

struct doctor;
struct err;

/* The slots of this host's workspaces, those that are yet to be made too. False: the board. */
bool doctor_slots(struct doctor *doctor, struct err *err);

#endif
