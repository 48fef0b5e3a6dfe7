/* layer.h -- all that a layer file includes: the contract between a layer and whoever drives it.
 *
 * One source is compiled once for each type: `real` is double, or float with -DGCK_FLOAT, or with
 * -DGCK_EXACT and a C++20 compiler a number that writes down how it came to be (gradcheck/exact.h), which makes
 * Forward say what its derivative is. Write `real`, never float or double; <tgmath.h> picks expf or exp; a
 * decimal constant is written (real)0.5. Write the C that C++20 also takes: designated initialisers in
 * order, no VLA, no implicit conversion from void *, no cast of a real through double where a derivative
 * should pass.
 *
 * A layer owns no memory and keeps nothing between calls, neither pointers nor static variables: all
 * blobs belong to the host. layers/euclidean.c is the example to start from. */
#ifndef GRADCHECK_LAYER_H
#define GRADCHECK_LAYER_H

#include "gradcheck/blob.h"
#include "gradcheck/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
#include <math.h>
#else
#include <tgmath.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum {
    GCK_ABI = 1,       /* grows when a struct below changes; a plug-in of another ABI is refused */
    GCK_MAX_PORTS = 16, /* bottoms, tops, weights or buffers that one layer can have */
    GCK_MAX_PARAMS = 16
};

enum gck_type { GCK_TYPE_FLOAT = 1, GCK_TYPE_DOUBLE = 2, GCK_TYPE_EXACT = 3 };

/* The dims of a port are symbols, because shapes are tied to each other: labels run over C, a matrix
 * is C x C. A dim is a product of symbols, written GCK_C | GCK_S where axes are flattened. */
enum gck_dim {
    GCK_N = 1,  /* num: samples in the batch */
    GCK_C = 2,  /* channels or classes */
    GCK_S = 4,  /* spatial positions */
    GCK_K = 8   /* outputs of a layer that changes C */
};
enum { GCK_DIMS = 4 };

/* What a port wants to be filled with, when the user brings no data. */
enum gck_fill {
    GCK_GAUSSIAN,         /* normal, mean 0, standard deviation `scale` */
    GCK_UNIFORM,          /* uniform on [lo, hi) */
    GCK_POSITIVE,         /* exp(normal) times `scale`: positive, over some decades */
    GCK_PROBABILITY_ROWS, /* positive, and summing to 1 over the dim named in `range` */
    GCK_LABELS,           /* whole numbers 0 .. dim - 1, of the dim named in `range` */
    GCK_BINARY,           /* 0 or 1 */
    GCK_SIGNS             /* -1 or 1 */
};

/* What a layer expects at one blob, as data: a host can feed a layer that it has never seen. */
struct gck_port {
    const char *name;            /* NULL ends the list */
    unsigned dims[GCK_MAX_AXES]; /* products of enum gck_dim, ended by 0; ignored for tops */
    const char *axis;            /* the integer parameter that says at which axis C stands, or NULL */
    enum gck_fill fill;
    double lo, hi;               /* of GCK_UNIFORM */
    unsigned range;              /* the dim of GCK_LABELS and GCK_PROBABILITY_ROWS */
    double scale;                /* of GCK_GAUSSIAN and GCK_POSITIVE; 0 means 1 */
    double domain_lo, domain_hi; /* Forward is defined between these alone; both 0: everywhere */
    double scale_min, scale_max; /* inputs of smaller or larger scale drown in rounding, saturate or overflow: the
                                    layer stays right, but little can be told; 0: no limit */
    bool constant;               /* no gradient may be asked for it (labels) */
    bool whole;                  /* not one row per sample (infogain's matrix): never cut into samples */
    bool optional;               /* may be absent; it is, unless the user names it */
    bool repeated;               /* the last bottom only: may come several times */
};
#define GCK_END { .name = NULL } /* the last entry of a list of ports or parameters */

enum gck_param_kind { GCK_REAL, GCK_INTEGER, GCK_BOOL, GCK_CHOICE };

struct gck_param {
    const char *name;         /* NULL ends the list */
    enum gck_param_kind kind;
    double value;             /* the default; of GCK_CHOICE the index, of GCK_BOOL 0 or 1 */
    bool unset;               /* there is no default: gck_given() is false until somebody sets it */
    double min, max;          /* both inclusive; both 0: no limits */
    const char *choices;      /* of GCK_CHOICE: the words, separated by single spaces */
    const char *help;         /* one line */
};

/* What the loss claims to be. Without a claim a lost 1/num cannot be called wrong. */
enum gck_norm {
    GCK_NORM_NONE,     /* claims nothing */
    GCK_NORM_MEAN,     /* a mean over num */
    GCK_NORM_SUM,      /* a sum over the batch */
    GCK_NORM_VALID,    /* a mean over what counts: the factor differs by sample */
    GCK_NORM_BY_PARAM  /* the choice parameter "normalization": FULL, VALID, BATCH_SIZE or NONE */
};

enum gck_phase { GCK_TRAIN, GCK_TEST };

struct gck_layer;

/* One call of a layer. The host fills all of it; a layer changes only what the pointers lead to. */
struct gck_io {
    const struct gck_layer *layer;
    struct gck_blob *const *bottom, *const *top, *const *weight, *const *buffer;
    unsigned bottoms, tops;       /* how many there are: optional ones may be absent */
    const bool *propagate_down;   /* one for each bottom: is its diff asked for? */
    const double *param;          /* by the index in the layer's own list; unset ones are NaN */
    enum gck_phase phase;
    uint64_t seed;                /* for layers that draw random numbers: the same, the same numbers */
    char *message;                /* GCK_MESSAGE_SIZE bytes; gck_fail writes it */
};

/* All functions return GCK_OK, or what gck_fail returned. They never abort, exit or print, and never
 * read or write outside a blob, whatever the data are. */
struct gck_layer {
    uint32_t abi, size;           /* GCK_ABI and sizeof(struct gck_layer), first in every version */
    uint32_t type, real_size;     /* enum gck_type, sizeof(real) */
    const char *name;             /* lower case, as on the command line */
    const char *caffe_type;       /* Caffe's name for it, or NULL */
    const char *formula;          /* one line, below 70 characters */
    bool loss;                    /* its first top is a loss: loss_weight 1 when nobody says otherwise */
    enum gck_norm norm;
    const struct gck_port *bottom, *top; /* ended by GCK_END */
    const struct gck_port *weight;       /* learnable blobs, their diffs are ADDED to; NULL: none */
    unsigned buffers;             /* scratch blobs that live from forward to backward */
    const struct gck_param *param; /* NULL: none */
    enum gck_status (*reshape)(struct gck_io *io);  /* judge shapes and parameters; size tops, buffers */
    enum gck_status (*forward)(struct gck_io *io);  /* bottoms -> tops; changes no bottom and no weight */
    enum gck_status (*backward)(struct gck_io *io); /* SETS the bottom diffs asked for, touches no other */
};

/* ---- the host's side, called by layers ---- */

/* Writes the sentence into io->message and returns `status`: return gck_fail(io, GCK_ESHAPE, ...). */
enum gck_status gck_fail(struct gck_io *io, enum gck_status status, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Give a top or a buffer its shape. GCK_EMEMORY or GCK_ESHAPE (with the sentence) where it is impossible.
 * Pointers into the blob taken before are stale afterwards. */
enum gck_status gck_reshape(struct gck_io *io, struct gck_blob *blob, const struct gck_shape *shape);
enum gck_status gck_reshape_like(struct gck_io *io, struct gck_blob *blob, const struct gck_blob *like);
enum gck_status gck_reshape_scalar(struct gck_io *io, struct gck_blob *blob);

/* Two shapes are the same: as many axes, each as long. */
bool gck_shape_equal(const struct gck_shape *a, const struct gck_shape *b);

/* The product of the dims from axis `from` up to, not including, `to`; 1 where there are none. */
size_t gck_shape_count(const struct gck_shape *shape, unsigned from, unsigned to);

/* "5x7x3" into text (GCK_SHAPE_TEXT bytes); "scalar" where there are no axes. Returns text. */
enum { GCK_SHAPE_TEXT = 192 };
char *gck_shape_text(const struct gck_shape *shape, char *text);

/* Vectors, through OpenBLAS. n counts elements; x and y may not overlap. */
float gck_dot_float(size_t n, const float *x, const float *y);
double gck_dot_double(size_t n, const double *x, const double *y);
/* y = a x + b y; with b = 0 the old y does not matter */
void gck_axpby_float(size_t n, float a, const float *x, float b, float *y);
void gck_axpby_double(size_t n, double a, const double *x, double b, double *y);
/* C = alpha op(A) op(B) + beta C, row-major; op(A) is m x k, op(B) is k x n, C is m x n; op transposes or
 * not. */
void gck_gemm_float(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, float alpha,
                    const float *a, const float *b, float beta, float *c);
void gck_gemm_double(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, double alpha,
                     const double *a, const double *b, double beta, double *c);

#ifdef __cplusplus
}
#endif

/* ---- what differs by type ---- */

#if defined(GCK_EXACT)
#include "gradcheck/exact.h"
typedef struct gck_traced real;
#define GCK_TYPE GCK_TYPE_EXACT
#define GCK_TYPED(name) name##_exact
#elif defined(GCK_FLOAT)
typedef float real;
#define GCK_TYPE GCK_TYPE_FLOAT
#define GCK_TYPED(name) name##_float
#else
typedef double real;
#define GCK_TYPE GCK_TYPE_DOUBLE
#define GCK_TYPED(name) name##_double
#endif

#define gck_dot GCK_TYPED(gck_dot)
#define gck_axpby GCK_TYPED(gck_axpby)
#define gck_gemm GCK_TYPED(gck_gemm)

/* ---- what a layer reads and writes ---- */

/* (shape of bottom i), never written */
static inline const real *gck_bottom(const struct gck_io *io, unsigned i)
{
    return (const real *)io->bottom[i]->data;
}

/* (shape of bottom i), to be SET; NULL when propagate_down is false: then leave it alone */
static inline real *gck_bottom_diff(const struct gck_io *io, unsigned i)
{
    return io->propagate_down[i] ? (real *)io->bottom[i]->diff : NULL;
}

/* (shape of top i), to be written by forward */
static inline real *gck_top(const struct gck_io *io, unsigned i)
{
    return (real *)io->top[i]->data;
}

/* (shape of top i): dE/dtop. For a loss its one element is the loss weight, put there at set-up. */
static inline const real *gck_top_diff(const struct gck_io *io, unsigned i)
{
    return (const real *)io->top[i]->diff;
}

/* (shape of weight i), a learnable blob, read by both passes */
static inline const real *gck_weight(const struct gck_io *io, unsigned i)
{
    return (const real *)io->weight[i]->data;
}

/* (shape of weight i), to be ADDED to */
static inline real *gck_weight_diff(const struct gck_io *io, unsigned i)
{
    return (real *)io->weight[i]->diff;
}

/* (shape given in reshape): what forward leaves here, backward finds */
static inline real *gck_buffer(const struct gck_io *io, unsigned i)
{
    return (real *)io->buffer[i]->data;
}

/* samples in bottom i: its first dim, 1 for a scalar */
static inline size_t gck_num(const struct gck_io *io, unsigned i)
{
    return io->bottom[i]->shape.axes == 0 ? 1 : io->bottom[i]->shape.dim[0];
}

/* elements in bottom i */
static inline size_t gck_count(const struct gck_io *io, unsigned i)
{
    return io->bottom[i]->count;
}

/* was this parameter set, by its default or by the user? */
static inline bool gck_given(const struct gck_io *io, unsigned index)
{
    return io->param[index] == io->param[index];
}

/* The label at `index` of bottom i: a whole number in 0 .. classes - 1, written to *label. Anything else is
 * GCK_EDATA with a sentence: return its status. Test for an ignore_label before. */
static inline enum gck_status gck_label(struct gck_io *io, unsigned i, size_t index, size_t classes,
                                        size_t *label)
{
    const double value = (double)gck_bottom(io, i)[index];

    *label = 0;
    if (!(value >= 0 && value < (double)classes))
        return gck_fail(io, GCK_EDATA, "label %g at position %zu is not in 0 .. %zu", value, index,
                        classes - 1);
    *label = (size_t)value;
    if ((double)*label != value)
        return gck_fail(io, GCK_EDATA, "label %g at position %zu is not a whole number", value,
                        index);
    return GCK_OK;
}

/* A bottom as seen along one axis: element (i, c, s) stands at (i * size + c) * inner + s. */
struct gck_axis {
    size_t outer, size, inner; /* the product of the dims before it, its own, the product of those after */
};

/* Bottom i along the axis that the integer parameter `index` names; negative: from the end. size is 0 where
 * the bottom has no such axis: refuse that in reshape. */
static inline struct gck_axis gck_along(const struct gck_io *io, unsigned i, unsigned index)
{
    const struct gck_shape *shape = &io->bottom[i]->shape;
    const double wanted = io->param[index], axes = (double)shape->axes;
    struct gck_axis along = { .outer = 0, .size = 0, .inner = 0 };

    if (wanted >= -axes && wanted < axes) {
        const unsigned axis = (unsigned)(wanted < 0 ? wanted + axes : wanted);

        along.outer = gck_shape_count(shape, 0, axis);
        along.size = shape->dim[axis];
        along.inner = gck_shape_count(shape, axis + 1, shape->axes);
    }
    return along;
}

/* The choice parameter "normalization", as Caffe has it: what a loss divides its sum by. */
#define GCK_NORMALIZATIONS "FULL VALID BATCH_SIZE NONE"
enum gck_normalization { GCK_BY_FULL, GCK_BY_VALID, GCK_BY_BATCH_SIZE, GCK_BY_NONE };

/* That divisor: all labels, those that are not ignored, the samples, or 1. Never less than 1, so that a batch
 * in which all is ignored has the loss 0. */
static inline real gck_normalizer(const struct gck_io *io, unsigned index, size_t full, size_t valid,
                                  size_t batch_size)
{
    const int by = (int)io->param[index];
    const size_t divisor = by == GCK_BY_FULL    ? full
                           : by == GCK_BY_VALID ? valid
                           : by == GCK_BY_BATCH_SIZE ? batch_size : 1;

    return (real)(divisor > 1 ? divisor : 1);
}

/* ---- the descriptor: GCK_LAYER(my_loss) = { GCK_THIS_ABI, .name = "my_loss", ... }; ---- */

#define GCK_THIS_ABI                                                                               \
    .abi = GCK_ABI, .size = sizeof(struct gck_layer), .type = GCK_TYPE, .real_size = sizeof(real)

#ifdef __cplusplus
#define GCK_EXTERN extern "C"
#else
#define GCK_EXTERN extern
#endif

#ifdef GCK_PLUGIN
/* The array is what a host looks up; the descriptor stays hidden, so that a copy of a built-in layer
 * never means the built-in one. */
#define GCK_LAYER(id)                                                                              \
    GCK_EXTERN const struct gck_layer GCK_TYPED(gck_plugin_##id)                                   \
        __attribute__((visibility("hidden")));                                                     \
    GCK_EXTERN const struct gck_layer *const GCK_TYPED(gck_layers)[2]                              \
        __attribute__((visibility("default")));                                                    \
    const struct gck_layer *const GCK_TYPED(gck_layers)[2] = { &GCK_TYPED(gck_plugin_##id), NULL };\
    const struct gck_layer GCK_TYPED(gck_plugin_##id)
#else
#define GCK_LAYER(id)                                                                              \
    GCK_EXTERN const struct gck_layer GCK_TYPED(gck_layer_##id);                                   \
    const struct gck_layer GCK_TYPED(gck_layer_##id)
#endif

#endif
