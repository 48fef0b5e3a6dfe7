/* blob.c -- the host's side of blobs: memory with guard words, elements read and written as doubles. */
#include "core/blob.h"

#include "core/pages.h"
#include "core/text.h"
#include "gradcheck/layer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool gck_shape_size(const struct gck_shape *shape, size_t real_size, size_t *count)
{
    /* guards and rounding up to the alignment have to fit as well */
    const size_t most = (SIZE_MAX / 4) / real_size;

    *count = 1;
    if (shape->axes > GCK_MAX_AXES)
        return false;
    for (unsigned axis = 0; axis < shape->axes; axis++) {
        if (shape->dim[axis] == 0 || *count > most / shape->dim[axis])
            return false;
        *count *= shape->dim[axis];
    }
    return true;
}

bool gck_shape_equal(const struct gck_shape *a, const struct gck_shape *b)
{
    return a->axes == b->axes && memcmp(a->dim, b->dim, a->axes * sizeof a->dim[0]) == 0;
}

size_t gck_shape_count(const struct gck_shape *shape, unsigned from, unsigned to)
{
    size_t count = 1;

    for (unsigned axis = from; axis < to && axis < shape->axes; axis++)
        count *= shape->dim[axis];
    return count;
}

char *gck_shape_text(const struct gck_shape *shape, char *text)
{
    text[0] = '\0';
    for (unsigned axis = 0; axis < shape->axes && axis < GCK_MAX_AXES; axis++)
        gck_append(text, GCK_SHAPE_TEXT, "%s%zu", axis == 0 ? "" : "x", shape->dim[axis]);
    if (shape->axes == 0)
        gck_append(text, GCK_SHAPE_TEXT, "scalar");
    return text;
}

void gck_shape_index(const struct gck_shape *shape, size_t flat, size_t index[GCK_MAX_AXES])
{
    for (unsigned axis = shape->axes; axis-- > 0;) {
        index[axis] = flat % shape->dim[axis];
        flat /= shape->dim[axis];
    }
}

size_t gck_shape_flat(const struct gck_shape *shape, const size_t index[GCK_MAX_AXES])
{
    size_t flat = 0;

    for (unsigned axis = 0; axis < shape->axes; axis++)
        flat = flat * shape->dim[axis] + index[axis];
    return flat;
}

/* One array with its guards: [guard | count elements, then guard up to the end]. */
static size_t array_bytes(size_t count, size_t real_size)
{
    const size_t bytes = count * real_size + 2 * GCK_GUARD;

    return (bytes + GCK_ALIGNMENT - 1) / GCK_ALIGNMENT * GCK_ALIGNMENT;
}

static void *array_new(size_t bytes)
{
    char *const memory = gck_pages_new(bytes);

    return memory == NULL ? NULL : memory + GCK_GUARD;
}

static void array_free(void *array)
{
    if (array != NULL)
        gck_pages_free((char *)array - GCK_GUARD);
}

enum gck_status gck_blob_reshape(struct gck_blob *blob, const struct gck_shape *shape, char *message)
{
    size_t count;

    if (!gck_shape_size(shape, blob->real_size, &count)) {
        char text[GCK_SHAPE_TEXT];

        return gck_say(message, GCK_ESHAPE,
                       "a shape of %u axes, %s, is impossible: at most %d axes, no dim of 0, and a "
                       "count that fits",
                       shape->axes, gck_shape_text(shape, text), GCK_MAX_AXES);
    }
    if (count > blob->capacity || blob->data == NULL) {
        const size_t bytes = array_bytes(count, blob->real_size);
        void *const data = array_new(bytes), *const diff = array_new(bytes);

        if (data == NULL || diff == NULL) {
            array_free(data);
            array_free(diff);
            return gck_say(message, GCK_EMEMORY, "no memory for a blob of %zu numbers", count);
        }
        array_free(blob->data);
        array_free(blob->diff);
        blob->data = data;
        blob->diff = diff;
        blob->capacity = count;
    }
    blob->shape = *shape;
    blob->count = count;
    return GCK_OK;
}

void gck_blob_free(struct gck_blob *blob)
{
    array_free(blob->data);
    array_free(blob->diff);
    blob->data = blob->diff = NULL;
    blob->count = blob->capacity = 0;
}

static void array_forget(void *array)
{
    if (array != NULL)
        gck_pages_forget((char *)array - GCK_GUARD);
}

void gck_blob_forget_diff(struct gck_blob *blob)
{
    array_forget(blob->diff);
}

void gck_blob_forget_data(struct gck_blob *blob)
{
    array_forget(blob->data);
}

void gck_blob_forget(struct gck_blob *blob)
{
    gck_blob_forget_diff(blob);
    gck_blob_forget_data(blob);
}

void gck_blob_trim(struct gck_blob *blob)
{
    const size_t used = array_bytes(blob->count, blob->real_size);

    if (blob->count >= blob->capacity)
        return;
    gck_pages_trim((char *)blob->data - GCK_GUARD, used);
    gck_pages_trim((char *)blob->diff - GCK_GUARD, used);
}

/* Where the numbers of an array stand: of an exact element, its value. */
static const double *value_at(const void *array, size_t real_size, size_t i)
{
    return (const double *)array + i * (real_size / sizeof(double));
}

static void write_value(void *array, size_t real_size, size_t i, double value)
{
    if (real_size == GCK_EXACT_SIZE)
        ((struct gck_number *)array)[i] = (struct gck_number){ .value = value };
    else
        ((double *)array)[i] = value;
}

double gck_peek_exact(const void *array, size_t i)
{
    return *value_at(array, GCK_EXACT_SIZE, i);
}

void gck_poke_exact(void *array, size_t i, double value)
{
    write_value(array, GCK_EXACT_SIZE, i, value);
}

uint64_t gck_peek_place(const void *array, size_t real_size, size_t i)
{
    return real_size == GCK_EXACT_SIZE ? ((const struct gck_number *)array)[i].place : 0;
}

void gck_poke_places(void *array, size_t real_size, size_t count, uint64_t first)
{
    for (size_t i = 0; i < count && real_size == GCK_EXACT_SIZE; i++)
        ((struct gck_number *)array)[i].place = first == 0 ? 0 : first + i;
}

void gck_peek_all(const void *array, size_t real_size, size_t count, double *value)
{
    if (real_size == sizeof(double))
        memcpy(value, array, count * sizeof *value);
    else if (real_size == sizeof(float))
        for (size_t i = 0; i < count; i++)
            value[i] = (double)((const float *)array)[i];
    else
        for (size_t i = 0; i < count; i++)
            value[i] = *value_at(array, real_size, i);
}

void gck_poke_all(void *array, size_t real_size, size_t count, const double *value)
{
    if (real_size == sizeof(double))
        memcpy(array, value, count * sizeof *value);
    else if (real_size == sizeof(float))
        for (size_t i = 0; i < count; i++)
            ((float *)array)[i] = (float)value[i];
    else
        for (size_t i = 0; i < count; i++)
            write_value(array, real_size, i, value[i]);
}

bool gck_holds_all(const void *array, size_t real_size, size_t count, const double *value)
{
    if (real_size == sizeof(double))
        return memcmp(array, value, count * sizeof *value) == 0;
    for (size_t i = 0; i < count; i++) {
        const float one = (float)value[i];

        if (real_size != sizeof one || memcmp((const float *)array + i, &one, sizeof one) != 0)
            return false;
    }
    return true;
}

static void line(double *restrict to, size_t count, const double *restrict start, double t, const double *restrict along)
{
    for (size_t i = 0; i < count; i++)
        to[i] = start[i] + t * along[i];
}

void gck_poke_line(void *array, size_t real_size, size_t count, const double *start, double t,
                   const double *along)
{
    if (real_size == sizeof(double))
        line(array, count, start, t, along);
    else if (real_size == sizeof(float))
        for (size_t i = 0; i < count; i++)
            ((float *)array)[i] = (float)(start[i] + t * along[i]);
    else
        for (size_t i = 0; i < count; i++)
            write_value(array, real_size, i, start[i] + t * along[i]);
}

void gck_poke_each(void *array, size_t real_size, size_t count, double value)
{
    if (value == 0 && !signbit(value)) {
        memset(array, 0, count * real_size);
        return;
    }
    if (real_size == sizeof(double))
        for (size_t i = 0; i < count; i++)
            ((double *)array)[i] = value;
    else
        for (size_t i = 0; i < count; i++)
            gck_poke(array, real_size, i, value);
}

/* Large, finite, different for every pattern, and each place has both signs: whatever is computed with it shows. */
static double guard_value(unsigned pattern, size_t i)
{
    return ((i + pattern) % 2 == 0 ? 1 : -1) * (1234.5 + 1000.0 * pattern + (double)(i % 16));
}

/* The guards hold as many whole elements as fit, close to the array. */
static char *guard_before(void *array, size_t real_size)
{
    return (char *)array - GCK_GUARD / real_size * real_size;
}

static void guard_paint(void *array, size_t real_size, size_t count, unsigned pattern)
{
    char *const before = guard_before(array, real_size), *const after = (char *)array + count * real_size;

    for (size_t i = 0; i < GCK_GUARD / real_size; i++) {
        gck_poke(before, real_size, i, guard_value(pattern, i));
        gck_poke(after, real_size, i, guard_value(pattern, i));
    }
}

static bool guard_intact(const void *guard, size_t real_size, unsigned pattern)
{
    for (size_t i = 0; i < GCK_GUARD / real_size; i++) {
        if (gck_peek(guard, real_size, i) != guard_value(pattern, i))
            return false;
        if (gck_peek_place(guard, real_size, i) != 0)
            return false;
    }
    return true;
}

void gck_blob_guard(struct gck_blob *blob, unsigned pattern)
{
    guard_paint(blob->data, blob->real_size, blob->count, pattern);
    guard_paint(blob->diff, blob->real_size, blob->count, pattern);
}

bool gck_blob_guarded(const struct gck_blob *blob, unsigned pattern, const char **where)
{
    const size_t size = blob->real_size, bytes = blob->count * size;
    const char *const data = blob->data, *const diff = blob->diff;

    *where = !guard_intact(guard_before(blob->data, size), size, pattern)   ? "before data"
             : !guard_intact(data + bytes, size, pattern)                   ? "after data"
             : !guard_intact(guard_before(blob->diff, size), size, pattern) ? "before diff"
             : !guard_intact(diff + bytes, size, pattern)                   ? "after diff"
                                                                            : NULL;
    return *where == NULL;
}

bool gck_same_bits(const void *a, const void *b, size_t real_size, size_t count, size_t *first)
{
    if (memcmp(a, b, real_size * count) == 0)
        return true;
    for (*first = 0; *first < count; ++*first)
        if (memcmp((const char *)a + *first * real_size, (const char *)b + *first * real_size,
                   real_size) != 0)
            break;
    return false;
}
