/* several.c -- three layers in one file: one in both types, one in each. */
#define NAME "both"
#define DESCRIPTOR static const struct gck_layer one
#include "base.h"

/* The same layer by another name in each type. */
static const struct gck_layer again = {
    GCK_THIS_ABI,
    .name = sizeof(real) == sizeof(float) ? "only_float" : "only_double",
    .caffe_type = sizeof(real) == sizeof(float) ? "OnlyFloat" : "OnlyDouble",
    .formula = FORMULA,
    .loss = true,
    .norm = GCK_NORM_MEAN,
    .bottom = bottoms,
    .top = tops,
    .buffers = 1,
    .reshape = reshape,
    .forward = forward,
    .backward = backward,
};

__attribute__((visibility("default"))) extern const struct gck_layer *const
    GCK_TYPED(gck_layers)[3];
const struct gck_layer *const GCK_TYPED(gck_layers)[3] = { &one, &again, NULL };
