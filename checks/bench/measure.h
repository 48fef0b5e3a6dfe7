/* measure.h -- what the examination of one layer at one shape costs, measured in a forked child of its own: so its
 * peak of memory is its own, too. */
#ifndef GCK_BENCH_MEASURE_H
#define GCK_BENCH_MEASURE_H

#include "counted.h"

#include "core/vector.h"
#include "exam/check.h"

#include <float.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT = 600 }; /* seconds that a question may take, on the wall: a limit of CPU time makes its clock coarse */

struct question {
    const char *layer, *n, *c, *s, *k; /* sizes, "": the usual one */
    enum gck_type type;
    bool twin;             /* a float layer's differences are its twin's */
    bool spoiled;          /* one element of Backward is twice what it should be */
    bool turned;           /* all elements of its first diff have the wrong sign */
    bool differences_only; /* the exact twin is left out */
    unsigned rounds;       /* the quickest counts */
};

struct measured {
    char why[GCK_WHY_SIZE]; /* "": it was measured */
    char method[GCK_NAME_SIZE];
    size_t elements, disagree, inconclusive, exact_agree, exact_elements;
    bool located; /* the spoiled element, and it alone; of those that are turned, all */
    uint64_t forwards, backwards, gradient_forwards;
    double seconds;                   /* CPU, of all exams; of the parts of it below */
    double rounding, gradient, exact; /* how far diffs may be off, and the noise; the differences; the exact twin */
    double bare[PARTS];               /* of the same calls of the layer, but the exact twin's, and nothing else */
    double whole;                     /* of one Forward of the batch */
    double peak;                      /* bytes, the most that was held */
    double blobs, bottoms;            /* bytes: data and diffs of all blobs; of bottoms and weights alone */
};

/* The CPU time since the last thing that was asked belongs to that. */
static struct {
    char name[GCK_NAME_SIZE];
    double since, rounding, gradient, exact;
    bool batch; /* the batch exam was: the first part of the gradient's is how far diffs may be off */
} phase;

static inline void hear(void *context, const char *doing, size_t done, size_t of)
{
    const size_t length = strcspn(doing, ":");
    double now;

    (void)context;
    (void)done;
    (void)of;
    if (strlen(phase.name) == length && strncmp(phase.name, doing, length) == 0)
        return;
    now = cpu_seconds();
    if (strcmp(phase.name, "gradient") == 0)
        *(phase.batch ? &phase.gradient : &phase.rounding) += now - phase.since;
    else if (strcmp(phase.name, "exact") == 0)
        phase.exact += now - phase.since;
    phase.batch = phase.batch || strcmp(phase.name, "batch") == 0;
    snprintf(phase.name, sizeof phase.name, "%.*s", (int)length, doing);
    phase.since = now;
    part = phase.batch && strcmp(phase.name, "gradient") == 0 ? GRADIENT : OTHER;
}

/* Bytes, from getrusage. */
static inline double most_memory(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return 1024 * (double)usage.ru_maxrss;
}

static inline void give(struct gck_options *options, const char *name, const char *size)
{
    if (size[0] != '\0')
        options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_DIM, name, size };
}

static inline struct gck_options options_for(const struct question *question)
{
    struct gck_options options = gck_options_default();

    give(&options, "N", question->n);
    give(&options, "C", question->c);
    give(&options, "S", question->s);
    give(&options, "K", question->k);
    options.exact = gck_layer_find(question->layer, GCK_TYPE_EXACT);
    options.differences_only = question->differences_only;
    options.progress = hear;
    options.seconds = 0;
    options.megabytes = 0;
    return options;
}

static inline double bytes_of(const struct gck_blob *blob, unsigned blobs)
{
    double bytes = 0;

    for (unsigned i = 0; i < blobs; i++)
        bytes += 2.0 * (double)(blob[i].count * blob[i].real_size);
    return bytes;
}

static inline void add_bytes(const struct gck_rig *rig, struct measured *measured)
{
    const double bottoms = bytes_of(rig->bottom, rig->setup->bottoms) + bytes_of(rig->weight, rig->setup->weights);

    measured->bottoms += bottoms;
    measured->blobs += bottoms + bytes_of(rig->top, rig->setup->tops) + bytes_of(rig->buffer, rig->buffers);
}

static inline void read_check(const struct gck_check *check, struct measured *measured)
{
    const struct gck_result *const result = check->result;
    const unsigned first = 0;

    snprintf(measured->method, sizeof measured->method, "%s", result->method);
    measured->elements = measured->disagree = measured->inconclusive = 0;
    measured->exact_agree = measured->exact_elements = 0;
    for (unsigned p = 0; p < result->ports; p++) {
        measured->elements += result->port[p].elements;
        measured->disagree += result->port[p].disagree;
        measured->inconclusive += result->port[p].inconclusive;
    }
    for (unsigned p = 0; p < result->exacts; p++) {
        measured->exact_elements += result->exact_port[p].elements;
        measured->exact_agree += result->exact_port[p].agree;
    }
    measured->located = spoil.elements == 1 && measured->disagree == 1
                        && check->claim[first].verdict[spoil.element[0]] == GCK_DISAGREE;
    if (spoil.all)
        measured->located = measured->disagree == check->claim[first].count;
    measured->forwards = result->forwards;
    measured->backwards = result->backwards;
    measured->gradient_forwards = result->gradient_forwards;
    measured->bottoms = measured->blobs = 0;
    add_bytes(&check->rig, measured);
    if (check->twin != NULL)
        add_bytes(&check->reference, measured);
}

/* 0: nothing was measured so far. */
static inline double least(double so_far, double seconds)
{
    return so_far == 0 || seconds < so_far ? seconds : so_far;
}

/* One examination; *measured keeps the quickest. first: its calls are counted. */
static inline bool measure_round(const struct question *question, bool first, struct measured *measured)
{
    static struct gck_check check;
    static struct gck_result result;
    struct gck_options options = options_for(question);
    const struct gck_layer *const layer = first ? counted_layer(question->layer, question->type)
                                                : known_layer(question->type);
    const struct gck_layer *const twin = !question->twin ? NULL
                                         : first         ? counted_layer(question->layer, GCK_TYPE_DOUBLE)
                                                         : known_layer(GCK_TYPE_DOUBLE);
    double start, seconds;
    enum gck_status status;

    memset(&result, 0, sizeof result);
    memset(&phase, 0, sizeof phase);
    spoil.num = spoil.elements = 0;
    spoil.all = question->turned;
    if (question->spoiled) {
        spoil.num = (size_t)atoll(question->n);
        spoil.elements = 1;
        spoil.element[0] = spoil.num * (size_t)atoll(question->c) / 3;
        spoil.times[0] = 2;
    }
    start = cpu_seconds();
    status = gck_check_run(&check, layer, twin, &options, &result, measured->why);
    hear(NULL, "end", 0, 0);
    seconds = cpu_seconds() - start;
    if (status == GCK_OK) {
        measured->why[0] = '\0';
        measured->seconds = least(measured->seconds, seconds);
        measured->rounding = least(measured->rounding, phase.rounding);
        measured->gradient = least(measured->gradient, phase.gradient);
        measured->exact = least(measured->exact, phase.exact);
        read_check(&check, measured);
    }
    gck_check_close(&check);
    return status == GCK_OK;
}

/* The calls that were counted, bare: in turn with the examinations, so that whatever else the machine does hits both. */
static inline void replay_round(const struct question *question, struct measured *measured)
{
    const struct gck_options options = options_for(question);
    double bare[PARTS] = { 0 }, whole = 0;
    struct gck_setup setup;

    for (unsigned t = 0; t < 2; t++) {
        if (counted[t].layer == NULL
            || gck_setup_open(&setup, counted[t].layer, &options, measured->why) != GCK_OK)
            continue;
        replay(&counted[t], &setup, bare, &whole, measured->why);
        gck_setup_close(&setup);
    }
    for (enum part p = OTHER; p < PARTS; p++)
        measured->bare[p] = least(measured->bare[p], bare[p]);
    measured->whole = least(measured->whole, whole);
}

static inline void measure_here(const struct question *question, struct measured *measured)
{
    const double before = most_memory();

    for (unsigned round = 0; round < question->rounds && measure_round(question, round == 0, measured); round++) {
        if (round == 0)
            measured->peak = most_memory() - before;
        replay_round(question, measured);
    }
}

/* In a child; a question that cannot be measured says why. */
static inline void measure(const struct question *question, struct measured *measured)
{
    int answer[2];
    int state = 0;
    pid_t child;
    ssize_t got = 0;

    memset(measured, 0, sizeof *measured);
    fflush(stdout);
    if (pipe(answer) != 0 || (child = fork()) < 0) {
        snprintf(measured->why, sizeof measured->why, "no process");
        return;
    }
    if (child == 0) {
        alarm(LIMIT);
        memset(counted, 0, sizeof counted);
        gck_vector_single_thread();
        measure_here(question, measured);
        _exit(write(answer[1], measured, sizeof *measured) != (ssize_t)sizeof *measured);
    }
    close(answer[1]);
    got = read(answer[0], measured, sizeof *measured);
    close(answer[0]);
    waitpid(child, &state, 0);
    if (got != (ssize_t)sizeof *measured)
        snprintf(measured->why, sizeof measured->why, "its process ended by signal %d; %d seconds are allowed",
                 WIFSIGNALED(state) ? WTERMSIG(state) : 0, LIMIT);
}

#endif
