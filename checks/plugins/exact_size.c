/* exact_size.c -- its exact twin was compiled for numbers of another size: no reason to refuse the layer. */
#define NAME "exact_size"
#include "base.h"

#ifndef GCK_FLOAT
static const struct gck_layer twin = {
    .abi = GCK_ABI, .size = sizeof(struct gck_layer), .type = GCK_TYPE_EXACT, .real_size = 40,
    .name = "exact_size",
};
extern const struct gck_layer *const gck_layers_exact[2] __attribute__((visibility("default")));
const struct gck_layer *const gck_layers_exact[2] = { &twin, NULL };
#endif
