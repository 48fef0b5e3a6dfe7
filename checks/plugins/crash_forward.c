/* crash_forward.c -- Forward writes to an address that nobody has. */
#define NAME "crash_forward"
#define IN_FORWARD(io) (void)(io), crash()
#include "base.h"
