/* npy_value.c -- one element of a .npy file as a double. */
#include "core/npy_header.h"

#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void load(const struct gck_npy_header *header, const unsigned char *bytes, void *element)
{
    unsigned char *const out = element;
    const size_t size = header->size < 8 ? header->size : 8; /* the header has been judged: 1, 4 or 8 */

    for (size_t i = 0; i < size; i++)
        out[i] = bytes[header->swapped ? size - 1 - i : i];
}

const char *gck_npy_value(const struct gck_npy_header *header, const unsigned char *bytes,
                          double *value, char *words)
{
    union {
        float f4;
        double f8;
        int32_t i4;
        int64_t i8;
    } element;

    load(header, bytes, &element);
    switch (header->kind) {
    case GCK_NPY_F4:
        *value = (double)element.f4;
        break;
    case GCK_NPY_F8:
        *value = element.f8;
        break;
    case GCK_NPY_I4:
        *value = element.i4;
        break;
    case GCK_NPY_I8:
        *value = (double)element.i8;
        if (*value < 0x1p63 && (int64_t)*value == element.i8)
            break;
        snprintf(words, GCK_NUMBER_TEXT, "%" PRId64, element.i8);
        return "a double cannot hold it, the nearest is another number";
    case GCK_NPY_BOOL:
    default:
        *value = bytes[0];
        if (header->kind != GCK_NPY_BOOL || bytes[0] <= 1)
            break;
        snprintf(words, GCK_NUMBER_TEXT, "%u", bytes[0]);
        return "a bool is 0 or 1";
    }
    if (isfinite(*value))
        return NULL;
    snprintf(words, GCK_NUMBER_TEXT, "%s", isnan(*value) ? "nan" : *value > 0 ? "inf" : "-inf");
    return "only finite numbers are read";
}
