/* twice.c -- two layers of one name in one file. */
#define NAME "twice"
#define DESCRIPTOR static const struct gck_layer one
#include "base.h"

__attribute__((visibility("default"))) extern const struct gck_layer *const
    GCK_TYPED(gck_layers)[3];
const struct gck_layer *const GCK_TYPED(gck_layers)[3] = { &one, &one, NULL };
