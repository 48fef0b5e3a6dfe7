/* unlike_twins.c -- float and double declare different things. */
#define NAME "unlike_twins"
#ifdef GCK_FLOAT
#define BUFFERS 2
#endif
#include "base.h"
