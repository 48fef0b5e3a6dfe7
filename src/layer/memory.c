/* memory.c -- will an examination fit into memory? */
#include "layer/memory.h"

#include "core/text.h"

#include <unistd.h>

/* As a product of doubles: shapes whose count overflows are refused for that, elsewhere. A float layer takes no less than one
 * in double: what is known of its elements is held in double, and so is its twin. */
static double bytes_of(const struct gck_shape *shape)
{
    double bytes = 2 * sizeof(double);

    for (unsigned axis = 0; axis < shape->axes; axis++)
        bytes *= (double)shape->dim[axis];
    return bytes;
}

double gck_memory_needed(const struct gck_setup *setup)
{
    double bytes = 0;

    for (unsigned i = 0; i < setup->bottoms; i++)
        bytes += bytes_of(&setup->bottom[i].shape);
    for (unsigned i = 0; i < setup->weights; i++)
        bytes += bytes_of(&setup->weight[i].shape);
    return GCK_MEMORY_TIMES * bytes;
}

/* What this machine has; 0: unknown. */
static double physical(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

    return pages > 0 && size > 0 ? (double)pages * (double)size : 0;
}

enum gck_status gck_memory_judge(const struct gck_setup *setup, char *message)
{
    const double needed = gck_memory_needed(setup), machine = physical();
    const double allowed = (double)setup->options->megabytes * 0x1p20;
    const bool beyond = machine > 0 && needed > machine;
    const struct gck_shape *largest = NULL;
    const char *name = "";
    char shape[GCK_SHAPE_TEXT];

    if (!beyond && (setup->options->megabytes == 0 || needed <= allowed))
        return GCK_OK;
    for (unsigned i = 0; i < setup->bottoms + setup->weights; i++) {
        const bool weight = i >= setup->bottoms;
        const struct gck_shape *const one = weight ? &setup->weight[i - setup->bottoms].shape : &setup->bottom[i].shape;

        if (largest != NULL && bytes_of(one) <= bytes_of(largest))
            continue;
        largest = one;
        name = weight ? setup->weight[i - setup->bottoms].name : setup->bottom[i].name;
    }
    return gck_say(message, GCK_EMEMORY, "%s with %s %s takes about %.1f GB of memory to examine, and %s %.1f GB%s",
                   setup->layer->name, name, largest != NULL ? gck_shape_text(largest, shape) : "", needed / 1e9,
                   beyond ? "this machine has" : "--memory allows", (beyond ? machine : allowed) / 1e9,
                   beyond ? "" : "; --memory 0 takes the limit away");
}
