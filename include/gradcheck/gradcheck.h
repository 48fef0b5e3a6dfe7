/* gradcheck.h -- for host programs: examine a layer and read what was found.
 *
 * A layer comes from the registry (gck_layer_find) or is a struct gck_layer that the program defines
 * itself. gck_examine runs it in this process; gck_examine_in_worker in a forked child, where a crash or
 * an endless loop of the layer ends as a verdict.
 *
 * Process-wide state: gck_examine sets OpenBLAS to one thread and leaves it so; gck_examine_in_worker
 * does that in the child alone. Of the calling thread, gck_examine changes the rounding mode, which is
 * to-nearest afterwards, and gck_examine_in_worker holds SIGINT, SIGTERM and their like back until the
 * child is gone. The library never prints, never exits and keeps no globals, so several threads may
 * examine at once where their layers and OpenBLAS may; a worker is a fork, so the other threads of the
 * host do not exist in it. gck_examine forks nothing unless options->jobs is set. */
#ifndef GRADCHECK_GRADCHECK_H
#define GRADCHECK_GRADCHECK_H

#include "gradcheck/layer.h"
#include "gradcheck/verdict.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GCK_VERSION "0.1.0"

/* ---- which layers there are ---- */

/* The built-in layer of that name and type, or NULL. Static, never freed. There are no exact ones where the library
 * was built without a C++ compiler. */
const struct gck_layer *gck_layer_find(const char *name, enum gck_type type);
/* The index-th built-in layer in the order of their names, or NULL after the last. */
const struct gck_layer *gck_layer_at(size_t index, enum gck_type type);

/* ---- what to ask ---- */

enum gck_given_kind {
    GCK_GIVEN_DIM,    /* "N" = "10": the size of a symbol; N, C, S or K */
    GCK_GIVEN_SHAPE,  /* "score" = "5x7x3" */
    GCK_GIVEN_PARAM,  /* "margin" = "2.5" */
    GCK_GIVEN_BOTTOM, /* "score" = "file.npy" */
    GCK_GIVEN_TOP     /* "loss" = "0.3": the loss weight of one top; 1 for tops not named */
};

struct gck_given {
    enum gck_given_kind kind;
    const char *name, *value; /* the caller's */
};

enum { GCK_MAX_WEIGHTS = 16, GCK_MAX_GIVEN = 64 };

/* Start from gck_options_default(); change what you want. */
struct gck_options {
    uint64_t seed;                  /* 1701 */
    double weight[GCK_MAX_WEIGHTS]; /* loss weights to try: 1, 2, -1, 0, 1.375. The gradient is examined */
    unsigned weights;               /* at the last that is not 0 */
    struct gck_given given[GCK_MAX_GIVEN];
    unsigned givens;
    double scale;                   /* 1: multiplies what GAUSSIAN and POSITIVE ports are filled with */
    const char *only;               /* NULL, or one element as the JSON prints it: "score[4,0,2]"; or "score" */
    const struct gck_layer *exact;  /* NULL, or the layer's exact twin; a built-in layer's own is used without */
    bool differences_only;          /* leave the exact twin out */
    bool strict;                    /* 100 % of the elements have to agree instead of 99 % */
    bool exhaustive;                /* every element alone, however long it takes; no probes */
    double seconds;                 /* 60: what a worker may take; 0: no limit */
    size_t megabytes;               /* 4096: the memory that a worker may take; 0: no limit */
    /* NULL, or called after a bottom or learnable weight was filled: may change its `count` values, which
     * are rounded to the layer's type afterwards. */
    void (*refill)(void *context, const char *port, const struct gck_shape *shape, double *value);
    void *context;                  /* handed to refill, progress and seat */
    /* NULL, or told what is about to be asked: "contract: forward is repeatable"; and while many elements are
     * asked for, from time to time, how many `of` all are done. of: 0 where nothing is counted. A worker uses it to
     * say what a layer was doing when it crashed. */
    void (*progress)(void *context, const char *doing, size_t done, size_t of);
    /* 0: gck_examine forks no process. Otherwise, where there are very many elements, they are examined in blocks, each in a
     * forked child, so many at once; a block in which the layer crashes is told and the rest stands. From 2 on a second thread
     * helps to draw the layer's data; it is joined before anything else is done, so none is there where a process is forked or a
     * layer runs. The result does not depend on the number, nor, unless the layer keeps something between its calls, on whether
     * it is 0. */
    unsigned jobs;
    /* NULL, or asked before a child is forked beside another one: may there be one more? Returns a descriptor that the
     * child holds open while it lives, or -1. */
    int (*seat)(void *context);
};

struct gck_options gck_options_default(void);

/* ---- what was found: plain data without pointers, so it can be copied, kept and sent ---- */

enum {
    GCK_NAME_SIZE = 64,
    GCK_WHY_SIZE = 512,
    GCK_MAX_CLAUSES = 24,
    GCK_MAX_FINDINGS = 16,
    GCK_WORST = 5,
    GCK_MAP_ROWS = 10,
    GCK_MAP_COLUMNS = 60,
    GCK_MAX_FAULTS = 24,
    GCK_MAX_CODES = 4
};

struct gck_element {
    size_t flat;                  /* position in the blob, row-major */
    size_t index[GCK_MAX_AXES];   /* the same, axis by axis */
    enum gck_element_verdict verdict;
    double x, analytic, numeric;  /* analytic and numeric: d(loss_weight * loss)/dx */
    double bound;                 /* |numeric - true derivative| is at most this, rounding of the analytic
                                     side included */
    double step;                  /* of the difference */
};

struct gck_clause {
    char name[GCK_NAME_SIZE];     /* a sentence: "backward sets, does not add" */
    enum gck_answer answer;
    char why[GCK_WHY_SIZE];
};

/* Which indices of one axis have an element that disagrees. */
struct gck_places {
    size_t wrong;                 /* how many of them */
    size_t first, last, step;     /* step: from each to the next, where that is always the same; else 0 */
};

/* The verdicts of a port's elements in the blob's shape: a row is one index of the first axis, a sample. Where there is
 * one number per sample, they are one row. */
struct gck_map {
    unsigned rows, columns;       /* the cells in use */
    size_t tall, wide;            /* a cell stands for so many rows and columns: for the worst among them */
    unsigned char cell[GCK_MAP_ROWS][GCK_MAP_COLUMNS]; /* 1 + enum gck_element_verdict; 0: none examined */
    struct gck_places axis[GCK_MAX_AXES];
};

struct gck_port_result {
    char port[GCK_NAME_SIZE];
    bool weight;                  /* a learnable blob, not a bottom */
    struct gck_shape shape;
    size_t elements, agree, kink, disagree, inconclusive; /* elements: how many were examined */
    size_t probed;                /* of the elements: not looked at alone, moved together along `directions` */
    unsigned directions;          /* 0: all were looked at alone */
    double sees;                  /* an error of one element above this would have shown, relative as below */
    bool many;                    /* the disagreeing ones are those that were located; there are more */
    double bound;                 /* guaranteed: no agreeing element is off by more, relative to the larger
                                     of itself and the port's median gradient */
    double seen;                  /* the largest difference that occurred, relative likewise */
    struct gck_element worst;     /* the disagreeing element furthest off, else the least certain one */
    struct gck_map map;
};

/* The analytic derivatives of a double layer against its exact twin's. */
struct gck_exact_port {
    char port[GCK_NAME_SIZE];
    size_t elements, agree, kink, disagree; /* kink: another branch's subgradient, accepted by differences */
    size_t contradicted;          /* twin and differences tell different things, so nobody is accused */
    size_t unknown;               /* the twin's derivative is not finite, or rounding hides it */
    size_t lost;                  /* of the contradicted: the twin's derivative is 0 */
    size_t alone;                 /* of those that disagree: differences could not see it */
    size_t sharp;                 /* of those that agree: an error of 1e-12 relative would have been seen */
    size_t worst;                 /* the flat position of the one that disagrees most */
    double off;                   /* by how much, relatively */
    double ulp;                   /* the agreeing ones' largest difference, in units of 2^-52 times the larger of
                                     the element and the port's median gradient */
};

struct gck_exam {
    enum gck_answer answer;
    char why[GCK_WHY_SIZE];
};

struct gck_finding {
    unsigned code;                /* 101 of GC101 */
    enum gck_severity severity;
    char port[GCK_NAME_SIZE];     /* "" where it is not about one */
    bool doubtful;                /* something else could look the same here; `measured` says what, or why */
    char what[GCK_NAME_SIZE];     /* the pattern in a few words: "the last sample is missing"; "" */
    char measured[GCK_WHY_SIZE], excluded[GCK_WHY_SIZE], hint[GCK_WHY_SIZE]; /* "": nothing to say */
    char meaning[GCK_WHY_SIZE];   /* "": what the code means everywhere */
    bool has_ratio;
    double ratio;                 /* analytic over numeric */
    char law[GCK_NAME_SIZE];      /* "w^-1" */
    unsigned worsts;
    struct gck_element worst[GCK_WORST];
};

/* What became of a mistake that was put into the layer's Backward. */
enum gck_fate {
    GCK_CAUGHT, /* the layer with it was called wrong */
    GCK_MISSED, /* it had to be, and was not */
    GCK_HIDDEN, /* with this shape, these data, weights or elements it cannot show; with the reason */
    GCK_VOID    /* the layer has nothing that it is about; with the reason */
};

enum { GCK_BY_CONTRACT = 1, GCK_BY_LOSS_WEIGHT = 2, GCK_BY_BATCH = 4, GCK_BY_GRADIENT = 8,
       GCK_BY_EXACT = 16 /* by the exact twin alone, where differences could not tell */ };

struct gck_injected {
    char name[GCK_NAME_SIZE], title[GCK_NAME_SIZE]; /* "sign", "every sign turned" */
    enum gck_fate fate;
    unsigned exams;               /* GCK_BY_...: those that failed */
    unsigned planned;             /* the code that is its own name: 106 */
    unsigned codes, code[GCK_MAX_CODES]; /* those of severity fail that were reported, each once */
    bool named;                   /* planned, and no other */
    unsigned why_code;            /* 403: a finding that explains why it cannot show; 0: none does */
    char why[GCK_WHY_SIZE];       /* of missed, hidden and void */
};

struct gck_result {
    char layer[GCK_NAME_SIZE];
    char source[GCK_WHY_SIZE];    /* the file, for a plug-in; "" for a built-in layer */
    char caffe_type[GCK_NAME_SIZE], formula[128];
    enum gck_type type;
    enum gck_verdict verdict;
    char why[GCK_WHY_SIZE];       /* of skipped, error and inconclusive */
    enum gck_status status;       /* of error */
    uint64_t seed;
    uint64_t forwards, backwards; /* calls of the layer, its twin's included */
    uint64_t gradient_forwards;   /* those of them that differences and their noise took */
    uint64_t diagnosis_forwards;  /* those of them that it took to say what is wrong */
    double seconds;
    unsigned bottoms;
    struct { char name[GCK_NAME_SIZE]; struct gck_shape shape; char from[GCK_WHY_SIZE]; }
        bottom[GCK_MAX_PORTS];    /* from: the file of the user's data, or "" */
    unsigned params;              /* those that were set to something else than the default */
    struct { char name[GCK_NAME_SIZE], value[GCK_NAME_SIZE]; } param[GCK_MAX_PARAMS];
    unsigned weights;
    double weight[GCK_MAX_WEIGHTS], gradient_weight; /* the one that the gradient was examined at */
    unsigned clauses;
    struct gck_clause clause[GCK_MAX_CLAUSES];
    struct gck_exam contract, loss_weight, batch, gradient;
    bool coupled;                 /* samples depend on each other */
    char factor[GCK_NAME_SIZE];   /* one sample's share: "1/num", "1", "by sample"; "" unknown */
    char method[GCK_NAME_SIZE];   /* "exhaustive", "sliced" or "probed" */
    char unit[GCK_NAME_SIZE];     /* of slices: each element was judged on its "sample" or "position" alone; "" */
    bool by_twin;                 /* differences were taken of the double twin's Forward, not of the float layer's own */
    unsigned ports;
    struct gck_port_result port[GCK_MAX_PORTS];
    struct gck_exam exact;        /* GCK_NOT_ASKED without a twin, for another type than double */
    char no_exact[GCK_WHY_SIZE];  /* why there is no exact twin; "" */
    unsigned exacts;
    struct gck_exact_port exact_port[GCK_MAX_PORTS];
    uint64_t exact_forwards;      /* of the twin */
    bool proof;                   /* gck_prove: verdict and why are about the faults, all else about the right layer */
    unsigned faults;              /* 0 also where the layer was wrong already */
    struct gck_injected fault[GCK_MAX_FAULTS];
    char again[1024];             /* the options that repeat this run, without the program's name */
    unsigned findings;
    struct gck_finding finding[GCK_MAX_FINDINGS]; /* last: a worker that has none sends less */
};

/* Runs every exam that applies. layer: of type float or double. twin: the same layer in double, for a
 * float layer; NULL: differences are taken in float. result: its `source` is kept, all else is filled in, and everything that
 * could be learnt stays in it; with a status other than GCK_OK its verdict is GCK_ERROR and `why` is the
 * sentence. A layer that is wrong is GCK_OK with GCK_FAIL. */
enum gck_status gck_examine(const struct gck_layer *layer, const struct gck_layer *twin,
                            const struct gck_options *options, struct gck_result *result);

/* The same in a forked child, under options->seconds and ->megabytes; what the layer prints is discarded.
 * A crash, an exit or an endless loop is GCK_ECRASH or GCK_ETIME and finding GC212. */
enum gck_status gck_examine_in_worker(const struct gck_layer *layer, const struct gck_layer *twin,
                                      const struct gck_options *options, struct gck_result *result);

/* Shows that the exams can fail: examines the layer, and where it is right, once more with each of a list of mistakes put
 * into its Backward, at its interface (a sign turned, 1/num left out, one element off, diffs added to, ...). GCK_PASS: each
 * that changes a diff by more than twice the bound reached there, or breaks a clause, was found; GCK_FAIL: one was not, or
 * the layer was wrong already, with its findings; GCK_INCONCLUSIVE: every diff is 0 here, so wrong values cannot show. As many
 * examinations as there are mistakes, in this process. */
enum gck_status gck_prove(const struct gck_layer *layer, const struct gck_layer *twin,
                          const struct gck_options *options, struct gck_result *result);

/* The exit code of the command-line tool for these results: 0 pass, 1 a layer is wrong, 2 usage or input,
 * 3 a plug-in could not run, 4 nothing checked or inconclusive; 2 over 3 over 1 over 4 over 0. */
int gck_exit_code(const struct gck_result *result, size_t results);

/* ---- telling it ---- */

/* The text that a person reads: results of one layer stand together. colour: ANSI. verbose: every clause. */
void gck_report_text(FILE *file, const struct gck_result *result, size_t results, bool colour,
                     bool verbose);
/* The JSON document (README: "JSON"). seconds: of the whole run. Returns false where writing failed. */
bool gck_report_json(FILE *file, const struct gck_result *result, size_t results, uint64_t seed,
                     double seconds);

#ifdef __cplusplus
}
#endif

#endif
