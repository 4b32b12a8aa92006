#ifndef MC_DOCTOR_TOOLS_H
#define MC_DOCTOR_TOOLS_H

struct doctor;

/* Our programs, tmux. */
void doctor_tools(struct doctor *doctor);

#endif
