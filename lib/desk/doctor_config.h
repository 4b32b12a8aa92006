#ifndef MC_DOCTOR_CONFIG_H
#define MC_DOCTOR_CONFIG_H

struct doctor;

/* The configuration, and the site as far as it goes. First. */
void doctor_config(struct doctor *doctor);

#endif
