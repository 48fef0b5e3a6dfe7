/* look.c -- what differences of one step size say about a derivative. */
#include "numeric/look.h"

#include "numeric/rung.h"

#include <math.h>

static const double rho = 3.7; /* slope.c's: no whole number, or stairs in E would line up with it */

void gck_look_at(const struct gck_function *function, const struct gck_point *point, size_t index, double x,
                 double h, struct gck_look *look)
{
    struct gck_rung large, small;
    struct gck_spot spot;
    double up, down, moved;

    *look = (struct gck_look){ (double)NAN, (double)NAN, HUGE_VAL };
    if (!gck_spot_set(&spot, function, point, index, x))
        return;
    up = gck_spot_value(&spot, h, &moved);
    down = gck_spot_value(&spot, -h, &moved);
    look->one_sided = (up - point->value) / h;
    look->central = (up - down) / (2 * h);
    if (gck_rung_measure(&spot, h, &small) && gck_rung_measure(&spot, rho * h, &large)
        && large.step > 1.5 * small.step)
        look->bound = gck_pair_of(&large, &small).bound;
}
