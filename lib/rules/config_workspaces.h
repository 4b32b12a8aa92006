#ifndef MC_CONFIG_WORKSPACES_H
#define MC_CONFIG_WORKSPACES_H

#include <stdbool.h>

struct config_reading;
struct json;

/* The objects "workspace" and "workspaces". */
bool config_read_workspace(const struct config_reading *reading, const struct json *json);
bool config_read_workspaces(const struct config_reading *reading, const struct json *json);

/* What they are together: two pools in one folder, or in one another, or one in its repository are refused. */
bool config_check_workspaces(const struct config_reading *reading);

#endif
