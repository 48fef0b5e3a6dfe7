/* prove.h -- one mistake at a time, for gck_prove and for checks of it. */
#ifndef GCK_PROVE_PROVE_H
#define GCK_PROVE_PROVE_H

#include "prove/sight.h"

/* Puts the fault into the layer of this check, which was run and found right, examines that, and writes what became of it into
 * the result's next struct gck_injected. scratch: room for the other result. GCK_EMEMORY, or what the faulty layer refuses at
 * the examined point, with a sentence. */
enum gck_status gck_inject(struct gck_check *check, enum gck_fault fault, const struct gck_layout *places,
                           struct gck_result *scratch, char *message);

#endif
