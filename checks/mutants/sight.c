/* sight.c -- what a mutant does at one point, seen without the tool. */
#include "sight.h"

#include "core/blob.h"
#include "layer/symbols.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double *copy_of(const struct gck_blob *blob, bool diff)
{
    double *const value = malloc((blob->count + 1) * sizeof *value);

    memcpy(value, diff ? blob->diff : blob->data, blob->count * sizeof *value);
    return value;
}

static struct gck_blob *blob_of(struct run *run, const struct port_sight *p)
{
    return p->weight ? &run->rig.weight[p->index] : &run->rig.bottom[p->index];
}

/* Forward and Backward at that loss weight, on the data that are there. */
static bool pass(struct run *run, double weight)
{
    for (unsigned b = 0; b < run->setup.bottoms; b++)
        run->rig.propagate_down[b] = !run->setup.bottom[b].port->constant;
    preset(run->rig.bottom, run->setup.bottoms, PAINT);
    preset(run->rig.weight, run->setup.weights, 0);
    gck_rig_weigh(&run->rig, weight);
    return gck_rig_forward(&run->rig) == GCK_OK && gck_rig_backward(&run->rig) == GCK_OK;
}

static double objective_at(struct sight *s, double *element, double value)
{
    const double before = *element;
    double e;

    *element = value;
    e = gck_rig_forward(&s->run.rig) == GCK_OK ? gck_rig_objective(&s->run.rig) : (double)NAN;
    *element = before;
    return e;
}

static double step_of(const struct port_sight *p)
{
    double sum = 0;

    for (size_t i = 0; i < p->count; i++)
        sum += p->x[i] * p->x[i];
    return 3e-4 * fmax(sqrt(sum / (double)p->count), 1e-30);
}

void slopes(struct sight *s, struct port_sight *p)
{
    double *const data = blob_of(&s->run, p)->data, h = step_of(p), e0;

    gck_rig_forward(&s->run.rig);
    e0 = gck_rig_objective(&s->run.rig);
    for (size_t i = 0; i < p->count; i++) {
        const double x = data[i];
        const double up = objective_at(s, &data[i], x + h), down = objective_at(s, &data[i], x - h);
        const double up2 = objective_at(s, &data[i], x + h / 2), down2 = objective_at(s, &data[i], x - h / 2);
        const double wide = (up - down) / (2 * h), narrow = (up2 - down2) / h;

        p->right[i] = 2 * (up2 - e0) / (h / 2) - (up - e0) / h;
        p->left[i] = 2 * (e0 - down2) / (h / 2) - (e0 - down) / h;
        p->g[i] = (4 * narrow - wide) / 3;
        if (fabs(p->right[i] - p->left[i]) > 1e-3 * (fabs(p->right[i]) + fabs(p->left[i])) + 1e-9 * fabs(e0) / h)
            p->g[i] = (double)NAN;
    }
}

static void layout(struct sight *s, struct port_sight *p)
{
    const struct gck_setup *const setup = &s->run.setup;
    const struct gck_rig *const rig = &s->run.rig;
    const struct gck_port *const port = p->weight ? setup->weight[p->index].port : setup->bottom[p->index].port;
    const struct gck_shape *const shape = &blob_of(&s->run, p)->shape;
    const int axis = p->weight ? -1 : gck_symbols_axis(port, setup, shape, GCK_C);

    p->num = !p->weight && setup->bottom[p->index].batched ? rig->num : 1;
    p->row = p->count / p->num;
    p->inner = 1;
    if (axis >= 0 && (unsigned)axis < shape->axes) {
        p->classes = shape->dim[axis];
        p->inner = gck_shape_count(shape, (unsigned)axis + 1, shape->axes);
    }
    for (unsigned b = 0; b < setup->bottoms; b++) {
        const struct gck_blob *const blob = &rig->bottom[b];

        if (setup->bottom[b].port->fill == GCK_LABELS && p->classes > 0 && blob->count == p->count / p->classes) {
            p->label = copy_of(blob, false);
            p->places = blob->count;
        } else if (setup->bottom[b].port->constant && blob->count == p->num && p->num > 1) {
            p->sort = copy_of(blob, false);
        }
    }
    for (unsigned t = 0; t < setup->tops; t++)
        if (rig->top[t].count == p->count && p->count > 1) {
            p->top = copy_of(&rig->top[t], false);
            p->up = copy_of(&rig->top[t], true);
        }
}

static void look(struct sight *s, bool weight, unsigned index)
{
    struct port_sight *const p = &s->port[s->ports++];
    const struct gck_blob *blob;
    double worst = 0;

    p->weight = weight;
    p->index = index;
    blob = blob_of(&s->run, p);
    p->count = blob->count;
    snprintf(p->name, sizeof p->name, "%s", weight ? s->run.setup.weight[index].name : s->run.setup.bottom[index].name);
    layout(s, p);
    p->x = copy_of(blob, false);
    p->a = copy_of(blob, true);
    p->o = copy_of(blob_of(&s->original, p), true);
    p->g = copy_of(blob, false);
    p->right = copy_of(blob, false);
    p->left = copy_of(blob, false);
    slopes(s, p);
    for (size_t i = 0; i < p->count; i++) {
        s->finite = s->finite && isfinite(p->a[i]);
        p->scale = isfinite(p->g[i]) ? fmax(p->scale, fabs(p->g[i])) : p->scale;
        if (isfinite(p->g[i]))
            worst = fmax(worst, fabs(p->g[i] - p->o[i]));
    }
    /* what the differences leave, and the rounding of E over their step */
    p->noise = fmax(1e-7 * p->scale, 1e-14 * gck_rig_objective_size(&s->run.rig) / step_of(p));
    if (s->forward_same && worst < 1e-6 * p->scale) { /* then the correct layer's diffs are the better slopes */
        for (size_t i = 0; i < p->count; i++)
            p->g[i] = isfinite(p->g[i]) ? p->o[i] : p->g[i];
        p->noise = 1e-12 * p->scale;
    }
    for (size_t i = 0; i < p->count; i++)
        p->scale = isfinite(p->a[i]) ? fmax(p->scale, fabs(p->a[i])) : p->scale;
}

static void diffs_at(struct sight *s, double weight, size_t member)
{
    pass(&s->run, weight);
    for (unsigned k = 0; k < s->ports; k++)
        *(double **)((char *)&s->port[k] + member) = copy_of(blob_of(&s->run, &s->port[k]), true);
}

static bool open_at(struct run *run, const struct gck_layer *layer, const struct gck_options *options, const size_t *size)
{
    char message[GCK_MESSAGE_SIZE];

    memset(run, 0, sizeof *run);
    if (gck_setup_open(&run->setup, layer, options, message) != GCK_OK)
        return false;
    if (size != NULL) {
        static struct gck_setup changed; /* what the change does not name is kept by the child's end */

        if (!gck_setup_change(&changed, &run->setup, size))
            return false;
        run->setup = changed;
    }
    if (gck_rig_open(&run->rig, layer, &run->setup, 0, message) != GCK_OK || gck_rig_fill(&run->rig, 0, false) != GCK_OK)
        return false;
    for (unsigned b = 0; b < run->rig.buffers; b++)
        gck_poke_each(run->rig.buffer[b].data, run->rig.buffer[b].real_size, run->rig.buffer[b].count, 0.75);
    return true;
}

bool sight_open(struct sight *s, const struct gck_layer *original, const struct gck_layer *mutant,
                const struct gck_options *options, const size_t *size, double weight)
{
    memset(s, 0, sizeof *s);
    if (!open_at(&s->run, mutant, options, size) || !open_at(&s->original, original, options, size)
        || !pass(&s->original, weight) || !pass(&s->run, weight))
        return false;
    s->finite = s->forward_same = true;
    for (unsigned t = 0; t < s->run.setup.tops; t++)
        s->forward_same = s->forward_same
                          && memcmp(s->run.rig.top[t].data, s->original.rig.top[t].data, s->run.rig.top[t].count * 8) == 0;
    s->loss = gck_peek(s->run.rig.top[0].data, 8, 0);
    for (unsigned i = 0; i < s->run.setup.bottoms; i++)
        if (!s->run.setup.bottom[i].port->constant) {
            pass(&s->run, weight);
            look(s, false, i);
        }
    for (unsigned i = 0; i < s->run.setup.weights; i++) {
        pass(&s->run, weight);
        look(s, true, i);
    }
    diffs_at(s, 2 * weight, offsetof(struct port_sight, doubled));
    diffs_at(s, -weight, offsetof(struct port_sight, negated));
    diffs_at(s, 0, offsetof(struct port_sight, nothing));
    return pass(&s->run, weight);
}

double loss_doubled(const struct gck_layer *layer, const struct sight *s)
{
    static struct gck_rig one, two;
    const size_t num = s->run.rig.num;
    size_t *const row = malloc(2 * num * sizeof *row);
    char message[GCK_MESSAGE_SIZE];
    double once;

    for (size_t i = 0; i < 2 * num; i++)
        row[i] = i % num;
    if (!layer->loss || gck_rig_open(&one, layer, &s->run.setup, num, message) != GCK_OK
        || gck_rig_open(&two, layer, &s->run.setup, 2 * num, message) != GCK_OK)
        return (double)NAN;
    gck_rig_take(&one, &s->run.rig, row);
    gck_rig_take(&two, &s->run.rig, row);
    gck_rig_weigh(&one, 1);
    gck_rig_weigh(&two, 1);
    if (gck_rig_forward(&one) != GCK_OK || gck_rig_forward(&two) != GCK_OK)
        return (double)NAN;
    once = gck_rig_objective(&one);
    return gck_rig_objective(&two) / once;
}
