/* judge.h -- does a descriptor from outside fit this program? */
#ifndef GCK_LAYER_JUDGE_H
#define GCK_LAYER_JUDGE_H

#include "gradcheck/layer.h"

/* Judges one descriptor found in `file` among those of that type: abi first, since nothing behind
 * it can be read before, then size, type, real_size, names, functions and lists. GCK_ELOAD with one
 * sentence. */
enum gck_status gck_layer_judge(const struct gck_layer *layer, enum gck_type type, const char *file,
                                char *message);

/* Two descriptors of one name, of different types, declare the same ports, parameters and buffers. */
enum gck_status gck_layer_twins(const struct gck_layer *layer, const struct gck_layer *twin,
                                const char *file, char *message);

#endif
