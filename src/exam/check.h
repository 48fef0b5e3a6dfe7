/* check.h -- one layer of one type under examination: what is asked of, and what the exams measured.
 *
 * The exams fill the evidence in and never name a fault; the diagnosis reads it and never runs a layer. */
#ifndef GCK_EXAM_CHECK_H
#define GCK_EXAM_CHECK_H

#include "exam/clauses.h"
#include "layer/position.h"

#include <stdatomic.h>

/* The analytic derivative of one bottom or learnable weight, element by element, and what is known of it. */
struct gck_claim {
    const char *port;
    bool weight;              /* of learnable weight `index`, else of bottom `index` */
    unsigned index;
    struct gck_shape shape;
    size_t count;
    double *x;                /* the point: an array of its own, or where it is large that of a rig (gck_claims_settle) */
    double *analytic;         /* d(E)/dx as Backward says, at check->weight; the next claim's follow */
    double *allowance;        /* how much rounding the analytic value may carry */
    double *numeric, *bound;  /* the derivative lies in numeric +- bound; NaN where it was not asked; of an element that was
                                 probed what would have shown, or what the exact twin says */
    unsigned char *verdict;   /* enum gck_element_verdict, or GCK_NOT_JUDGED */
    unsigned char *unwritten; /* NULL, or for each diff: was it never written, so that what was there before is taken for it? */
    unsigned char *kinked;    /* differences saw a corner of E beside the point */
    float *step;
    bool shared;              /* numeric, bound, verdict, kinked, step lie in memory that forked children share */
    double *exact;            /* the exact twin's derivative, where somebody collects it (gck_exact_collect); else NULL */
    size_t exact_others;      /* how many of the exact twin's derivatives are no float numbers */
    size_t exact_sure, exact_far; /* how many of its derivatives are no small ones, and how many of these the analytic ones are
                                     off from by what rounding to float makes of a number */
    double exact_off;         /* by how much they are off, relatively, all added up */
    bool borrowed;            /* x is a rig's */
    bool found;               /* x stands where the port's values were drawn (gck_claims_find) */
    double typical;           /* the median of the analytic values that are not 0; 0: all are 0 */
    bool non_finite;
    unsigned directions;      /* that were probed, where elements were not asked one by one; 0: they were */
    double sees;              /* then an error of this part of an element (or of `typical`) would have shown in any */
    bool many, unexplained;   /* more are wrong than were located; a direction is, but no element alone */
    bool some_right;          /* some of those that were probed were looked at by chance, and nothing struck */
    bool unmoved;             /* other data (but the same labels) gave the same diffs, in every bit */
};

/* What a forked child is about to ask: its parent tells the host. Shared memory. */
struct gck_aside {
    atomic_uint turn;         /* the text is text[turn % 2]; "" before the first */
    char text[2][GCK_WHY_SIZE];
};

/* One clause: the answer, and where it was broken. */
struct gck_clause_evidence {
    enum gck_answer answer;
    char why[GCK_WHY_SIZE];
    char port[GCK_NAME_SIZE];
    bool touched;         /* Backward wrote a diff that nobody asked for */
    bool top;             /* it is a top's diff that changed */
    bool lasts;           /* what an earlier shape left behind is still there at the examined one; results never settle */
    bool read;            /* old diffs are not added to: something else is made of them */
    bool in_forward;      /* and Forward's results change with them */
};

/* How Backward answers to top.diff: medians over the elements that are not negligible, at check->weight w. */
struct gck_weight_law {
    bool measured;        /* there was a gradient to measure with */
    bool linear;          /* within the rounding allowance, at every weight asked */
    bool in_forward;      /* top data change with the weight */
    bool same;            /* a(w) = a(2w) = a(4w) = a(-w) = a(0) in every bit */
    bool overwritten;     /* after the passes a top.diff holds something else than the weight that was put there */
    bool only_first;      /* only top.diff[0] is read though there are more */
    double doubled, fourfold, negated; /* a(2w)/a(w), a(4w)/a(w), a(-w)/a(w) */
    double at_zero;       /* the largest |a(0)| over the largest |a(w)| */
    double step_ratio;    /* (a(4w)-a(2w)) / (a(2w)-a(w)): 2 where a is affine in w */
    bool uniform;         /* those ratios are the same in every element */
    double rough;         /* how far the first three are from that, over the largest diff; infinite where they are not */
};

/* What a sample's own loss is multiplied by in the batch's. */
struct gck_share {
    double factor; /* NaN: not known, the sample has to be looked at within its batch */
    double doubt;  /* how far off it may be, relatively: it was measured from gradients, which carry rounding */
};

enum { GCK_MANY_SAMPLES = 16 }; /* from which on they are looked at one by one */

/* What happens to the loss and the gradients when samples are doubled, taken alone, permuted, changed. */
struct gck_batch_law {
    bool applies;
    bool coupled;         /* the loss is no sum over samples */
    bool symmetric;       /* the order of the samples doesn't matter to the loss */
    double forward_doubled;  /* loss of the batch twice over / loss; NaN: not measured */
    double backward_doubled; /* gradient of one copy (their mean) / gradient */
    bool splits;          /* loss = sum of c_s loss_s, and gradients = c_s gradient_s */
    bool uniform;         /* all c_s are the same */
    double share;         /* c, where it is */
    bool slices;          /* by Forward, the loss is the sum of c_s loss_s: an element may be judged on its sample alone */
    struct gck_share *shares; /* num of them where they differ, else NULL: `share` is everybody's */
    bool permutes, local; /* gradients follow the samples; one sample's gradient is its own */
    bool off_claim;       /* the loss is not normalised as the layer's norm claims */
};

enum { GCK_NOT_JUDGED = 255 }; /* an element's verdict where a crash of the layer came in between */

/* Forward in float against the double twin's, at the same point. */
struct gck_types_law {
    size_t overflows;     /* elements of tops that are not finite in float, and small enough for it in double */
    size_t lost;          /* that are off by far more than rounding; they are looked for where nothing overflows */
    unsigned top;         /* the first, or the worst, of them: element `element` of this top */
    size_t element;
    double in_float, in_double;
    size_t samples;       /* 0, or: it showed with the first so many samples alone */
    double off, moves;    /* how far off it is, at most, within some ulps; how far the true value moves there */
};

struct gck_check {
    const struct gck_layer *layer, *twin; /* twin: NULL, or whose Forward is differenced */
    const struct gck_layer *exact;        /* NULL, or the same source as its exact twin */
    const struct gck_options *options;
    struct gck_setup setup;
    struct gck_rig rig;       /* the layer at the examined point */
    struct gck_rig reference; /* the twin at the same point; not open without a twin */
    struct gck_result *result;
    double weight;            /* the loss weight that the gradient is examined at */
    double epsilon;           /* of the layer's type */
    double loss;              /* E at the point, by the layer */
    double noise;             /* of one evaluation of E by the layer; 0: not measured */
    double reference_noise;   /* and by what is differenced, the twin or the layer; 0: not measured */
    double grain;             /* what the rounding of a float in a double Forward makes E tremble by, over the size of its terms; 0:
                                 there is none, or nobody looked (grain.h) */
    unsigned directions, reference_directions; /* along so many they were measured (tremble.h) */
    unsigned only_claim;      /* the one whose gradient is examined; `claims`: all */
    size_t only_element;      /* of it; SIZE_MAX: all */
    char lost[GCK_WHY_SIZE];  /* which elements were not judged, and why; "" */
    uint64_t slice_forwards;  /* Forwards of single samples */
    struct gck_aside *aside;  /* NULL, or where a forked child says what is about to be asked (together.c) */
    unsigned claims;
    struct gck_claim claim[2 * GCK_MAX_PORTS];
    struct gck_clause_evidence clause[GCK_CLAUSES];
    bool changes_reach;       /* Backward computes with what Forward changed and may not: its diffs are those of another point */
    struct gck_weight_law weight_law;
    struct gck_batch_law batch_law;
    struct gck_types_law types_law;
    struct gck_positions positions;   /* of samples (exam/positions.h); open where somebody asked for them */
    bool by_position;                 /* by Forward, the loss is `position_share` times the sum of the positions' own */
    struct gck_share position_share;
};

/* Sets up layer and twin, runs every exam, fills check->result (all but findings and the verdict) and the evidence.
 * Anything but GCK_OK: it could not be examined, with a sentence in message. Close it after every return. */
enum gck_status gck_check_run(struct gck_check *check, const struct gck_layer *layer,
                              const struct gck_layer *twin, const struct gck_options *options,
                              struct gck_result *result, char *message);
void gck_check_close(struct gck_check *check);

/* ---- the exams, in their order ---- */

void gck_exam_contract(struct gck_check *check);
void gck_exam_types(struct gck_check *check); /* float layers with a twin; fills types_law */
void gck_exam_weight(struct gck_check *check);
void gck_exam_batch(struct gck_check *check);
enum gck_status gck_exam_gradient(struct gck_check *check, char *message);

/* ---- what they share ---- */

/* Opens rig and reference of the check's setup and fills them with the data of that variant. Float layers and their twins share
 * data that are float numbers. */
enum gck_status gck_check_open_rigs(struct gck_check *check, unsigned variant, char *message);
/* Forward at check->weight; fills check->loss. */
enum gck_status gck_check_first_forward(struct gck_check *check, char *message);
/* Fills in what the result says of the question. */
void gck_check_tell_head(struct gck_check *check);

/* Tells the host what is about to be asked; and how many of its elements are done. */
void gck_check_doing(const struct gck_check *check, const char *exam, const char *what);
void gck_check_done(const struct gck_check *check, const char *exam, const char *what, size_t done, size_t of);

/* Paints the diffs of bottoms with value, those of weights with 0. */
void gck_paint(struct gck_rig *rig, double value);
/* gck_paint, then Forward, then Backward. */
enum gck_status gck_pass(struct gck_rig *rig, double value);

/* The diff of the claim's port in this rig, as doubles into value. */
void gck_claim_read(const struct gck_claim *claim, const struct gck_rig *rig, double *value);
const struct gck_blob *gck_claim_blob(const struct gck_claim *claim, const struct gck_rig *rig);

#endif
