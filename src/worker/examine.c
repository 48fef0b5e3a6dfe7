/* examine.c -- the exam of one layer in a forked child. */
#include "core/text.h"
#include "worker/worker.h"

struct examinee {
    const struct gck_layer *layer, *twin;
};

static void examine(void *context, const struct gck_options *options, struct gck_result *result)
{
    const struct examinee *const examinee = context;

    gck_examine(examinee->layer, examinee->twin, options, result);
}

enum gck_status gck_examine_in_worker(const struct gck_layer *layer, const struct gck_layer *twin,
                                      const struct gck_options *options, struct gck_result *result)
{
    static const struct gck_result nothing;
    struct examinee examinee = { layer, twin };
    struct gck_job job = { .run = examine,
                           .context = &examinee,
                           .options = options,
                           .seconds = options->seconds,
                           .megabytes = options->megabytes,
                           .result = result };

    *result = nothing;
    GCK_COPY(result->layer, layer->name);
    GCK_COPY(result->caffe_type, layer->caffe_type != NULL ? layer->caffe_type : "");
    GCK_COPY(result->formula, layer->formula);
    result->type = (enum gck_type)layer->type;
    result->seed = options->seed;
    gck_worker_run(&job, 1, options->jobs > 0 ? options->jobs : 1, NULL, NULL);
    return result->verdict == GCK_ERROR ? result->status : GCK_OK;
}
