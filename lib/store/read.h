#ifndef MC_READ_H
#define MC_READ_H

#include <stdbool.h>

struct activity;
struct message;
struct query;
struct run;
struct runtime;
struct slot;
struct ticket;

/* One row's columns (columns.h) from a query into its struct, which is overwritten: release it first. Zeroed, and false
 * where somebody asks, where a join found no row (its first column is NULL). */
bool read_ticket(struct query *query, struct ticket *ticket);
bool read_run(struct query *query, struct run *run);
void read_runtime(struct query *query, struct runtime *runtime);
void read_slot(struct query *query, struct slot *slot);
void read_message(struct query *query, struct message *message);
void read_activity(struct query *query, struct activity *activity);

#endif
