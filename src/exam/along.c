/* along.c -- many elements of a port moved at once along a direction, and what their diffs say of it. */
#include "exam/along.h"

#include "core/blob.h"
#include "core/pages.h"
#include "exam/claims.h"
#include "numeric/statistics.h"

#include <math.h>
#include <string.h>

enum { PIECE = 1 << 10 };

static double said(const struct gck_along *along, size_t i)
{
    return along->twin != NULL ? along->twin[i] : isfinite(along->claim->analytic[i]) ? along->claim->analytic[i] : 0;
}

/* Moves these and adds up what their diffs say of it. */
static double move_all(const struct gck_along *along, const double *v, size_t first, size_t last, double t)
{
    const double *const x = along->claim->x;
    const size_t size = along->blob->real_size;
    char *const data = along->blob->data;
    double stored[PIECE];
    long double sum = 0;

    for (size_t from = first; from < last; from += PIECE) {
        const size_t count = last - from < PIECE ? last - from : PIECE;

        gck_poke_line(data + from * size, size, count, x + from, t, v + from);
        gck_peek_all(data + from * size, size, count, stored);
        for (size_t i = 0; i < count; i++)
            sum += (long double)said(along, from + i) * (long double)(stored[i] - x[from + i]);
    }
    for (unsigned k = 0; k < along->mends; k++) {
        const size_t i = along->mended[k].element;

        if (i >= first && i < last)
            sum += (long double)(along->mended[k].diff - said(along, i)) * (long double)(gck_peek(data, size, i) - x[i]);
    }
    return (double)sum;
}

static double move(void *context, const double *v, size_t first, size_t last, double t, double *claimed)
{
    const struct gck_along *const along = context;
    const size_t size = along->blob->real_size;
    double value = (double)NAN;

    *claimed = move_all(along, v, first, last, t);
    if (gck_rig_forward(along->gradient->rig) == GCK_OK)
        value = gck_rig_objective(along->gradient->rig);
    gck_poke_all((char *)along->blob->data + first * size, size, last - first, along->claim->x + first);
    return value;
}

bool gck_along_open(struct gck_along *along, struct gck_gradient *gradient, struct gck_claim *claim)
{
    const struct gck_setup *const setup = &gradient->check->setup;
    const struct gck_port *const port = claim->weight ? setup->weight[claim->index].port : setup->bottom[claim->index].port;

    *along = (struct gck_along){ .gradient = gradient, .claim = claim, .blob = gck_claim_blob(claim, gradient->rig),
                                 .lo = port->domain_lo, .hi = port->domain_hi };
    along->field = (struct gck_field){
        .at = move,
        .context = along,
        .epsilon = gck_layer_epsilon(gradient->rig->layer),
        .value = gradient->value,
        .noise = gradient->noise,
    };
    along->v = gck_pages_new(claim->count * sizeof *along->v);
    if (gradient->check->twin != NULL)
        along->twin = gck_pages_new(claim->count * sizeof *along->twin);
    if (along->v == NULL || (gradient->check->twin != NULL && along->twin == NULL) || !gck_claim_own(claim))
        return false;
    along->rms = gck_rms(claim->x, claim->count);
    for (size_t i = 0; i < claim->count && along->twin != NULL; i++)
        along->twin[i] = isfinite(claim->analytic[i]) ? claim->analytic[i] : 0;
    return true;
}

void gck_along_close(struct gck_along *along)
{
    gck_pages_free(along->v);
    gck_pages_free(along->twin);
    along->v = along->twin = NULL;
}

double gck_along_diff(const struct gck_along *along, size_t i)
{
    for (unsigned k = 0; k < along->mends; k++)
        if (along->mended[k].element == i)
            return along->mended[k].diff;
    return said(along, i);
}

void gck_along_mend(struct gck_along *along, size_t i, double diff)
{
    unsigned k = 0;

    while (k < along->mends && along->mended[k].element != i)
        k++;
    if (k == GCK_MOST_MENDED)
        return;
    along->mended[k].element = i;
    along->mended[k].diff = diff;
    along->mends = k == along->mends ? k + 1 : along->mends;
}

static double step_of(const struct gck_along *along, double x)
{
    double size = fmax(fabs(x), 0.1 * along->rms);

    if (size == 0)
        size = 1;
    if (along->lo != 0 || along->hi != 0)
        size = fmin(size, fmin(x - along->lo, along->hi - x));
    return isfinite(size) && size > 0 ? size : 0;
}

void gck_along_choose(struct gck_along *along, size_t first, size_t last, bool aligned)
{
    const struct gck_claim *const claim = along->claim;
    const uint32_t stream = 0x0B0E0000u + 4096 * (2 * claim->index + claim->weight) + along->serial++;

    for (size_t i = first; i < last; i++)
        along->v[i] = step_of(along, claim->x[i]);
    if (!aligned)
        gck_probe_direction(along->gradient->check->options->seed, stream, along->v + first, last - first, along->v + first);
    for (size_t i = first; i < last && aligned; i++)
        along->v[i] = copysign(along->v[i], said(along, i));
    for (unsigned k = 0; k < along->mends && aligned; k++) {
        const size_t i = along->mended[k].element;

        if (i >= first && i < last)
            along->v[i] = copysign(along->v[i], along->mended[k].diff);
    }
}
