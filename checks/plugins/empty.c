/* empty.c -- an empty list of layers. */
#include "gradcheck/layer.h"

__attribute__((visibility("default"))) extern const struct gck_layer *const
    GCK_TYPED(gck_layers)[1];
const struct gck_layer *const GCK_TYPED(gck_layers)[1] = { NULL };
