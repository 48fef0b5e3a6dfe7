/* signals.h -- signals: by what name people know them, and how a forked child begins without its host's. */
#ifndef GCK_CORE_SIGNALS_H
#define GCK_CORE_SIGNALS_H

#include "core/text.h"

#include <sys/types.h>

/* Appends "SIGSEGV, segmentation fault", or "signal 40". */
void gck_signal_append(char *text, size_t size, int number);

/* Is this process run by a sanitizer? */
bool gck_sanitizer_runs(void);

/* In a forked child, at once: it dies when its parent does, none of the host's handlers is left and no signal held back, and what
 * the host has registered for exit() is not done. parent: as getpid() was before the fork. */
void gck_forked(pid_t parent);

#endif
