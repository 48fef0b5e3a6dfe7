/* view.c -- one port's elements, and how they lie. */
#include "diagnosis/view.h"

#include "core/blob.h"
#include "layer/symbols.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *copy_blob(const struct gck_blob *blob, bool diff)
{
    double *const value = malloc(blob->count * sizeof *value);

    if (value != NULL)
        gck_peek_all(diff ? blob->diff : blob->data, blob->real_size, blob->count, value);
    return value;
}

/* The bottoms that sort samples: labels, signs. */
static void find_labels(struct gck_view *view)
{
    const struct gck_setup *const setup = &view->check->setup;
    const struct gck_rig *const rig = &view->check->rig;
    const size_t places = view->classes > 0 ? view->count / view->classes : view->num;

    view->labels = GCK_MAX_PORTS;
    for (unsigned b = 0; b < setup->bottoms; b++) {
        const struct gck_port *const port = setup->bottom[b].port;
        const struct gck_blob *const blob = &rig->bottom[b];

        if (!port->constant || !setup->bottom[b].batched)
            continue;
        if (port->fill == GCK_LABELS && view->labels == GCK_MAX_PORTS && blob->count == places
            && view->classes > 0) {
            view->labels = b;
            view->label = copy_blob(blob, false);
            view->places = places;
        } else if ((port->fill == GCK_BINARY || port->fill == GCK_SIGNS) && blob->count == view->num
                   && view->sort == NULL) {
            view->sort = copy_blob(blob, false);
            view->sort_name = setup->bottom[b].name;
        }
    }
}

static void find_layout(struct gck_view *view)
{
    const struct gck_setup *const setup = &view->check->setup;
    const struct gck_claim *const claim = view->claim;
    const struct gck_rig *const rig = &view->check->rig;
    const struct gck_port *const port = claim->weight ? setup->weight[claim->index].port
                                                      : setup->bottom[claim->index].port;
    const int axis = claim->weight ? -1 : gck_symbols_axis(port, setup, &claim->shape, GCK_C);

    view->num = !claim->weight && setup->bottom[claim->index].batched ? rig->num : 1;
    view->row = claim->count / view->num;
    view->inner = 1;
    if (axis >= 0 && (unsigned)axis < claim->shape.axes) {
        view->classes = claim->shape.dim[axis];
        view->inner = gck_shape_count(&claim->shape, (unsigned)axis + 1, claim->shape.axes);
    }
    find_labels(view);
    for (unsigned t = 0; t < setup->tops && view->top == NULL; t++)
        if (rig->top[t].count == claim->count && claim->count > 1 && !(rig->layer->loss && t == 0)) {
            view->top = copy_blob(&rig->top[t], false);
            view->upstream = copy_blob(&rig->top[t], true);
        }
}

bool gck_view_weighs(const struct gck_view *view, size_t i)
{
    const double size = fabs(view->g[i]);

    return view->state[i] != GCK_UNTOLD && size > 100 * view->claim->bound[i] && size > 1e-4 * view->size;
}

bool gck_view_flat(const struct gck_view *view, size_t i)
{
    return view->state[i] != GCK_UNTOLD && fabs(view->g[i]) <= 2 * view->claim->bound[i]
           && view->claim->bound[i] <= (view->state[i] == GCK_OFF ? 0.3 * fabs(view->a[i]) : 0.05 * view->scale);
}

bool gck_view_still(const struct gck_view *view)
{
    for (size_t i = 0; i < view->count; i++)
        if (view->state[i] != GCK_UNTOLD && !gck_view_flat(view, i))
            return false;
    return true;
}

bool gck_view_near(const struct gck_view *view, size_t i, double p, double room)
{
    return fabs(view->a[i] - p) <= room + view->claim->allowance[i] / fabs(view->told) + 1e-7 * fabs(p);
}

bool gck_view_labelled(const struct gck_view *view, size_t i)
{
    return view->label != NULL && view->label[gck_view_place(view, i)] == (double)gck_view_class(view, i);
}

static void judge(struct gck_view *view, const struct gck_told *told)
{
    const struct gck_claim *const claim = view->claim;

    for (size_t i = 0; i < view->count; i++) {
        const double off = fabs(view->a[i] - view->g[i]);

        view->room[i] = 2 * claim->bound[i] + 2 * claim->allowance[i] / fabs(view->told);
        view->state[i] = GCK_UNTOLD;
        if (!isfinite(view->a[i]) || !isfinite(view->g[i]) || !isfinite(claim->bound[i])
            || claim->verdict[i] == GCK_KINK || (claim->unwritten != NULL && claim->unwritten[i])
            || (told->missing != NULL && told->missing[i]))
            continue;
        if (told->factor == 1 && told->label == 0)
            view->state[i] = claim->verdict[i] == GCK_DISAGREE                                      ? GCK_OFF
                             : claim->verdict[i] == GCK_AGREE || claim->verdict[i] == GCK_PROBED ? GCK_RIGHT
                                                                                                 : GCK_UNTOLD;
        else if (off > view->room[i] + 1e-6 * fabs(view->g[i]))
            view->state[i] = GCK_OFF;
        else if (claim->bound[i] <= 1e-3 * fmax(fabs(view->g[i]), claim->typical / fabs(view->told)))
            view->state[i] = GCK_RIGHT;
        if (view->state[i] == GCK_UNTOLD)
            continue;
        view->size = fmax(view->size, fabs(view->g[i]));
        view->scale = fmax(view->scale, fmax(fabs(view->g[i]), fabs(view->a[i])));
    }
    for (size_t i = 0; i < view->count; i++) {
        view->off += view->state[i] == GCK_OFF;
        view->right += view->state[i] == GCK_RIGHT && gck_view_weighs(view, i);
    }
}

bool gck_view_open(struct gck_view *view, const struct gck_check *check, const struct gck_claim *claim,
                   const struct gck_told *told)
{
    memset(view, 0, sizeof *view);
    view->check = check;
    view->claim = claim;
    view->count = claim->count;
    view->x = claim->x;
    view->told = told->factor;
    view->a = malloc(3 * claim->count * sizeof *view->a);
    view->state = malloc(claim->count);
    if (view->a == NULL || view->state == NULL)
        return false;
    view->g = view->a + claim->count;
    view->room = view->g + claim->count;
    find_layout(view);
    for (size_t i = 0; i < claim->count; i++) {
        view->a[i] = claim->analytic[i] / told->factor;
        view->g[i] = claim->numeric[i] + (told->label != 0 && gck_view_labelled(view, i) ? told->label : 0);
    }
    judge(view, told);
    return true;
}

void gck_view_close(struct gck_view *view)
{
    free(view->a);
    free(view->state);
    free(view->label);
    free(view->sort);
    free(view->top);
    free(view->upstream);
    memset(view, 0, sizeof *view);
}
