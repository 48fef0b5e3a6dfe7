/* fault.h -- mistakes put into a layer at its interface: its own Backward runs, and what it wrote is spoilt.
 *
 * Nothing of the layer's source is touched, so any layer can be spoilt, one in a plug-in as well; Forward stays the layer's
 * own, and so do its double and its exact twin. */
#ifndef GCK_PROVE_FAULT_H
#define GCK_PROVE_FAULT_H

#include "gradcheck/gradcheck.h"

/* name (JSON), title (text, at most 27 letters), the finding that is its own name */
#define GCK_FAULT_LIST(X)                                                                          \
    X(GCK_FAULT_ZERO, "zero", "every diff is 0", 301)                                              \
    X(GCK_FAULT_SIGN, "sign", "every sign turned", 106)                                            \
    X(GCK_FAULT_TWICE, "twice", "twice the gradient", 107)                                         \
    X(GCK_FAULT_PERCENT, "five percent", "1.05 times the gradient", 107)                           \
    X(GCK_FAULT_SMALL, "small factor", "1.0001 times the gradient", 107)                           \
    X(GCK_FAULT_WEIGHT_IGNORED, "weight ignored", "top.diff taken for 1", 101)                     \
    X(GCK_FAULT_WEIGHT_CUT, "weight cut", "top.diff cut to an integer", 111)                       \
    X(GCK_FAULT_NUM, "no 1/num", "1/num left out", 103)                                            \
    X(GCK_FAULT_CHANNELS, "1/C", "divided by C as well", 105)                                      \
    X(GCK_FAULT_ELEMENT, "one element", "one element off by 0.1 %", 314)                           \
    X(GCK_FAULT_LAST, "last sample", "last sample left out", 313)                                  \
    X(GCK_FAULT_REVERSED, "reversed", "samples in reverse order", 303)                             \
    X(GCK_FAULT_ADDED, "added", "added to the diff, not set", 201)                                 \
    X(GCK_FAULT_STALE, "stale", "the first batch's data kept", 209)                                   \
    X(GCK_FAULT_UNASKED, "unasked", "an unasked diff written", 203)                                \
    X(GCK_FAULT_NAN, "nan", "one element is NaN", 302)                                             \
    X(GCK_FAULT_WEIGHT_SET, "weight set", "weight diffs set, not added", 213)

enum gck_fault {
#define GCK_FAULT_ENUMERATOR(id, name, title, code) id,
    GCK_FAULT_LIST(GCK_FAULT_ENUMERATOR)
#undef GCK_FAULT_ENUMERATOR
    GCK_FAULTS,
    GCK_FAULT_NONE = GCK_FAULTS /* the wrapped layer is as right or wrong as the layer itself */
};

/* What faults have to know of the shapes. */
struct gck_layout {
    bool batched[GCK_MAX_PORTS];   /* bottom i: its first axis counts the samples */
    unsigned num_bottom;           /* the bottom that says what num is */
    int channels_bottom, channels_axis; /* and C; -1: the layer has none */
    bool one_weight;               /* the one element that is off or NaN: of learnable weight `one_port`, */
    unsigned one_port;             /* else of that bottom */
    size_t one_element;
};

/* What Backward reads beside the top diffs, as it was at the first call: copies of the arrays. */
struct gck_kept {
    bool full;
    struct { size_t count; void *data; } bottom[GCK_MAX_PORTS], top[GCK_MAX_PORTS], buffer[GCK_MAX_PORTS];
};

/* The layer to be examined is &faulty->layer. It must not be moved or copied while it is in use. */
struct gck_faulty {
    struct gck_layer layer; /* the first member: gck_io's layer leads to the rest */
    const struct gck_layer *inner;
    enum gck_fault fault;
    struct gck_layout places;
    struct gck_kept kept; /* of GCK_FAULT_STALE */
};

void gck_faulty_open(struct gck_faulty *faulty, const struct gck_layer *inner, enum gck_fault fault,
                     const struct gck_layout *places);
void gck_faulty_close(struct gck_faulty *faulty);

const char *gck_fault_name(enum gck_fault fault);
const char *gck_fault_title(enum gck_fault fault);
unsigned gck_fault_code(enum gck_fault fault);

#endif
