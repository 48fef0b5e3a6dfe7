/* exact_findings.c -- derivatives that only the exact twin can tell from the true ones. */
#include "diagnosis/diagnose.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>

static const struct gck_exact_port *port_of(const struct gck_check *check, const struct gck_claim *claim)
{
    for (unsigned p = 0; p < check->result->exacts; p++)
        if (check->result->exact_port[p].port[0] != '\0' && claim == &check->claim[p])
            return &check->result->exact_port[p];
    return NULL;
}

bool gck_diagnose_exact(struct gck_check *check, const struct gck_claim *claim, size_t disagreeing)
{
    const struct gck_exact_port *const port = check->only_claim == check->claims
                                                  ? port_of(check, claim)
                                                  : &check->result->exact_port[0];
    struct gck_finding *finding;
    char off[GCK_NUMBER_TEXT];

    if (port == NULL || port->alone == 0 || port->alone != disagreeing)
        return false;
    finding = gck_finding_add(check->result, 314, claim->port);
    if (finding == NULL)
        return true;
    snprintf(off, sizeof off, "%.2g", port->off);
    snprintf(finding->measured, sizeof finding->measured,
             "%zu of %zu elements of %s %s off by up to %s of their size: too little for differences, but the layer's own "
             "source in dual numbers has no step and no noise",
             disagreeing, port->elements, claim->port, disagreeing == 1 ? "is" : "are", off);
    gck_finding_worst(claim, finding);
    return true;
}
