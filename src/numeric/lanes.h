/* lanes.h -- numbers of GCK_LANES elements at a time, in the vector registers that a machine has. Private to src/numeric.
 *
 * In C each operation of a vector is that of its lanes, so one may as well read them as numbers; a comparison gives all bits
 * for yes and none for no, and a choice between two numbers takes both. A function that is GCK_WIDE is compiled twice where
 * that can be had, and the machine takes the one that it has the instructions for: with AVX2 and without, and in both each
 * operation is rounded alone, so that results are the same in every bit. */
#ifndef GCK_NUMERIC_LANES_H
#define GCK_NUMERIC_LANES_H

#include "numeric/slope.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

typedef double gck_lanes __attribute__((vector_size(GCK_LANES * sizeof(double))));
typedef int64_t gck_yes __attribute__((vector_size(GCK_LANES * sizeof(int64_t))));

#if defined __x86_64__ && defined __GLIBC__ && defined __has_attribute
#if __has_attribute(target_clones)
#define GCK_WIDE __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef GCK_WIDE
#define GCK_WIDE
#endif
#define GCK_INLINE static inline __attribute__((always_inline))

GCK_INLINE gck_lanes gck_load(const double *from)
{
    gck_lanes lanes;

    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

GCK_INLINE void gck_store(double *to, gck_lanes lanes)
{
    memcpy(to, &lanes, sizeof lanes);
}

GCK_INLINE gck_lanes gck_each(double number)
{
    return (gck_lanes){ 0 } + number;
}

GCK_INLINE gck_lanes gck_either(gck_yes yes, gck_lanes then, gck_lanes otherwise)
{
    return (gck_lanes)((yes & (gck_yes)then) | (~yes & (gck_yes)otherwise));
}

GCK_INLINE gck_lanes gck_sizes(gck_lanes a)
{
    return (gck_lanes)((gck_yes)a & INT64_MAX);
}

/* As gck_max and gck_min: of numbers that are no NaN. */
GCK_INLINE gck_lanes gck_greater(gck_lanes a, gck_lanes b)
{
    return gck_either(a > b, a, b);
}

GCK_INLINE gck_lanes gck_lesser(gck_lanes a, gck_lanes b)
{
    return gck_either(a < b, a, b);
}

/* Infinities and NaNs are not. */
GCK_INLINE gck_yes gck_are_finite(gck_lanes a)
{
    return gck_sizes(a) <= DBL_MAX;
}

#endif
