/* terminal.h -- a terminal that gives every key at once and shows one screen, and is as it was afterwards:
 * also where a signal ends the program. There is one of them, so its state is the program's own. */
#ifndef GCK_LEARN_TERMINAL_H
#define GCK_LEARN_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum {
    GCK_KEY_NONE = -1,   /* nothing was typed in that time */
    GCK_KEY_RESIZE = -2, /* the window has another size, or shows this program again */
    GCK_KEY_END = -3     /* nobody types any more, or a signal asks to end */
};

/* Are stdin and stdout a terminal that can move its cursor? */
bool gck_terminal_is(void);

/* Takes the terminal over. False where it can't. */
bool gck_terminal_begin(void);
/* Gives it back. Where a signal asked to end, it then takes effect and this does not return. */
void gck_terminal_end(void);

/* A key, waiting at most so many milliseconds, or one of GCK_KEY_... */
int gck_terminal_key(int milliseconds);

/* How many lines the window has. */
size_t gck_terminal_rows(void);

/* Shows the lines from the window's top on, and nothing else. */
void gck_terminal_show(const char *text);

#endif
