/* memory.h -- will an examination fit into memory? Asked before anything is allocated. */
#ifndef GCK_LAYER_MEMORY_H
#define GCK_LAYER_MEMORY_H

#include "layer/setup.h"

/* Bytes that an examination of these shapes takes at its peak, about: GCK_MEMORY_TIMES those of bottoms and learnable
 * weights, each with data and diff in double. A double, since they may be more than can be counted. */
enum { GCK_MEMORY_TIMES = 4 };
double gck_memory_needed(const struct gck_setup *setup);

/* GCK_EMEMORY with a sentence and the figures where that is more than this machine has, or than options->megabytes. */
enum gck_status gck_memory_judge(const struct gck_setup *setup, char *message);

#endif
