/* registry.c -- finding a built-in layer. */
#include "layer/registry.h"

#include <string.h>

static const struct gck_layer *const *table(enum gck_type type)
{
    return type == GCK_TYPE_FLOAT ? gck_builtin_float : type == GCK_TYPE_EXACT ? gck_builtin_exact : gck_builtin_double;
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
