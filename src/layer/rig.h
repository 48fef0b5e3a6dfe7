/* rig.h -- one layer wired to its blobs and ready to run.
 *
 * All calls of a layer go through gck_rig_forward and gck_rig_backward: here they are counted, and here nothing is
 * allocated, unless what the layer changes has to be put back. The objective is E = sum over tops of top.diff * top.data,
 * where top.diff = loss_weight * coefficient; the coefficient is 1 for a loss, a fixed random number for each element of
 * any other top, so that one Backward serves. */
#ifndef GCK_LAYER_RIG_H
#define GCK_LAYER_RIG_H

#include "layer/put_back.h"
#include "layer/setup.h"

#include <float.h>
#include <math.h>

/* The distance from 1 to the next number of the type that the layer computes in. */
static inline double gck_layer_epsilon(const struct gck_layer *layer)
{
    return layer->type == GCK_TYPE_FLOAT ? (double)FLT_EPSILON : DBL_EPSILON;
}

struct gck_rig {
    const struct gck_layer *layer;
    const struct gck_setup *setup;
    size_t num;                     /* samples it is shaped for; the setup's own unless renumbered */
    unsigned buffers;
    struct gck_blob bottom[GCK_MAX_PORTS], top[GCK_MAX_PORTS], weight[GCK_MAX_PORTS],
        buffer[GCK_MAX_PORTS];
    struct gck_blob *bottom_at[GCK_MAX_PORTS], *top_at[GCK_MAX_PORTS], *weight_at[GCK_MAX_PORTS],
        *buffer_at[GCK_MAX_PORTS];
    bool propagate_down[GCK_MAX_PORTS];
    double *coefficient[GCK_MAX_PORTS]; /* of each element of top t */
    size_t coefficients[GCK_MAX_PORTS]; /* that there is room for */
    double loss_weight;                 /* what the top diffs were last filled with */
    bool rounded;                       /* data and top diffs are float numbers, whatever the type */
    struct gck_io io;
    char message[GCK_MESSAGE_SIZE];     /* the layer's last sentence */
    uint64_t forwards, backwards;
    struct gck_kept *kept;              /* put_back.h; NULL: nothing had to be put back so far */
};

/* Wires the layer to blobs of the setup's shapes, with `num` samples (0: the setup's), and calls reshape.
 * Nothing is filled; propagate_down is true for all that is not constant. The rig may be closed after every return,
 * and must not be moved while it is open. */
enum gck_status gck_rig_open(struct gck_rig *rig, const struct gck_layer *layer,
                             const struct gck_setup *setup, size_t num, char *message);
void gck_rig_close(struct gck_rig *rig);

/* The same without what it takes to run: blobs of their shapes, in which nothing is written. */
enum gck_status gck_rig_shape(struct gck_rig *rig, const struct gck_layer *layer, const struct gck_setup *setup, size_t num,
                              char *message);

/* As if it were new: tops and buffers hold 0. What bottoms, weights and top diffs hold is still to be written. */
void gck_rig_clear(struct gck_rig *rig);

/* The diffs of bottoms and weights are not needed before the next Backward: large ones take no memory until then. */
void gck_rig_forget_diffs(struct gck_rig *rig);
/* Nor are the buffers before the next Forward. */
void gck_rig_forget_scratch(struct gck_rig *rig);

/* Where it had more samples before: what is kept for them takes no memory until they come again. */
void gck_rig_trim(struct gck_rig *rig);

/* Shapes it for another num and calls reshape. Contents are undefined afterwards. */
enum gck_status gck_rig_renumber(struct gck_rig *rig, size_t num, char *message);

/* Fills bottoms and weights: the user's data where there are some, else by the ports' wishes from the options' seed;
 * variant 0 is the examined point, 1, 2, ... are others (there the user's rows come in another order, and those of a large
 * batch come again).
 * rounded: to float, also in a double rig, so that both types stand at the same point. GCK_OK or
 * GCK_EMEMORY. */
enum gck_status gck_rig_fill(struct gck_rig *rig, unsigned variant, bool rounded);

/* Takes n = rig->num samples of `from` as its own: sample i becomes row[i]. What is not one row per sample is
 * copied whole; so are weights. Top coefficients alike. Types may differ. */
void gck_rig_take(struct gck_rig *rig, const struct gck_rig *from, const size_t *row);

/* The same for a rig that took samples of `from` before, and `from` changed in nothing since: copies what is one row per
 * sample and nothing else. */
void gck_rig_take_rows(struct gck_rig *rig, const struct gck_rig *from, const size_t *row);

/* Writes loss_weight * coefficient into the top diffs: what Caffe's SetLossWeights does at set-up. */
void gck_rig_weigh(struct gck_rig *rig, double loss_weight);

/* Call the layer. Anything but GCK_OK: it refused, with its sentence in rig->message. */
static inline enum gck_status gck_rig_forward(struct gck_rig *rig)
{
    rig->forwards++;
    return rig->setup->put_back ? gck_put_back_forward(rig) : rig->layer->forward(&rig->io);
}

static inline enum gck_status gck_rig_backward(struct gck_rig *rig)
{
    rig->backwards++;
    return rig->setup->put_back ? gck_put_back_backward(rig) : rig->layer->backward(&rig->io);
}

/* E of the last forward, at rig->loss_weight; and the sum of the sizes of its terms, for rounding bounds. */
double gck_rig_objective_sum(const struct gck_rig *rig);
static inline bool gck_rig_one_loss(const struct gck_rig *rig)
{
    return rig->setup->tops == 1 && rig->top[0].count == 1 && rig->top[0].real_size == sizeof(double);
}
static inline double gck_rig_objective(const struct gck_rig *rig)
{
    /* the usual case, and that of a million slices */
    if (gck_rig_one_loss(rig))
        return *(const double *)rig->top[0].diff * *(const double *)rig->top[0].data;
    return gck_rig_objective_sum(rig);
}
double gck_rig_objective_sizes(const struct gck_rig *rig);
static inline double gck_rig_objective_size(const struct gck_rig *rig)
{
    return gck_rig_one_loss(rig) ? fabs(gck_rig_objective(rig)) : gck_rig_objective_sizes(rig);
}

/* E at what the blobs hold; NaN where the layer refuses. */
static inline double gck_rig_value(struct gck_rig *rig)
{
    return gck_rig_forward(rig) == GCK_OK ? gck_rig_objective(rig) : (double)NAN;
}

/* The same for n elements in turn, with data[k], of a blob in double of the rig, at out[k], which becomes E there; likewise at
 * in[k], where E at out[k] is finite. Where out[k] is NaN, nothing is evaluated; what is not, becomes NaN. The data are left as
 * they were. */
void gck_rig_values(struct gck_rig *rig, double *data, size_t n, double *out, double *in);

/* In all of its blobs: what a Forward passes through. */
size_t gck_rig_numbers(const struct gck_rig *rig);

/* Is top t one row per sample? Then its rows follow the samples. */
bool gck_rig_top_batched(const struct gck_rig *rig, unsigned t);

#endif
