/* crash_backward.c -- Backward writes to an address that nobody has. */
#define NAME "crash_backward"
#define IN_BACKWARD(io) (void)(io), crash()
#include "base.h"
