#ifndef MC_DOCTOR_REPOS_H
#define MC_DOCTOR_REPOS_H

struct doctor;

/* git, workspaces, slots. */
void doctor_repos(struct doctor *doctor);

#endif
