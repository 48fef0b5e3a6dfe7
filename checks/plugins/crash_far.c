/* crash_far.c -- Forward crashes where a prediction that was 777 has moved a little, and leaves where it was 888: so it
 * does in one element of the gradient exam and nowhere else. */
#define NAME "crash_far"
#define IN_FORWARD(io) look(io)

struct gck_io;
static void look(const struct gck_io *io);

#include "base.h"

#include <stdlib.h>

static bool near(real x, real at)
{
    const real off = x < at ? at - x : x - at;

    return off > (real)1e-3 && off < 10;
}

static void look(const struct gck_io *io)
{
    for (size_t i = 0; i < gck_count(io, 0); i++) {
        if (near(gck_bottom(io, 0)[i], 777))
            crash();
        if (near(gck_bottom(io, 0)[i], 888))
            exit(0);
    }
}
