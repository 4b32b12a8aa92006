#ifndef MC_DOCTOR_ROWS_H
#define MC_DOCTOR_ROWS_H

struct doctor;

/* What stands on the board: clock, hosts, pause, breakers. */
void doctor_rows(struct doctor *doctor);

#endif
