/* sizes.h -- how many numbers a layer's blobs hold at the shapes of a setup, before any of them takes memory.
 *
 * Only reshape knows the sizes of tops and buffers. So it is asked at the very shapes, with blobs that are room in the address
 * space and nothing more (gck_pages_reserve). */
#ifndef GCK_LAYER_SIZES_H
#define GCK_LAYER_SIZES_H

#include "layer/setup.h"

/* Doubles, since there may be more than can be counted. */
struct gck_sizes {
    size_t num;                              /* samples */
    double bottoms, weights, tops, buffers;  /* numbers in all blobs of a kind */
    double asked, longest;                   /* in those that take a gradient, and in the largest of them */
    double batched;                          /* in bottoms that take one and are one row per sample */
    double files;                            /* that come from files */
    double kept;                             /* that are drawn once and kept (drawn.h), at most */
    bool least;                              /* not even address space can be had: tops and buffers may be more */
};

/* Calls the layer's reshape. GCK_OK, or its refusal with a sentence. */
enum gck_status gck_sizes_of(const struct gck_setup *setup, const struct gck_layer *layer, struct gck_sizes *sizes,
                             char *message);

#endif
