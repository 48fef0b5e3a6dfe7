/* heap_overflow.c -- Forward writes behind memory of its own: a sanitizer alone can see it. */
#include <stdlib.h>
#define NAME "heap_overflow"
#define IN_FORWARD(io) overflow(gck_count(io, 0))
#include <stddef.h>

static void overflow(size_t count);

#include "base.h"

static void overflow(size_t count)
{
    volatile real *const own = (volatile real *)malloc(count * sizeof *own);
    volatile size_t last = count; /* one too far */

    if (own == NULL)
        return;
    own[last] = 1;
    free((void *)own);
}
