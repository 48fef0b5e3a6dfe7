/* memory.h -- will it fit into memory? Asked before anything is allocated. */
#ifndef GCK_LAYER_MEMORY_H
#define GCK_LAYER_MEMORY_H

#include "layer/sizes.h"

/* Bytes of one rig of these sizes that has run: data and diffs in numbers of `real_size` bytes, and the coefficients. */
double gck_memory_rig(const struct gck_sizes *sizes, size_t real_size);

/* GCK_EMEMORY with a sentence and the figures where that many bytes are more than this machine has, or than options->megabytes.
 * doing: "examine", for the sentence. */
enum gck_status gck_memory_judge(const struct gck_setup *setup, const struct gck_sizes *sizes, double bytes, const char *doing,
                                 char *message);

/* GCK_EMEMORY with a sentence: it takes so many bytes, and although there are as many the process did not get them. */
enum gck_status gck_memory_lacked(const struct gck_setup *setup, double bytes, const char *doing, char *message);

/* GCK_EMEMORY with a sentence where so many examinations at once take more bytes together than this machine has. */
enum gck_status gck_memory_judge_all(unsigned at_once, double bytes, char *message);

/* Are these bytes no more than this machine has and options->megabytes? */
bool gck_memory_fits(const struct gck_options *options, double bytes);

/* Bytes of address space that a process may map which is allowed so many megabytes of memory, beside what it begins with.
 * Diffs that nobody needs and tapes that were longer once are mapped and take no memory, and neither does most of what OpenBLAS
 * reserves: up to twice as much, and some for the small. What the layer itself takes without end is stopped all the same. */
size_t gck_memory_ceiling(size_t megabytes);

#endif
