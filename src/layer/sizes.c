/* sizes.c -- how many numbers a layer's blobs hold, before any of them takes memory. */
#include "layer/sizes.h"

#include "core/pages.h"
#include "layer/drawn.h"
#include "layer/rig.h"

static double numbers(const struct gck_shape *shape)
{
    double count = 1;

    for (unsigned axis = 0; axis < shape->axes; axis++)
        count *= (double)shape->dim[axis];
    return count;
}

static double all(const struct gck_blob *blob, unsigned blobs)
{
    double count = 0;

    for (unsigned i = 0; i < blobs; i++)
        count += (double)blob[i].count;
    return count;
}

/* One bottom or weight. */
static void add(struct gck_sizes *sizes, const struct gck_port *port, const struct gck_shape *shape, bool batched,
                const char *from)
{
    const double count = numbers(shape);

    if (!port->constant) {
        sizes->asked += count;
        sizes->longest = count > sizes->longest ? count : sizes->longest;
        sizes->batched += batched ? count : 0;
    }
    if (from != NULL)
        sizes->files += count;
    else
        sizes->kept += gck_drawn_most(count);
}

enum gck_status gck_sizes_of(const struct gck_setup *setup, const struct gck_layer *layer, struct gck_sizes *sizes,
                             char *message)
{
    struct gck_rig rig;
    enum gck_status status;

    *sizes = (struct gck_sizes){ .num = setup->dim[0] != 0 ? setup->dim[0] : 1 };
    for (unsigned i = 0; i < setup->bottoms; i++) {
        sizes->bottoms += numbers(&setup->bottom[i].shape);
        add(sizes, setup->bottom[i].port, &setup->bottom[i].shape, setup->bottom[i].batched, setup->bottom[i].from);
    }
    for (unsigned i = 0; i < setup->weights; i++) {
        sizes->weights += numbers(&setup->weight[i].shape);
        add(sizes, setup->weight[i].port, &setup->weight[i].shape, false, setup->weight[i].from);
    }
    gck_pages_reserve(true);
    status = gck_rig_shape(&rig, layer, setup, 0, message);
    sizes->tops = all(rig.top, setup->tops);
    sizes->buffers = all(rig.buffer, rig.buffers);
    gck_rig_close(&rig);
    gck_pages_reserve(false);
    sizes->least = status == GCK_EMEMORY;
    return sizes->least ? GCK_OK : status;
}
