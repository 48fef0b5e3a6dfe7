/* objective.c -- E, the one number that a rig's tops make: the loss weights, and what Forward makes of them. */
#include "layer/rig.h"

#include "core/blob.h"

#include <math.h>

static void multiples(double *restrict to, size_t count, double times, const double *restrict of)
{
    for (size_t i = 0; i < count; i++)
        to[i] = times * of[i];
}

void gck_rig_weigh(struct gck_rig *rig, double loss_weight)
{
    rig->loss_weight = loss_weight;
    if (gck_rig_one_loss(rig) && !rig->rounded) {
        *(double *)rig->top[0].diff = loss_weight * rig->coefficient[0][0];
        return;
    }
    for (unsigned t = 0; t < rig->setup->tops; t++) {
        const struct gck_blob *const top = &rig->top[t];

        if (top->real_size == sizeof(double) && !rig->rounded) {
            multiples(top->diff, top->count, loss_weight, rig->coefficient[t]);
            continue;
        }
        for (size_t i = 0; i < top->count; i++) {
            const double diff = loss_weight * rig->coefficient[t][i];

            gck_poke(top->diff, top->real_size, i, rig->rounded ? (double)(float)diff : diff);
        }
    }
}

/* gck_rig_values of one loss in double with nothing to put back: it is asked some million times, on slices whose Forward takes no
 * longer than a look at what the rig is, which is looked at once. */
static void values_of_loss(struct gck_rig *rig, double *data, size_t n, double *out, double *in)
{
    enum gck_status (*const forward)(struct gck_io *) = rig->layer->forward;
    const double *const weight = rig->top[0].diff, *const loss = rig->top[0].data;
    struct gck_io *const io = &rig->io;
    size_t forwards = 0;

    for (size_t k = 0; k < n; k++) {
        const double old = data[k];
        double value = (double)NAN;

        if (!isnan(out[k])) {
            data[k] = out[k];
            out[k] = value = forward(io) == GCK_OK ? *weight * *loss : (double)NAN;
            forwards++;
            if (isfinite(value)) {
                data[k] = in[k];
                value = forward(io) == GCK_OK ? *weight * *loss : (double)NAN;
                forwards++;
            } else {
                value = (double)NAN;
            }
            data[k] = old;
        }
        in[k] = value;
    }
    rig->forwards += forwards;
}

void gck_rig_values(struct gck_rig *rig, double *data, size_t n, double *out, double *in)
{
    if (!rig->setup->put_back && gck_rig_one_loss(rig)) {
        values_of_loss(rig, data, n, out, in);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        const double old = data[k], back = in[k];

        in[k] = (double)NAN;
        if (isnan(out[k]))
            continue;
        data[k] = out[k];
        out[k] = gck_rig_value(rig);
        if (isfinite(out[k])) {
            data[k] = back;
            in[k] = gck_rig_value(rig);
        }
        data[k] = old;
    }
}

double gck_rig_objective_sum(const struct gck_rig *rig)
{
    double sum = 0;

    for (unsigned t = 0; t < rig->setup->tops; t++) {
        const struct gck_blob *const top = &rig->top[t];

        if (top->count == 1)
            sum += gck_peek(top->diff, top->real_size, 0) * gck_peek(top->data, top->real_size, 0);
        else if (top->real_size == sizeof(double))
            sum += gck_dot_double(top->count, top->diff, top->data);
        else
            for (size_t i = 0; i < top->count; i++)
                sum += gck_peek(top->diff, top->real_size, i) * gck_peek(top->data, top->real_size, i);
    }
    return sum;
}

double gck_rig_objective_sizes(const struct gck_rig *rig)
{
    double sum = 0;

    for (unsigned t = 0; t < rig->setup->tops; t++) {
        const struct gck_blob *const top = &rig->top[t];

        if (top->real_size == sizeof(double))
            for (size_t i = 0; i < top->count; i++)
                sum += fabs(((const double *)top->diff)[i] * ((const double *)top->data)[i]);
        else
            for (size_t i = 0; i < top->count; i++)
                sum += fabs(gck_peek(top->diff, top->real_size, i) * gck_peek(top->data, top->real_size, i));
    }
    return sum;
}
