/* rounds_up.c -- changes the direction of rounding when it is loaded. */
#define NAME "rounds_up"
#include "base.h"

#ifndef GCK_FLOAT
#include <fenv.h>

__attribute__((constructor)) static void round_up(void)
{
    fesetround(FE_UPWARD);
}
#endif
