/* random.h -- numbers that depend on (seed, stream, index) alone: the same in every shard, order and thread.
 *
 * Random123's Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). */
#ifndef GCK_CORE_RANDOM_H
#define GCK_CORE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Uniform in [0, 1), with 53 random bits. */
double gck_uniform(uint64_t seed, uint32_t stream, uint64_t index);
/* n numbers uniform in [-1, 1), at half the price of single ones: those of (seed, stream, 0 .. n - 1) of a family of
 * their own. */
void gck_uniform_signed(uint64_t seed, uint32_t stream, size_t n, double *value);
/* The same from number `first` on, which is even. */
void gck_uniform_signed_from(uint64_t seed, uint32_t stream, size_t first, size_t n, double *value);
/* Standard normal. */
double gck_normal(uint64_t seed, uint32_t stream, uint64_t index);
/* The same n numbers, of the indices 0 .. n - 1, at half the price. */
void gck_normal_all(uint64_t seed, uint32_t stream, size_t n, double *value);
/* Of the indices first .. first + n - 1; first is even. */
void gck_normal_from(uint64_t seed, uint32_t stream, size_t first, size_t n, double *value);
/* A whole number in 0 .. n - 1; n > 0. */
size_t gck_below(uint64_t seed, uint32_t stream, uint64_t index, size_t n);
/* The stream of a name: the same name, the same numbers. */
uint32_t gck_stream(const char *name);

#endif
