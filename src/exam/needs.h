/* needs.h -- the memory that an examination takes at its peak, with all its children, from the sizes of the layer's blobs.
 *
 * A model of what is held together in each part of the examination: rigs, snapshots, and what is known of each element; with
 * options->jobs > 0 what children write into pages of their own beside it. It is no less than what is measured, and at most 1.3
 * times as much and a few MB (checks/check_memory.c, checks/check_needs.c). Two things take more, which the worker's limit has room for: to
 * tell what is wrong with a layer, and an exact twin in which every number depends on all inputs. Both do without what
 * they would have told, where that would be too much. */
#ifndef GCK_EXAM_NEEDS_H
#define GCK_EXAM_NEEDS_H

#include "layer/memory.h"

/* Bytes, beside what the program itself takes. twin, exact: NULL, or the layers that it is examined with. */
double gck_needs(const struct gck_options *options, const struct gck_sizes *sizes, const struct gck_layer *layer,
                 const struct gck_layer *twin, const struct gck_layer *exact);

/* GCK_OK; the layer's refusal of these shapes, or GCK_EMEMORY, with a sentence. *needed: the bytes, where they are known; or
 * NULL. */
enum gck_status gck_needs_judge(const struct gck_setup *setup, const struct gck_layer *layer, const struct gck_layer *twin,
                                const struct gck_layer *exact, double *needed, char *message);

#endif
