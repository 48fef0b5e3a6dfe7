/* lanes.h -- numbers of GCK_LANES elements at a time, in the vector registers that a machine has. Private to src/numeric.
 *
 * In C each operation of a vector is that of its lanes, so one may as well read them as numbers; a comparison gives all bits
 * for yes and none for no, and a choice between two numbers takes both. A function that is GCK_WIDE is compiled twice where
 * that can be had, and the machine takes the one that it has the instructions for: with AVX2 and without, and in both each
 * operation is rounded alone, so that results are the same in every bit. It has to be static, and as clang has it of a name that no
 * other has. */
#ifndef GCK_NUMERIC_LANES_H
#define GCK_NUMERIC_LANES_H

#include "numeric/slope.h"

#include <float.h>
#include <stdint.h>

typedef double gck_lanes __attribute__((vector_size(GCK_LANES * sizeof(double))));
typedef int64_t gck_yes __attribute__((vector_size(GCK_LANES * sizeof(int64_t))));
typedef uint64_t gck_bits __attribute__((vector_size(GCK_LANES * sizeof(uint64_t))));
/* The same in an array, wherever in it. */
typedef double gck_lanes_at __attribute__((vector_size(GCK_LANES * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef int64_t gck_yes_at __attribute__((vector_size(GCK_LANES * sizeof(int64_t)), aligned(sizeof(int64_t)), may_alias));

#if !defined GCK_WIDE && defined __x86_64__ && defined __GLIBC__ && defined __has_attribute
#if __has_attribute(target_clones)
#define GCK_WIDE __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef GCK_WIDE
#define GCK_WIDE
#endif

/* Macros and no functions: vectors would be passed otherwise on machines with such registers than on those without. */
#define GCK_LOAD(from) ((gck_lanes)*(const gck_lanes_at *)(from))
#define GCK_STORE(to, lanes) (*(gck_lanes_at *)(to) = (lanes))
#define GCK_KEEP_YES(to, yes) (*(gck_yes_at *)(to) = (gck_yes)(yes))
#define GCK_EACH(number) ((gck_lanes){ 0 } + (number))
#define GCK_WHERE(yes, lanes) ((gck_lanes)((yes) & (gck_yes)(lanes))) /* 0 elsewhere */
#define GCK_EITHER(yes, then, otherwise) ((gck_lanes)(((yes) & (gck_yes)(then)) | (~(yes) & (gck_yes)(otherwise))))
#define GCK_SIZES(lanes) ((gck_lanes)((gck_yes)(lanes) & INT64_MAX))
#define GCK_SIGNS(lanes) ((gck_yes)(lanes) & INT64_MIN)
#define GCK_ALL(yes) (((yes)[0] & (yes)[1] & (yes)[2] & (yes)[3]) != 0)
/* As gck_max and gck_min: of numbers that are no NaN. */
#define GCK_GREATER(a, b) GCK_EITHER((a) > (b), a, b)
#define GCK_LESSER(a, b) GCK_EITHER((a) < (b), a, b)
#define GCK_FINITE(lanes) (GCK_SIZES(lanes) <= DBL_MAX) /* infinities and NaNs are not */

#endif
