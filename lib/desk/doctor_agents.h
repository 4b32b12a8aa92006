#ifndef MC_DOCTOR_AGENTS_H
#define MC_DOCTOR_AGENTS_H

struct doctor;

/* The profiles in use. */
void doctor_agents(struct doctor *doctor);

#endif
