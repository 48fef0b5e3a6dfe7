/* tape.c -- the tape that exact numbers write and the host reads backwards. */
#include "core/tape.h"

#include <stdlib.h>
#include <string.h>

enum { SLACK = 2, FEWEST = 1 << 12 };

static const size_t most = (size_t)1 << 26; /* edges: 1 GiB */

__thread struct gck_tape gck_tape;

/* Where edges go that nobody will read. */
static __thread struct gck_edge nowhere[SLACK];

void gck_tape_start(size_t inputs)
{
    struct gck_tape *const tape = &gck_tape;

    tape->lost = inputs > UINT32_MAX / 2;
    tape->places = tape->lost ? 0 : (uint32_t)inputs;
    if (tape->first == NULL) {
        tape->first = malloc((FEWEST + SLACK) * sizeof *tape->first);
        tape->capacity = FEWEST;
        tape->lost = tape->lost || tape->first == NULL;
    }
    tape->next = tape->lost ? nowhere : tape->first;
    tape->full = tape->lost ? nowhere : tape->first + tape->capacity;
}

void gck_tape_grow(void)
{
    struct gck_tape *const tape = &gck_tape;
    struct gck_edge *larger = NULL;

    if (tape->first != NULL && !tape->lost && tape->capacity < most)
        larger = malloc((2 * tape->capacity + SLACK) * sizeof *larger);
    if (larger == NULL) {
        tape->lost = true;
        tape->places = 0;
        tape->next = tape->full = nowhere;
    } else {
        const size_t used = (size_t)(tape->next - tape->first);

        memcpy(larger, tape->first, used * sizeof *larger);
        free(tape->first);
        tape->capacity *= 2;
        tape->first = larger;
        tape->next = larger + used;
        tape->full = larger + tape->capacity;
    }
}

double *gck_tape_adjoints(void)
{
    struct gck_tape *const tape = &gck_tape;
    const size_t wanted = (size_t)tape->places + 1;

    if (tape->lost)
        return NULL;
    if (wanted > tape->adjoints) {
        free(tape->adjoint);
        tape->adjoint = malloc(2 * wanted * sizeof *tape->adjoint);
        tape->adjoints = tape->adjoint != NULL ? 2 * wanted : 0;
    }
    if (tape->adjoint != NULL)
        memset(tape->adjoint, 0, wanted * sizeof *tape->adjoint);
    return tape->adjoint;
}

void gck_tape_sweep(void)
{
    double *const adjoint = gck_tape.adjoint;

    for (const struct gck_edge *edge = gck_tape.next; edge-- > gck_tape.first;) {
        const double due = adjoint[edge->result];

        /* an operand that is no older is a number that was never set, or is left from another Forward */
        if (due != 0 && edge->slope != 0 && edge->operand < edge->result)
            adjoint[edge->operand] += due * edge->slope;
    }
}

void gck_tape_free(void)
{
    free(gck_tape.first);
    free(gck_tape.adjoint);
    memset(&gck_tape, 0, sizeof gck_tape);
}
