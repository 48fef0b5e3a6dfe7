/* abort_forward.c -- Forward aborts, as a failed assertion does. */
#include <stdlib.h>
#define NAME "abort_forward"
#define IN_FORWARD(io) (void)(io), abort()
#include "base.h"
