/* recorded.h -- recorded cases: inputs with the loss and the diffs that another system computed for them.
 *
 * A file of cases is JSON (README: "Recorded cases"):
 *   {"gradcheck_cases":1, "layer":"euclidean", "source":"...", "cases":[
 *     {"id":"...", "dtype":"double", "param":{"margin":2.5}, "loss_weight":1,
 *      "bottom":[{"name":"prediction","shape":[10,5],"data":[...]}, ...],
 *      "weight":[{"shape":[4,5],"data":[...]}], "top":[{"shape":[],"data":[...]}], "top_diff":[[...]],
 *      "bottom_diff":[[...]|null, ...], "weight_diff":[[...]]}]}
 * top holds the unweighted loss; null is a diff that was not asked for. param, loss_weight (1), weight, top_diff and
 * weight_diff may be absent, top and bottom_diff may be too, but not everything that could be compared. */
#ifndef GCK_EXAM_RECORDED_H
#define GCK_EXAM_RECORDED_H

#include "gradcheck/gradcheck.h"

struct gck_recorded {
    void *root;               /* the document; owned */
    const char *path;         /* the caller's */
    const char *layer, *source; /* the document's; source "" where it says none */
    size_t cases;
};

/* What came out of one case. */
struct gck_agreement {
    char id[GCK_NAME_SIZE];
    enum gck_type type;
    bool agrees;
    double loss_error;        /* |ours - recorded| over |recorded|, the largest over the tops */
    double diff_error;        /* |ours - recorded| over the sample's largest recorded diff, the largest */
    char why[GCK_WHY_SIZE];   /* where it does not agree, with both numbers */
};

/* How far two right implementations may differ: the loss relatively, diffs relative to the largest of the sample. A diff
 * may also differ by the loss weight times 2^-53: below that, subtracting probabilities leaves no digits, and a recorded
 * value holds none. */
#define GCK_RECORDED_DOUBLE 1e-12
#define GCK_RECORDED_FLOAT 2e-6

/* Reads and judges the document's head. GCK_EFILE, GCK_EFORMAT with the position in message. Close it after every
 * return. */
enum gck_status gck_recorded_open(struct gck_recorded *recorded, const char *path, char *message);
void gck_recorded_close(struct gck_recorded *recorded);

/* Runs one case through the layer of the case's type. GCK_OK with the agreement; else the file or the layer is at fault,
 * with the file, the case and the reason in message. */
enum gck_status gck_recorded_compare(const struct gck_recorded *recorded, size_t index,
                                     const struct gck_layer *float_layer,
                                     const struct gck_layer *double_layer,
                                     struct gck_agreement *agreement, char *message);

#endif
