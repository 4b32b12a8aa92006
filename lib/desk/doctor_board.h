#ifndef MC_DOCTOR_BOARD_H
#define MC_DOCTOR_BOARD_H

struct doctor;

/* The board's file and its disk; opens it for those that follow. */
void doctor_board(struct doctor *doctor);

#endif
