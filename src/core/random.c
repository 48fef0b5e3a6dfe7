/* random.c -- numbers that depend on (seed, stream, index) alone. */
#include "core/random.h"

#include <Random123/philox.h>

#include <math.h>

static void draw(uint64_t seed, uint32_t stream, uint64_t index, uint64_t bits[2])
{
    const philox4x32_key_t key = { { (uint32_t)seed, (uint32_t)(seed >> 32) } };
    const philox4x32_ctr_t counter = { { (uint32_t)index, (uint32_t)(index >> 32), stream, 0 } };
    const philox4x32_ctr_t drawn = philox4x32(counter, key);

    bits[0] = (uint64_t)drawn.v[1] << 32 | drawn.v[0];
    bits[1] = (uint64_t)drawn.v[3] << 32 | drawn.v[2];
}

static double unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

double gck_uniform(uint64_t seed, uint32_t stream, uint64_t index)
{
    uint64_t bits[2];

    draw(seed, stream, index, bits);
    return unit(bits[0]);
}

void gck_uniform_signed_from(uint64_t seed, uint32_t stream, size_t first, size_t n, double *value)
{
    uint64_t bits[2];

    for (size_t i = 0; i < n; i += 2) {
        draw(seed, stream, first + i, bits);
        value[i] = 2 * unit(bits[0]) - 1;
        if (i + 1 < n)
            value[i + 1] = 2 * unit(bits[1]) - 1;
    }
}

void gck_uniform_signed(uint64_t seed, uint32_t stream, size_t n, double *value)
{
    gck_uniform_signed_from(seed, stream, 0, n, value);
}

/* Box and Muller make two at once, of indices 2 pair and 2 pair + 1. */
static void normal_pair(uint64_t seed, uint32_t stream, uint64_t pair, double value[2])
{
    uint64_t bits[2];
    double radius;

    draw(seed, stream, pair, bits);
    radius = sqrt(-2 * log(1 - unit(bits[0]))); /* 1 - u is never 0 */
    sincos(2 * 3.14159265358979323846 * unit(bits[1]), &value[1], &value[0]);
    value[0] *= radius;
    value[1] *= radius;
}

double gck_normal(uint64_t seed, uint32_t stream, uint64_t index)
{
    double value[2];

    normal_pair(seed, stream, index / 2, value);
    return value[index % 2];
}

void gck_normal_from(uint64_t seed, uint32_t stream, size_t first, size_t n, double *value)
{
    double pair[2];

    for (size_t i = 0; i < n; i += 2) {
        normal_pair(seed, stream, (first + i) / 2, pair);
        value[i] = pair[0];
        if (i + 1 < n)
            value[i + 1] = pair[1];
    }
}

void gck_normal_all(uint64_t seed, uint32_t stream, size_t n, double *value)
{
    gck_normal_from(seed, stream, 0, n, value);
}

size_t gck_below(uint64_t seed, uint32_t stream, uint64_t index, size_t n)
{
    const size_t drawn = (size_t)(gck_uniform(seed, stream, index) * (double)n);

    return drawn < n ? drawn : n - 1;
}

uint32_t gck_stream(const char *name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}
