#ifndef MC_DOCTOR_SERVER_H
#define MC_DOCTOR_SERVER_H

struct doctor;

/* The server that keeps the open board: how it answers, what it may lose, whose clock is wrong, and whether the board
 * there is whole, else it is lost. */
void doctor_server(struct doctor *doctor);

#endif
