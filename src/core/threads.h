/* threads.h -- a loop over many numbers, shared out among threads of this process.
 *
 * For what depends on the index alone and calls no layer: those run in processes (crew.h). */
#ifndef GCK_CORE_THREADS_H
#define GCK_CORE_THREADS_H

#include <stddef.h>

/* work(context, first, end) for parts of 0 .. n - 1 that cover it, all but one of which begin at a multiple of `unit`; as many parts
 * as threads, this one among them, and fewer where the system gives none. Returns when all are done. Signals come to this thread. */
void gck_threads_run(void (*work)(void *context, size_t first, size_t end), void *context, size_t n, size_t unit,
                     unsigned threads);

#endif
