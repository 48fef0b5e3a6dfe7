/* contract.h -- what the files of the contract exam share. */
#ifndef GCK_EXAM_CONTRACT_H
#define GCK_EXAM_CONTRACT_H

#include "exam/check.h"
#include "exam/snapshot.h"

/* The exam while it runs: the rig, and what a clean pass left in it. Of a large batch some clauses are asked with its first
 * samples, in a rig of their own. */
struct gck_contract {
    struct gck_check *check;
    struct gck_rig *rig;
    size_t samples;            /* that stand for the batch; 0: it is asked whole */
    struct gck_snapshot clean; /* after Forward and Backward at the point, diffs painted with low before */
    struct gck_snapshot before; /* a call that is looked at; what it changes nothing of is in `clean` */
    struct gck_snapshot known;  /* what others hold of the same: nothing of its own */
    bool pristine;             /* the bottoms' and weights' data in it are those that the host fills them with */
    double low, high;          /* two paints: finite, distinct, of the size of the gradients */
};

/* Data and top diffs as the host fills them: a layer that changes them always in the same way, e.g. -1 for each label 0,
 * leaves no trace where it has run before. */
void gck_contract_fresh(struct gck_contract *contract);
/* Do both passes once more come to the diffs of the clean pass? (True where the layer refuses.) */
bool gck_contract_settled(struct gck_contract *contract);

/* The clause was kept (unless it was broken before), was broken, doesn't apply. */
void gck_clause_kept(struct gck_contract *contract, enum gck_clause_id id);
void gck_clause_broken(struct gck_contract *contract, enum gck_clause_id id, const char *port,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
void gck_clause_void(struct gck_contract *contract, enum gck_clause_id id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool gck_clause_is(const struct gck_contract *contract, enum gck_clause_id id, enum gck_answer answer);

/* "score[4,0,2]" into text (GCK_NAME_SIZE + GCK_SHAPE_TEXT bytes). Returns text. */
enum { GCK_ELEMENT_NAME = GCK_NAME_SIZE + GCK_SHAPE_TEXT };
char *gck_element_name(const char *port, const struct gck_shape *shape, size_t flat, char *text);

/* The clauses, file by file. The first two come before all others: from there on what a pass may not change is put back after
 * it (gck_setup.put_back), so that nothing else is called broken on its account. */
void gck_contract_forward_keeps(struct gck_contract *contract);
void gck_contract_backward_keeps(struct gck_contract *contract);
void gck_contract_forward(struct gck_contract *contract);
void gck_contract_backward(struct gck_contract *contract); /* it sets its diffs, and sets them again */
void gck_contract_guards(struct gck_contract *contract);

/* Of a large batch so many samples stand for all; 0: all do. numbers: in all bottoms. What the part asks has to do with how the
 * layer is made and not with how much there is: whether it looks at propagate_down, at labels and shapes, keeps something in a
 * diff or in itself, adds to weight diffs. Whole are asked: what single numbers may do (data that are changed, diffs that are
 * not set), memory that was made for fewer numbers, and whether passes repeat, which threads may spoil that are begun for many
 * only. */
size_t gck_contract_samples(double numbers, size_t num);

/* For so many samples more than there are the rig is shaped once; asked: elements of all claims. Of few large samples two more
 * may be as much memory as all. */
static inline size_t gck_contract_more(double asked)
{
    return asked >= 0x1p18 ? 1 : 2;
}

/* And those that some samples show as well as all. */
void gck_contract_asked(struct gck_contract *contract); /* only diffs that are asked for are written, and nothing kept in them */
void gck_contract_old_data(struct gck_contract *contract);
void gck_contract_old_shape(struct gck_contract *contract);
void gck_contract_refusals(struct gck_contract *contract);

#endif
