#ifndef MC_DOCTOR_PLACES_H
#define MC_DOCTOR_PLACES_H

struct doctor;

/* What a pickup keeps in the board's folder and in the pools, and makes where it is not there: does something of
 * another kind stand there? */
void doctor_places(struct doctor *doctor);

#endif
