#ifndef MC_TICKET_CANVAS_H
#define MC_TICKET_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

struct err;

/* The terminal as one page that is drawn over and over, on its other screen; standard input and output are it. However
 * the program ends but by KILL, the terminal is as it was. */

/* 64 where it is no terminal, or one that cannot be drawn on. */
bool canvas_check(struct err *err);
bool canvas_open(struct err *err);

/* All of it in one write: lines that are too long or too many are not shown. Text with its own colours, safe already.
 */
bool canvas_draw(const char *page);

/* Waits until the time is over, or the terminal has another size. false: a person or a signal has ended it. */
bool canvas_wait(int64_t ms);

/* The terminal as it was; whoever ended it by a signal but Ctrl-C sees the program end by that. */
void canvas_close(void);

#endif
