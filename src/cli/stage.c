/* stage.c -- a layer set up so small that its numbers can be followed by eye. */
#include "cli/stage.h"

#include "core/text.h"
#include "layer/memory.h"

#include <string.h>

static bool given_dim(const struct gck_options *ask, const char *name)
{
    for (unsigned i = 0; i < ask->givens; i++)
        if (ask->given[i].kind == GCK_GIVEN_SHAPE || ask->given[i].kind == GCK_GIVEN_BOTTOM
            || (ask->given[i].kind == GCK_GIVEN_DIM && strcmp(ask->given[i].name, name) == 0))
            return true;
    return false;
}

/* 2 samples, 3 channels, 1 position, unless the user wants others: few numbers for the eye. */
static void make_small(struct gck_options *ask, const struct gck_setup *setup)
{
    static const char *const name[GCK_DIMS] = { "N", "C", "S", "K" };
    static const char *const size[GCK_DIMS] = { "2", "3", "1", "2" };
    bool leave[GCK_DIMS];

    for (unsigned s = 0; s < GCK_DIMS; s++)
        leave[s] = setup->dim[s] == 0 || given_dim(ask, name[s]);
    for (unsigned s = 0; s < GCK_DIMS; s++)
        if (!leave[s] && ask->givens < GCK_MAX_GIVEN)
            ask->given[ask->givens++] = (struct gck_given){ GCK_GIVEN_DIM, name[s], size[s] };
}

static enum gck_status open_rig(struct gck_stage *stage, char *message)
{
    struct gck_sizes sizes;
    enum gck_status status = gck_sizes_of(&stage->setup, stage->layer, &sizes, message);

    if (status == GCK_OK) /* what is shown of it is copied */
        status = gck_memory_judge(&stage->setup, &sizes, 2 * gck_memory_rig(&sizes, stage->layer->real_size), "run", message);
    if (status == GCK_OK)
        status = gck_setup_load(&stage->setup, message);
    return status == GCK_OK ? gck_rig_open(&stage->rig, stage->layer, &stage->setup, 0, message) : status;
}

/* Small where the layer agrees to that, else as the user has it. */
static enum gck_status open_small(struct gck_stage *stage, char *message)
{
    const struct gck_options asked = stage->ask;
    enum gck_status status = gck_setup_open(&stage->setup, stage->layer, &stage->ask, message);
    char ignored[GCK_MESSAGE_SIZE];

    if (status != GCK_OK)
        return status;
    make_small(&stage->ask, &stage->setup);
    gck_setup_close(&stage->setup);
    if (gck_setup_open(&stage->setup, stage->layer, &stage->ask, ignored) == GCK_OK
        && open_rig(stage, ignored) == GCK_OK)
        return GCK_OK;
    gck_rig_close(&stage->rig);
    gck_setup_close(&stage->setup);
    stage->ask = asked;
    status = gck_setup_open(&stage->setup, stage->layer, &stage->ask, message);
    return status != GCK_OK ? status : open_rig(stage, message);
}

enum gck_status gck_stage_open(struct gck_stage *stage, const struct gck_cli *cli,
                               const struct gck_layer *layer, char *message)
{
    enum gck_status status;

    memset(stage, 0, sizeof *stage);
    stage->layer = layer;
    stage->ask = cli->ask;
    if (cli->weights_text == NULL) { /* the usual one, and two that show what it does */
        const double weights[] = { 1, 2, 0.3 };

        memcpy(stage->ask.weight, weights, sizeof weights);
        stage->ask.weights = sizeof weights / sizeof weights[0];
    }
    stage->weight = stage->ask.weight[0];
    status = open_small(stage, message);
    if (status == GCK_OK && (status = gck_rig_fill(&stage->rig, 0, false)) != GCK_OK)
        gck_say(message, status, "%s: no memory for its data", layer->name);
    return status;
}

void gck_stage_close(struct gck_stage *stage)
{
    gck_rig_close(&stage->rig);
    gck_setup_close(&stage->setup);
}
