#ifndef MC_DOCTOR_CALLS_H
#define MC_DOCTOR_CALLS_H

struct doctor;

/* Who calls mc-pickup, and with which PATH. Second: what others look up, they look up on that. */
void doctor_calls(struct doctor *doctor);

#endif
