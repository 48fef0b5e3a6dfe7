/* registry.h -- the built-in layers: a table made by the Makefile from the files in layers/. */
#ifndef GCK_LAYER_REGISTRY_H
#define GCK_LAYER_REGISTRY_H

#include "gradcheck/gradcheck.h"

extern const struct gck_layer *const gck_builtin_float[];  /* NULL-ended, in the order of the names */
extern const struct gck_layer *const gck_builtin_double[]; /* the same layers in double */
extern const struct gck_layer *const gck_builtin_exact[];  /* and as exact twins; empty without a C++ compiler */

#endif
