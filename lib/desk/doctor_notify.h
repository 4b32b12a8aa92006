#ifndef MC_DOCTOR_NOTIFY_H
#define MC_DOCTOR_NOTIFY_H

struct doctor;

/* The program of `notify`, and what became of it. */
void doctor_notify(struct doctor *doctor);

#endif
