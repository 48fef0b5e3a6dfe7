/* blob.h -- the host's side of blobs: memory with guard words, elements read and written as doubles.
 *
 * The only file that knows float, double and exact elements, which are a double and its place on the tape.
 * Before and after data and diff lie GCK_GUARD bytes of guard: a layer that writes there is found out, and one
 * that reads there too, since the pattern changes (gck_blob_guard). */
#ifndef GCK_CORE_BLOB_H
#define GCK_CORE_BLOB_H

#include "gradcheck/blob.h"
#include "gradcheck/status.h"
#include "gradcheck/tape.h"

#include <stdbool.h>
#include <stdint.h>

enum { GCK_ALIGNMENT = 64, GCK_GUARD = 256 }; /* bytes */

/* The product of the dims into *count; false where a dim is 0, there are too many axes, or it overflows. */
bool gck_shape_size(const struct gck_shape *shape, size_t real_size, size_t *count);

/* Gives an all-zero struct (with real_size set) or an older blob its shape. Old contents stay where the blob
 * already was large enough, else both arrays are new and zero. GCK_ESHAPE, GCK_EMEMORY with a sentence. */
enum gck_status gck_blob_reshape(struct gck_blob *blob, const struct gck_shape *shape, char *message);
void gck_blob_free(struct gck_blob *blob);
/* Nobody needs the diff before it is written again: a large one takes no memory until then. */
void gck_blob_forget_diff(struct gck_blob *blob);
void gck_blob_forget_data(struct gck_blob *blob); /* the same of the data */
void gck_blob_forget(struct gck_blob *blob);      /* and of both */
/* Where it had more elements before: what is kept for them takes no memory until they come again. */
void gck_blob_trim(struct gck_blob *blob);

/* The real_size of exact elements. */
enum { GCK_EXACT_SIZE = sizeof(struct gck_number) };

/* Of exact elements: what gck_peek and gck_poke do with them. */
double gck_peek_exact(const void *array, size_t i);
void gck_poke_exact(void *array, size_t i, double value);

/* Element i of an array of this real_size, as a double and back (rounded to the type). Of an exact element it is
 * the value; what is written, here and below, is a constant: its place is 0. */
static inline double gck_peek(const void *array, size_t real_size, size_t i)
{
    return real_size == sizeof(double)  ? ((const double *)array)[i]
           : real_size == sizeof(float) ? (double)((const float *)array)[i]
                                        : gck_peek_exact(array, i);
}

static inline void gck_poke(void *array, size_t real_size, size_t i, double value)
{
    if (real_size == sizeof(double))
        ((double *)array)[i] = value;
    else if (real_size == sizeof(float))
        ((float *)array)[i] = (float)value;
    else
        gck_poke_exact(array, i, value);
}

/* The place of exact element i; of the other types it is 0, and poking it does nothing. */
uint64_t gck_peek_place(const void *array, size_t real_size, size_t i);
/* All `count` of them get the places first, first + 1, ...; with 0 they are constants. */
void gck_poke_places(void *array, size_t real_size, size_t count, uint64_t first);
/* All `count` of them. */
void gck_peek_all(const void *array, size_t real_size, size_t count, double *value);
void gck_poke_all(void *array, size_t real_size, size_t count, const double *value);
/* Would gck_poke_all(array, ..., value) change nothing? A forked child that writes nevertheless gets a copy of every page. */
bool gck_holds_all(const void *array, size_t real_size, size_t count, const double *value);
/* start + t * along, element by element. */
void gck_poke_line(void *array, size_t real_size, size_t count, const double *start, double t,
                   const double *along);
/* Every element of the array becomes value. */
void gck_poke_each(void *array, size_t real_size, size_t count, double value);

/* Paints all four guards of the blob: finite numbers of pattern 0, 1, ... */
void gck_blob_guard(struct gck_blob *blob, unsigned pattern);
/* Are the guards as gck_blob_guard left them? Otherwise *where says which: "after data". */
bool gck_blob_guarded(const struct gck_blob *blob, unsigned pattern, const char **where);

/* Two arrays of count elements hold the same bits; else *first is the first that differs. */
bool gck_same_bits(const void *a, const void *b, size_t real_size, size_t count, size_t *first);

/* Flat position to index, axis by axis, and back. */
void gck_shape_index(const struct gck_shape *shape, size_t flat, size_t index[GCK_MAX_AXES]);
size_t gck_shape_flat(const struct gck_shape *shape, const size_t index[GCK_MAX_AXES]);

#endif
