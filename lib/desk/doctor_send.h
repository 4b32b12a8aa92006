#ifndef MC_DOCTOR_SEND_H
#define MC_DOCTOR_SEND_H

struct doctor;

/* The endpoint and its token. */
void doctor_send(struct doctor *doctor);

#endif
