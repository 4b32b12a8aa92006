#ifndef MC_CONFIG_ANSWERS_H
#define MC_CONFIG_ANSWERS_H

#include <stdbool.h>

struct config_place;

/* headers, success, rules of the struct dialect that is the place's object */
bool key_read_answers(const struct config_place *at);

#endif
