/* contract_refusals.c -- bad labels and shapes have to be refused, never computed with. */
#include "exam/contract.h"

#include "core/blob.h"
#include "layer/param.h"

#include <math.h>
#include <string.h>

/* What makes no sense as a label of `classes` classes. A layer's ignore_label is legal. */
static void try_labels(struct gck_contract *contract, unsigned bottom, size_t classes)
{
    struct gck_rig *const rig = contract->rig;
    struct gck_blob *const blob = &rig->bottom[bottom];
    const int ignore = gck_param_index(rig->layer, "ignore_label");
    const double ignored = ignore < 0 ? (double)NAN : rig->setup->param[ignore];
    const double most = (double)classes;
    const double bad[] = { most, most + 1, -1, -2, 0.5 };
    const size_t position[] = { 0, blob->count - 1 };

    for (size_t p = 0; p < 2; p++)
        for (size_t b = 0; b < sizeof bad / sizeof bad[0]; b++) {
            const double good = gck_peek(blob->data, blob->real_size, position[p]);
            char text[GCK_ELEMENT_NAME];

            /* Caffe tests (int)label == ignore_label */
            if (bad[b] == ignored || trunc(bad[b]) == ignored)
                continue;
            gck_poke(blob->data, blob->real_size, position[p], bad[b]);
            if (gck_rig_forward(rig) == GCK_OK)
                gck_clause_broken(contract, GCK_REFUSES_LABELS, rig->setup->bottom[bottom].name,
                                  "%s = %g is accepted, though its port says labels of 0 .. %zu",
                                  gck_element_name(rig->setup->bottom[bottom].name, &blob->shape,
                                                   position[p], text),
                                  bad[b], classes - 1);
            gck_poke(blob->data, blob->real_size, position[p], good);
        }
}

static void labels(struct gck_contract *contract)
{
    const struct gck_setup *const setup = contract->rig->setup;

    for (unsigned i = 0; i < setup->bottoms; i++)
        for (unsigned s = 0; s < GCK_DIMS; s++)
            if (setup->bottom[i].port->fill == GCK_LABELS && setup->bottom[i].port->range == 1u << s) {
                try_labels(contract, i, setup->dim[s]);
                gck_clause_kept(contract, GCK_REFUSES_LABELS);
            }
    gck_clause_void(contract, GCK_REFUSES_LABELS, "no labels");
}

/* Bottom `odd` has one sample more than the others. All blobs have room for it, so that a layer which doesn't look
 * stays in memory of ours. */
static void try_shape(struct gck_contract *contract, unsigned odd)
{
    struct gck_rig rig;
    char message[GCK_MESSAGE_SIZE];
    const struct gck_setup *const setup = contract->rig->setup;
    const size_t num = contract->rig->num;
    enum gck_status status = gck_rig_open(&rig, contract->check->layer, setup, num + 1, message);

    if (status == GCK_OK) {
        for (unsigned i = 0; i < setup->bottoms && status == GCK_OK; i++)
            if (setup->bottom[i].batched && i != odd) {
                struct gck_shape shape = rig.bottom[i].shape;

                shape.dim[0] = num;
                status = gck_blob_reshape(&rig.bottom[i], &shape, message);
            }
        if (status == GCK_OK && rig.layer->reshape(&rig.io) == GCK_OK
            && gck_rig_fill(&rig, 0, contract->rig->rounded) == GCK_OK && gck_rig_forward(&rig) == GCK_OK)
            gck_clause_broken(contract, GCK_REFUSES_SHAPES, setup->bottom[odd].name,
                              "%s with %zu samples is accepted beside others with %zu",
                              setup->bottom[odd].name, num + 1, num);
    }
    contract->rig->forwards += rig.forwards;
    gck_rig_close(&rig);
}

static void shapes(struct gck_contract *contract)
{
    const struct gck_setup *const setup = contract->rig->setup;
    unsigned batched = 0;

    for (unsigned i = 0; i < setup->bottoms; i++)
        batched += setup->bottom[i].batched;
    if (batched < 2) {
        gck_clause_void(contract, GCK_REFUSES_SHAPES, "no two bottoms that have to fit");
        return;
    }
    for (unsigned i = 0; i < setup->bottoms; i++)
        if (setup->bottom[i].batched)
            try_shape(contract, i);
    gck_clause_kept(contract, GCK_REFUSES_SHAPES);
}

void gck_contract_refusals(struct gck_contract *contract)
{
    gck_check_doing(contract->check, "contract", "labels that make no sense are refused");
    labels(contract);
    gck_snapshot_restore(&contract->clean, contract->rig);
    gck_check_doing(contract->check, "contract", "shapes that do not fit are refused");
    shapes(contract);
    gck_snapshot_restore(&contract->clean, contract->rig);
}
