/* vector.h -- OpenBLAS's process-wide state. The vectors themselves are declared in gradcheck/layer.h. */
#ifndef GCK_CORE_VECTOR_H
#define GCK_CORE_VECTOR_H

/* One thread from here on: the parallelism is processes, and results don't depend on the machine. */
void gck_vector_single_thread(void);

#endif
