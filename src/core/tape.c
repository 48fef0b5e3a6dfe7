/* tape.c -- the tape that exact numbers write and the host reads backwards. */
#include "core/tape.h"

#include <stdlib.h>
#include <string.h>

enum { SLACK = 2, FEWEST = 1 << 12 };

static const size_t most = (size_t)1 << 26; /* edges: 1 GiB */

__thread struct gck_tape gck_tape;

/* Where edges go that nobody will read; how many did; and how many the tape may hold. */
static __thread struct gck_edge nowhere[SLACK];
static __thread size_t gone, allowed;

void gck_tape_allow(size_t edges)
{
    allowed = edges == 0 || edges > most ? 0 : edges > FEWEST ? edges : FEWEST;
}

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
    if (allowed != 0 && tape->capacity > allowed) { /* only lent: it may grow again */
        struct gck_edge *const smaller = realloc(tape->first, (allowed + SLACK) * sizeof *smaller);

        tape->first = smaller != NULL ? smaller : tape->first;
        tape->capacity = allowed;
    }
    gone = 0;
    tape->next = tape->lost ? nowhere : tape->first;
    tape->full = tape->lost ? nowhere : tape->first + tape->capacity;
}

void gck_tape_grow(void)
{
    struct gck_tape *const tape = &gck_tape;
    const size_t limit = allowed != 0 ? allowed : most, used = (size_t)(tape->next - (tape->lost ? nowhere : tape->first));
    struct gck_edge *larger = NULL;

    if (tape->first != NULL && !tape->lost && tape->capacity < limit) {
        const size_t capacity = 2 * tape->capacity < limit ? 2 * tape->capacity : limit;

        larger = realloc(tape->first, (capacity + SLACK) * sizeof *larger); /* a large one moves without being copied */
        tape->capacity = larger != NULL ? capacity : tape->capacity;
    }
    if (larger == NULL) {
        gone += used;
        tape->lost = true;
        tape->places = 0;
        tape->next = tape->full = nowhere;
    } else {
        tape->first = larger;
        tape->next = larger + used;
        tape->full = larger + tape->capacity;
    }
}

size_t gck_tape_edges(void)
{
    return gone + (size_t)(gck_tape.next - (gck_tape.lost ? nowhere : gck_tape.first));
}

double *gck_tape_adjoints(void)
{
    struct gck_tape *const tape = &gck_tape;
    const size_t wanted = (size_t)tape->places + 1;

    if (tape->lost)
        return NULL;
    if (wanted > tape->adjoints) {
        free(tape->adjoint);
        tape->adjoint = malloc((wanted + wanted / 8) * sizeof *tape->adjoint);
        tape->adjoints = tape->adjoint != NULL ? wanted + wanted / 8 : 0;
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
