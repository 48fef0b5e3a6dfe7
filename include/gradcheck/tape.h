/* tape.h -- what the numbers of the third type (gradcheck/exact.h) write down while Forward computes.
 *
 * A number that depends on what is differentiated has a place, 1, 2, ... in the order in which they come to be: first the inputs,
 * then every result. For each number that a result was made of there is an edge with the slope, d result / d operand. Read
 * backwards, the edges give dE/dx of all inputs at once, for a few times what Forward costs. A constant has place 0 and writes
 * nothing down. The host starts a tape and reads it (core/tape.h); layers never see it. */
#ifndef GRADCHECK_TAPE_H
#define GRADCHECK_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One element of a blob of the third type. */
struct gck_number {
    double value;
    uint64_t place; /* 0: a constant */
};

struct gck_edge {
    double slope;      /* d result / d operand */
    uint32_t operand;  /* their places; an edge's operand is older than its result */
    uint32_t result;
};

struct gck_tape {
    struct gck_edge *next; /* where the next edge goes */
    struct gck_edge *full; /* from here on gck_tape_grow has to be called first; two more edges still fit */
    uint32_t places;       /* the last one given */
    struct gck_edge *first; /* this and what follows is the host's own */
    size_t capacity;
    double *adjoint;
    size_t adjoints;
    bool lost;             /* no memory for all edges: the tape says nothing */
};

/* The tape of this thread. The model of its access keeps a function call out of every operation. */
extern __thread struct gck_tape gck_tape __attribute__((tls_model("initial-exec")));

/* Makes room for two edges at gck_tape.next, whatever happens: without memory, or where no tape was started, it is lost. */
void gck_tape_grow(void);

#ifdef __cplusplus
}
#endif

#endif
