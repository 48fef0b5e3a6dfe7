/* torch.h -- what torch_gradcheck.py measured of the same losses at the same shapes, where it could run. */
#ifndef GCK_BENCH_TORCH_H
#define GCK_BENCH_TORCH_H

#include <jansson.h>

#include <string.h>

/* NULL: it was not run. */
static inline json_t *torch_open(const char *path)
{
    return path != NULL ? json_load_file(path, 0, NULL) : NULL;
}

/* The record of that loss, shape and mode ("slow" or "fast"), borrowed, or NULL. */
static inline json_t *torch_find(const json_t *torch, const char *layer, const char *n, const char *c,
                                 const char *mode)
{
    const json_t *const results = json_object_get(torch, "results");
    json_t *record;
    size_t i;

    json_array_foreach(results, i, record) {
        const char *const at[] = { layer, n, c, mode }, *const key[] = { "layer", "n", "c", "mode" };
        unsigned same = 0;

        for (unsigned k = 0; k < 4; k++) {
            const char *const value = json_string_value(json_object_get(record, key[k]));

            same += value != NULL && strcmp(value, at[k]) == 0;
        }
        if (same == 4)
            return record;
    }
    return NULL;
}

/* CPU seconds, or 0. */
static inline double torch_seconds(const json_t *torch, const char *layer, const char *n, const char *c,
                                   const char *mode)
{
    return json_number_value(json_object_get(torch_find(torch, layer, n, c, mode), "cpu_seconds"));
}

#endif
