/* tremble.h -- the noise of one evaluation of E, measured with a rig: of the whole batch, or of one part of it after the
 * other, a sample or a position.
 *
 * The random numbers are the same for every part, so they are drawn once. */
#ifndef GCK_EXAM_TREMBLE_H
#define GCK_EXAM_TREMBLE_H

#include "exam/check.h"

struct gck_tremble {
    const struct gck_check *check;
    struct gck_rig *rig;
    bool parts;              /* the rig holds single parts */
    const struct gck_positions *positions; /* which are these; NULL: samples */
    size_t count;            /* numbers of all claims in the rig */
    const double *x[2 * GCK_MAX_PORTS]; /* the claims' values there */
    double *own;             /* where those of a position are gathered */
    bool drawn;
    double *draw;            /* +-[1, 2) for each of them, GCK_DRAWN at most, and GCK_NOISE_DIRECTIONS more: direction d begins at d */
    double *along;           /* of parts: that times |x_i|; 1e-3 of the blob's scale where x_i is 0 */
    double at_zero[2 * GCK_MAX_PORTS]; /* of the whole batch: that, of each claim */
    unsigned first;          /* direction of those that are measured */
    unsigned direction;      /* that was chosen last; GCK_NOISE_DIRECTIONS: none was */
    double most, ratio;      /* of the parts that were learnt from: the largest nu, and nu over the size of E's terms; 0: none
                                was */
};

/* parts: the rig holds one part of the batch at a time, a position where `positions` is not NULL. GCK_EMEMORY. It may be closed
 * after every return. */
enum gck_status gck_tremble_open(struct gck_tremble *tremble, const struct gck_check *check, struct gck_rig *rig, bool parts,
                                 const struct gck_positions *positions);
void gck_tremble_close(struct gck_tremble *tremble);

/* nu (noise.h) near the point, where E is `value`: of the batch, or of that part, for which one direction has to do. The
 * rig's data are afterwards what they were. */
double gck_tremble_measure(struct gck_tremble *tremble, double value, size_t part);

/* E with every element of every claim moved by t times |x_i| times its number of that direction; NaN where the layer refuses. The
 * claims need points of their own (gck_claims_own), and the rig its data back. */
double gck_tremble_at(struct gck_tremble *tremble, unsigned direction, double t);
void gck_tremble_put_back(struct gck_tremble *tremble);

/* What nu is in most parts is learnt from some: gck_tremble_learn measures the one that the rig holds and keeps what it
 * saw. Of another gck_tremble_expect then says without a Forward what nu may be, from its last one: at least the floor of
 * noise.h, at most what was seen. That is a guess, and the part's own where it is not unlike the others; 0: nothing was
 * learnt. */
void gck_tremble_learn(struct gck_tremble *tremble, double value, size_t part);
double gck_tremble_expect(const struct gck_tremble *tremble);

/* All in one, for a rig of the whole batch: along the directions from `first` on, `directions` of them. */
double gck_rig_noise_along(struct gck_rig *rig, const struct gck_check *check, double value, unsigned first,
                           unsigned directions);
/* Along all of them. */
double gck_rig_noise(struct gck_rig *rig, const struct gck_check *check, double value);

/* check->noise, and the twin's, for exams that hold a batch's loss against its samples'. Of very many samples one direction has
 * to do: there rounding is allowed to each sample, which is far more. */
void gck_noise_look(struct gck_check *check);
/* Whoever differences E of the whole batch, the layer's or what is differenced, asks for the other directions. */
void gck_noise_complete(struct gck_check *check, bool reference);

#endif
