#ifndef MC_DOCTOR_SERVER_H
#define MC_DOCTOR_SERVER_H

#include <stdbool.h>

struct doctor;

/* The server that keeps the open board: how it answers, what it may lose, whose clock is wrong, and whether the board
 * there is whole; false: its rows cannot be relied on. */
bool doctor_server(struct doctor *doctor);

#endif
