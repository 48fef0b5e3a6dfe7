/* elsewhere.c -- is a gradient that is 0 everywhere the layer's nature, or only these data's? */
#include "exam/questions.h"

#include "core/blob.h"

#include <stdlib.h>

enum { TRIES = 4 }; /* kinds of generated data */

static bool any_diff(const struct gck_rig *rig)
{
    for (unsigned i = 0; i < rig->setup->bottoms + rig->setup->weights; i++) {
        const bool weight = i >= rig->setup->bottoms;
        const struct gck_blob *const blob = weight ? &rig->weight[i - rig->setup->bottoms] : &rig->bottom[i];

        for (size_t k = 0; k < blob->count; k++)
            if (gck_peek(blob->diff, blob->real_size, k) != 0)
                return true;
    }
    return false;
}

/* The same shapes, so that nothing but the data differs. */
static bool open_like(struct gck_setup *setup, const struct gck_check *check)
{
    static const size_t same[GCK_DIMS] = { 0 };

    if (!gck_setup_change(setup, &check->setup, same))
        return false;
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        free(setup->bottom[i].data);
        free(setup->weight[i].data);
        setup->bottom[i].data = setup->weight[i].data = NULL;
    }
    return true;
}

bool gck_check_moves_elsewhere(const struct gck_check *check)
{
    struct gck_options generated = *check->options;
    struct gck_setup setup;
    struct gck_rig rig = { .layer = NULL };
    char message[GCK_MESSAGE_SIZE];
    bool moves = false;

    if (!open_like(&setup, check)) {
        gck_setup_close(&setup);
        return false;
    }
    generated.refill = NULL; /* the host's data are left out like the user's */
    setup.options = &generated;
    if (gck_rig_open(&rig, check->layer, &setup, 0, message) == GCK_OK)
        for (unsigned variant = 0; variant < TRIES && !moves; variant++) {
            if (gck_rig_fill(&rig, variant, check->rig.rounded) != GCK_OK)
                break;
            gck_rig_weigh(&rig, check->weight);
            moves = gck_pass(&rig, 0) == GCK_OK && any_diff(&rig);
        }
    check->result->forwards += rig.forwards;
    check->result->backwards += rig.backwards;
    gck_rig_close(&rig);
    gck_setup_close(&setup);
    return moves;
}
