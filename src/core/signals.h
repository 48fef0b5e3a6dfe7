/* signals.h -- signals: by what name people know them, and as a program finds them. */
#ifndef GCK_CORE_SIGNALS_H
#define GCK_CORE_SIGNALS_H

#include "core/text.h"

/* Appends "SIGSEGV, segmentation fault", or "signal 40". */
void gck_signal_append(char *text, size_t size, int number);

/* Is this process run by a sanitizer? */
bool gck_sanitizer_runs(void);

/* In a forked child: no handler of the host's and nothing held back. */
void gck_signals_default(void);

#endif
