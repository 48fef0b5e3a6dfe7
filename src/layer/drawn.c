/* drawn.c -- what ports were filled with, kept, so that it is drawn once. */
#include "layer/drawn.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/random.h"
#include "layer/fill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    VARIANTS = 4,
    MOST = 1 << 17, /* elements */
    MORE = 2        /* samples: exams ask for one or two more; of long arrays, whose samples may be long, for one */
};

struct gck_drawn_values {
    struct {
        double *value;
        size_t count;
    } of[2][GCK_MAX_PORTS][VARIANTS], coefficient[GCK_MAX_PORTS];
    bool long_ones;
};

struct gck_drawn_values *gck_drawn_new(void)
{
    return calloc(1, sizeof(struct gck_drawn_values));
}

void gck_drawn_free(struct gck_drawn_values *values)
{
    for (unsigned kind = 0; values != NULL && kind < 2; kind++)
        for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
            for (unsigned v = 0; v < VARIANTS; v++)
                gck_pages_free(values->of[kind][i][v].value);
    for (unsigned t = 0; values != NULL && t < GCK_MAX_PORTS; t++)
        free(values->coefficient[t].value);
    free(values);
}

void gck_drawn_keep(const struct gck_setup *setup, bool long_ones)
{
    struct gck_drawn_values *const values = setup->drawn;

    if (values == NULL)
        return;
    values->long_ones = long_ones;
    for (unsigned kind = 0; kind < 2 && !long_ones; kind++)
        for (unsigned i = 0; i < GCK_MAX_PORTS; i++)
            if (values->of[kind][i][0].count > MOST) {
                gck_pages_free(values->of[kind][i][0].value);
                values->of[kind][i][0].value = NULL;
                values->of[kind][i][0].count = 0;
            }
}

uint32_t gck_drawn_stream(const char *name, unsigned variant)
{
    return gck_stream(name) + 0x9E3779B9u * variant;
}

double gck_drawn_most(double count)
{
    return count <= MOST ? (VARIANTS - 1) * count : 0; /* of these variants exams ask for the whole */
}

const double *gck_drawn(const struct gck_setup *setup, bool weight, unsigned i, const struct gck_shape *shape,
                        unsigned variant)
{
    const bool batched = !weight && setup->bottom[i].batched;
    struct gck_shape longer = *shape;
    size_t count = gck_shape_count(shape, 0, shape->axes), all;
    double *value;

    if (setup->drawn == NULL || variant >= VARIANTS)
        return NULL;
    if (setup->drawn->of[weight][i][variant].count >= count)
        return setup->drawn->of[weight][i][variant].value;
    if (setup->drawn->of[weight][i][variant].count > MOST)
        return NULL; /* what is long may be in use (gck_drawn_kept) */
    if (batched)
        longer.dim[0] += count > MOST ? 1 : MORE;
    if (!gck_shape_size(&longer, sizeof(double), &all)
        || (all > MOST && (variant != 0 || !setup->drawn->long_ones)))
        return NULL;
    value = gck_pages_new(all * sizeof *value);
    if (value == NULL)
        return NULL;
    gck_fill(setup, weight ? setup->weight[i].port : setup->bottom[i].port, &longer,
             gck_drawn_stream(weight ? setup->weight[i].name : setup->bottom[i].name, variant), value);
    gck_pages_free(setup->drawn->of[weight][i][variant].value);
    setup->drawn->of[weight][i][variant].value = value;
    setup->drawn->of[weight][i][variant].count = all;
    return value;
}

const double *gck_drawn_kept(const struct gck_setup *setup, bool weight, unsigned i, size_t count)
{
    return count > MOST && setup->drawn != NULL && setup->drawn->of[weight][i][0].count >= count
               ? setup->drawn->of[weight][i][0].value
               : NULL;
}

/* Of few bits: products with usual weights are exact. */
static void coefficients(const struct gck_setup *setup, unsigned t, size_t count, double *value)
{
    gck_uniform_signed(setup->options->seed, 0xC0EFu + t, count, value);
    for (size_t i = 0; i < count; i++)
        value[i] = (value[i] < 0 ? -1 : 1) * (32 + (int)(fabs(value[i]) * 64)) * (1.0 / 64);
}

void gck_drawn_coefficients(const struct gck_setup *setup, unsigned t, size_t count, double *value)
{
    const size_t more = count + count / 4; /* exams ask for one or two samples more */
    double *kept;

    if (setup->drawn == NULL || more > MOST) {
        coefficients(setup, t, count, value);
        return;
    }
    if (setup->drawn->coefficient[t].count < count) {
        kept = realloc(setup->drawn->coefficient[t].value, more * sizeof *kept);
        if (kept == NULL) {
            coefficients(setup, t, count, value);
            return;
        }
        coefficients(setup, t, more, kept);
        setup->drawn->coefficient[t].value = kept;
        setup->drawn->coefficient[t].count = more;
    }
    memcpy(value, setup->drawn->coefficient[t].value, count * sizeof *value);
}
