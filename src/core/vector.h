/* vector.h -- OpenBLAS's process-wide state. The vectors themselves are declared in gradcheck/layer.h. */
#ifndef GCK_CORE_VECTOR_H
#define GCK_CORE_VECTOR_H

#include <stdbool.h>

/* OpenBLAS maps a buffer when it multiplies first, and where it cannot have that it asks again, for ever. Can this thread have it? */
bool gck_vector_has_buffer(void);

/* One thread from here on: the parallelism is processes, and results don't depend on the machine. */
void gck_vector_single_thread(void);

#endif
