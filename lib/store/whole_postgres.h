#ifndef MC_WHOLE_POSTGRES_H
#define MC_WHOLE_POSTGRES_H

/* What a board on a server lacks of what schema_postgres.c makes and grants: a row each, and none where it is whole.
 * is_right: the role lacks it; else the schema does. Any role can ask. What makes a board is a value of the question.
 */
extern const char whole_postgres_shape[];
extern const char whole_postgres[];

#endif
