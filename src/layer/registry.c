/* registry.c -- finding a built-in layer. */
#include "layer/registry.h"

#include <string.h>

/* The exact twins for the best instruction set that was built and that the processor has. */
static const struct gck_layer *const *exact_table(void)
{
#if defined(__x86_64__) || defined(__i386__)
    if (gck_builtin_exact_avx512[0] != NULL && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma"))
        return gck_builtin_exact_avx512;
    if (gck_builtin_exact_avx2[0] != NULL && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return gck_builtin_exact_avx2;
#endif
    return gck_builtin_exact;
}

static const struct gck_layer *const *table(enum gck_type type)
{
    return type == GCK_TYPE_FLOAT ? gck_builtin_float : type == GCK_TYPE_EXACT ? exact_table() : gck_builtin_double;
}

const struct gck_layer *gck_layer_find(const char *name, enum gck_type type)
{
    for (const struct gck_layer *const *layer = table(type); *layer != NULL; layer++)
        if (strcmp((*layer)->name, name) == 0)
            return *layer;
    return NULL;
}

const struct gck_layer *gck_layer_at(size_t index, enum gck_type type)
{
    for (const struct gck_layer *const *layer = table(type); *layer != NULL; layer++)
        if (index-- == 0)
            return *layer;
    return NULL;
}
