/* fast_math.c -- changes the processor's mode when it is loaded, exactly as -ffast-math does. */
#define NAME "fast_math"
#include "base.h"

#if defined(__x86_64__) && !defined(GCK_FLOAT)
#include <xmmintrin.h>

__attribute__((constructor)) static void vanish(void)
{
    _mm_setcsr(_mm_getcsr() | 0x8040); /* flush to zero, denormals are zero */
}
#endif
