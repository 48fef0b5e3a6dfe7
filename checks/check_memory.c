/* check_memory.c -- the memory that an examination will take is known before it is taken: what does not fit is refused with the
 * figure, and what is accepted is not stopped. */
#include "check.h"

#include "core/pages.h"
#include "core/signals.h"
#include "exam/check.h"
#include "exam/needs.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char message[GCK_MESSAGE_SIZE];
static struct gck_result result;

struct shape {
    const char *layer, *n, *c, *s, *k;
};

static void give(struct gck_options *options, const char *name, const char *size)
{
    if (size != NULL)
        options->given[options->givens++] = (struct gck_given){ GCK_GIVEN_DIM, name, size };
}

/* No limits, unless somebody sets them. */
static struct gck_options options_for(const struct shape *shape)
{
    struct gck_options options = gck_options_default();

    give(&options, "N", shape->n);
    give(&options, "C", shape->c);
    give(&options, "S", shape->s);
    give(&options, "K", shape->k);
    options.megabytes = 0;
    options.seconds = 0;
    return options;
}

/* A layer of one type, with the twins that the tool gives it. */
struct examinee {
    const struct gck_layer *layer, *twin, *exact;
};

static struct examinee examinee_of(const char *name, enum gck_type type, bool twin)
{
    return (struct examinee){ gck_layer_find(name, type), twin ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL,
                              type == GCK_TYPE_DOUBLE ? gck_layer_find(name, GCK_TYPE_EXACT) : NULL };
}

static double needs_of(const struct examinee *examinee, const struct gck_options *options)
{
    struct gck_sizes sizes;
    struct gck_setup setup;
    double needs;

    assert_int_equal(gck_setup_open(&setup, examinee->layer, options, message), GCK_OK);
    assert_int_equal(gck_sizes_of(&setup, examinee->layer, &sizes, message), GCK_OK);
    assert_false(sizes.least);
    needs = gck_needs(options, &sizes, examinee->layer, examinee->twin, examinee->exact);
    gck_setup_close(&setup);
    return needs;
}

/* ---- the figure ---- */

static double most_memory(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return 1024 * (double)usage.ru_maxrss;
}

/* Bytes of address space that the process has had at most. */
static double most_space(void)
{
    FILE *const file = fopen("/proc/self/status", "r");
    char line[128];
    double kilobytes = 0;

    while (file != NULL && kilobytes == 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmPeak:", 7) == 0)
            kilobytes = atof(line + 7);
    if (file != NULL)
        fclose(file);
    return 1024 * kilobytes;
}

struct peak {
    double memory, space; /* bytes; 0: the examination did not end */
};

/* What it takes at its peak, in a process of its own. */
static struct peak peak_of(const struct examinee *examinee, const struct gck_options *options)
{
    static struct gck_check check;
    struct peak peak = { 0, 0 };
    int pipes[2], state;
    pid_t child;

    assert_int_equal(pipe(pipes), 0);
    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct peak before = { most_memory(), most_space() };

        gck_forked(getppid());
        if (gck_check_run(&check, examinee->layer, examinee->twin, options, &result, message) == GCK_OK)
            peak = (struct peak){ most_memory() - before.memory, most_space() - before.space };
        _exit(write(pipes[1], &peak, sizeof peak) != (ssize_t)sizeof peak);
    }
    close(pipes[1]);
    if (read(pipes[0], &peak, sizeof peak) != (ssize_t)sizeof peak)
        peak = (struct peak){ 0, 0 };
    close(pipes[0]);
    waitpid(child, &state, 0);
    return peak;
}

/* Bytes: what libraries and malloc take by the way; the tape of a loss whose samples depend on each other, which nobody knows
 * before; what OpenBLAS reserves as soon as somebody multiplies. */
static const double blur = 3e6, tape = 14e6, openblas = 140e6;

static bool within(const struct shape *shape, enum gck_type type, bool twin)
{
    const struct examinee examinee = examinee_of(shape->layer, type, twin);
    const struct gck_options options = options_for(shape);
    const double needs = needs_of(&examinee, &options);
    const struct peak peak = peak_of(&examinee, &options);
    const double more = blur + (type == GCK_TYPE_DOUBLE ? tape : 0);
    const double space = 2 * needs + blur + (examinee.layer->weight != NULL ? openblas : 0);
    const bool good = peak.memory > 0 && peak.memory <= 1.2 * needs + blur && needs <= 1.2 * peak.memory + more
                      && peak.space <= space;

    if (!good || getenv("TELL") != NULL)
        print_error("%s in %s%s, %s x %s: %.1f MB expected, %.1f MB taken: %.2f; %.1f MB of address space: %.2f\n",
                    shape->layer, type == GCK_TYPE_FLOAT ? "float" : "double", twin ? " with its twin" : "", shape->n,
                    shape->c, 1e-6 * needs, 1e-6 * peak.memory, needs / peak.memory, 1e-6 * peak.space, peak.space / needs);
    return good;
}

/* Sizes that make some 100,000 elements. */
static struct shape usual_shape(const struct gck_layer *layer)
{
    const struct gck_port *const list[] = { layer->bottom, layer->weight };
    struct shape shape = { layer->name, "10000", NULL, NULL, NULL };
    unsigned used = 0;

    for (unsigned l = 0; l < 2; l++)
        for (const struct gck_port *p = list[l]; p != NULL && p->name != NULL; p++)
            for (unsigned a = 0; a < GCK_MAX_AXES; a++)
                used |= p->dims[a];
    shape.c = used & GCK_C ? "10" : NULL;
    shape.s = used & GCK_S ? "1" : NULL;
    shape.k = used & GCK_K ? "4" : NULL;
    return shape;
}

static void the_figure_is_what_is_taken(void **state)
{
    const struct gck_layer *layer;
    bool good = true;

    (void)state;
    if (gck_sanitizer_runs())
        skip(); /* there everything takes more */
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++) {
        const struct shape shape = usual_shape(layer);

        good = within(&shape, GCK_TYPE_DOUBLE, false) && good;
        good = within(&shape, GCK_TYPE_FLOAT, true) && good;
        if (l % 4 == 0)
            good = within(&shape, GCK_TYPE_FLOAT, false) && good;
    }
    assert_true(good);
}

/* Few samples, long ones, weights that are most of it, tops that are larger than bottoms, coupled losses. */
static void the_figure_is_what_is_taken_at_odd_shapes(void **state)
{
    static const struct shape shapes[] = {
        { "softmax_loss", "4", "50000", "1", NULL },     { "euclidean", "8", "25000", "1", NULL },
        { "relu", "3", "50000", "1", NULL },             { "softmax", "50", "10", "400", NULL },
        { "inner_product", "10", "500", NULL, "500" },   { "inner_product", "200", "300", NULL, "1000" },
        { "inner_product", "20", "10", NULL, "10000" },  { "infogain", "100", "400", NULL, NULL },
        { "hinge", "100000", "2", NULL, NULL },          { "dice", "20", "10000", "1", NULL },
        { "contrastive", "70000", "3", NULL, NULL },     { "relu", "50000", "10", "1", NULL },
        { "softmax_loss", "2", "21", "12000", NULL },
        { "softmax_loss", "1", "20", "10000", NULL },    { "sigmoid_cross_entropy", "2", "1", "100000", NULL },
        { "softmax", "3", "2", "40000", NULL },          { "euclidean", "2", "3", "30000", NULL },
    };
    bool good = true;

    (void)state;
    if (gck_sanitizer_runs())
        skip();
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        good = within(&shapes[i], GCK_TYPE_DOUBLE, false) && good;
        if (i % 3 == 0)
            good = within(&shapes[i], GCK_TYPE_FLOAT, true) && good;
    }
    assert_true(good);
}

/* ---- the sizes ---- */

/* Memory is neither taken nor is the limit of address space in the way, and it is where it was afterwards. */
static void sizes_are_known_without_memory(void **state)
{
    const struct shape shape = { "inner_product", "100000000", "100", NULL, "30" };
    const struct gck_options options = options_for(&shape);
    const struct gck_layer *const layer = gck_layer_find(shape.layer, GCK_TYPE_DOUBLE);
    struct rlimit before, now;
    struct gck_setup setup;
    struct gck_sizes sizes;
    double taken;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    now = before;
    if (!gck_sanitizer_runs())
        now.rlim_cur = (rlim_t)4 << 30; /* the top alone is 24 GB of data */
    assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
    assert_int_equal(gck_setup_open(&setup, layer, &options, message), GCK_OK);
    taken = most_memory();
    assert_int_equal(gck_sizes_of(&setup, layer, &sizes, message), GCK_OK);
    taken = most_memory() - taken;
    assert_int_equal(getrlimit(RLIMIT_AS, &now), 0);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    gck_setup_close(&setup);
    if (!gck_sanitizer_runs())
        assert_true(now.rlim_cur == (rlim_t)4 << 30);
    assert_true(taken < 1e7);
    assert_false(sizes.least);
    assert_near(sizes.bottoms, 1e10, 0);
    assert_near(sizes.weights, 3030, 0);
    assert_near(sizes.tops, 3e9, 0);
    assert_near(sizes.asked, 1e10 + 3030, 0);
    assert_near(sizes.batched, 1e10, 0);
    assert_near(sizes.longest, 1e10, 0);
}

/* What takes memory in reshape meets the limit all the same. */
static struct gck_layer greedy;
static bool refused;

static enum gck_status reshape_greedily(struct gck_io *io)
{
    const struct gck_shape scalar = { .axes = 0 };
    const enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);
    void *const memory = malloc((size_t)3 << 30);

    refused = memory == NULL;
    free(memory);
    return status != GCK_OK ? status : gck_reshape(io, io->top[0], &scalar);
}

static void a_layer_has_no_more_room_while_its_sizes_are_asked(void **state)
{
    const struct shape shape = { "euclidean", "100000000", "100", NULL, NULL };
    const struct gck_options options = options_for(&shape);
    struct rlimit before, now;
    struct gck_setup setup;
    struct gck_sizes sizes;

    (void)state;
    if (gck_sanitizer_runs())
        skip(); /* address space cannot be limited there */
    greedy = *gck_layer_find("euclidean", GCK_TYPE_DOUBLE);
    greedy.reshape = reshape_greedily;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    now = (struct rlimit){ (rlim_t)2 << 30, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
    assert_int_equal(gck_setup_open(&setup, &greedy, &options, message), GCK_OK);
    assert_int_equal(gck_sizes_of(&setup, &greedy, &sizes, message), GCK_OK);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    gck_setup_close(&setup);
    assert_false(sizes.least);
    assert_true(refused);
}

static enum gck_status reshape_with_numbers(struct gck_io *io)
{
    const struct gck_shape scalar = { .axes = 0 };
    const enum gck_status status = gck_reshape_like(io, io->buffer[0], io->bottom[0]);

    for (size_t i = 0; status == GCK_OK && i < 1000; i++)
        gck_buffer(io, 0)[i] = 1;
    return status != GCK_OK ? status : gck_reshape(io, io->top[0], &scalar);
}

/* Some layers fill a buffer once for all passes. */
static void reshape_may_write_into_its_buffers(void **state)
{
    const struct shape shape = { "euclidean", "100000000", "100", NULL, NULL };
    const struct gck_options options = options_for(&shape);
    struct gck_setup setup;
    struct gck_sizes sizes;

    (void)state;
    greedy = *gck_layer_find("euclidean", GCK_TYPE_DOUBLE);
    greedy.reshape = reshape_with_numbers;
    assert_int_equal(gck_setup_open(&setup, &greedy, &options, message), GCK_OK);
    assert_int_equal(gck_sizes_of(&setup, &greedy, &sizes, message), GCK_OK);
    gck_setup_close(&setup);
    assert_near(sizes.buffers, 3e10, 0);
}

/* ---- refused and accepted ---- */

static void assert_boundary(const char *name, enum gck_type type, bool twin)
{
    const struct shape shape = usual_shape(gck_layer_find(name, GCK_TYPE_DOUBLE));
    const struct examinee examinee = examinee_of(name, type, twin);
    struct gck_options options = options_for(&shape);
    const double needs = ceil(needs_of(&examinee, &options) / 0x1p20);
    char words[200];

    memset(&result, 0, sizeof result);
    options.exact = examinee.exact;
    options.megabytes = (size_t)needs - 1;
    assert_int_equal(gck_examine_in_worker(examinee.layer, examinee.twin, &options, &result), GCK_EMEMORY);
    assert_int_equal(gck_exit_code(&result, 1), 2);
    snprintf(words, sizeof words, "takes about %.0f MB of memory to examine, and --memory allows %zu MB; --memory %.0f is enough",
             needs, options.megabytes, needs);
    assert_says(result.why, words);
    options.megabytes++;
    gck_examine_in_worker(examinee.layer, examinee.twin, &options, &result);
    if (result.verdict == GCK_ERROR)
        print_error("%s: %s\n", name, result.why);
    assert_int_equal(result.verdict, GCK_PASS);
}

static void what_is_accepted_is_not_stopped(void **state)
{
    static const char *const name[] = { "euclidean", "relu", "inner_product", "dice" };

    (void)state;
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        assert_boundary(name[i], GCK_TYPE_DOUBLE, false);
        assert_boundary(name[i], GCK_TYPE_FLOAT, true);
    }
}

static void what_does_not_fit_is_refused_with_the_figure(void **state)
{
    static const struct {
        struct shape shape;
        const char *words;
    } beyond[] = {
        { { "euclidean", "1000000000", "1000", "1", NULL }, "euclidean with prediction 1000000000x1000x1 takes about " },
        { { "relu", "1000000000", "1000", "1", NULL }, "relu with x 1000000000x1000x1 takes about " },
        { { "inner_product", "10", "1000000", NULL, "1000000" }, "inner_product with weight 1000000x1000000 takes about " },
        { { "relu", "1000000000000", "10000", "1", NULL }, "relu with x 1000000000000x10000x1 takes at least " },
    };

    (void)state;
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        const struct gck_options options = options_for(&beyond[i].shape);

        gck_examine(gck_layer_find(beyond[i].shape.layer, GCK_TYPE_DOUBLE), NULL, &options, &result);
        assert_int_equal(result.status, GCK_EMEMORY);
        assert_int_equal(gck_exit_code(&result, 1), 2);
        assert_says(result.why, beyond[i].words);
        assert_says(result.why, " GB of memory to examine, and this machine has ");
        assert_null(strstr(result.why, "is enough"));
    }
}

/* ---- files ---- */

/* A .npy file of so many rows of 10 zeros: a hole, which takes no room on a disk either. */
static void write_hole(const char *path, size_t rows)
{
    char header[128];
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    memset(header, ' ', sizeof header);
    memcpy(header, "\x93NUMPY\1\0\x76\0", 10);
    header[10 + snprintf(header + 10, 100, "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu, 10), }", rows)] = ' ';
    header[sizeof header - 1] = '\n';
    assert_int_equal(write(fd, header, sizeof header), sizeof header);
    assert_int_equal(ftruncate(fd, (off_t)(sizeof header + rows * 80)), 0);
    close(fd);
}

/* Before a number of it is read: the sentence about them would come first. */
static void a_file_that_does_not_fit_is_not_read(void **state)
{
    char folder[256] = "/tmp/check_memory-XXXXXX", path[300];
    struct gck_options options = gck_options_default();
    double taken = most_memory();

    (void)state;
    assert_true(check_folder(folder, sizeof folder));
    snprintf(path, sizeof path, "%s/hole.npy", folder);
    write_hole(path, 10000000);
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_BOTTOM, "score", path };
    options.megabytes = 500;
    gck_examine(gck_layer_find("softmax_loss", GCK_TYPE_DOUBLE), NULL, &options, &result);
    taken = most_memory() - taken;
    assert_int_equal(result.status, GCK_EMEMORY);
    assert_says(result.why, "softmax_loss with score 10000000x10 takes about ");
    assert_says(result.why, " MB of memory to examine, and --memory allows 500 MB; --memory ");
    assert_true(taken < 1e8); /* the file alone is 800 MB */
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figure_is_what_is_taken),
        cmocka_unit_test(the_figure_is_what_is_taken_at_odd_shapes),
        cmocka_unit_test(sizes_are_known_without_memory),
        cmocka_unit_test(a_layer_has_no_more_room_while_its_sizes_are_asked),
        cmocka_unit_test(reshape_may_write_into_its_buffers),
        cmocka_unit_test(what_is_accepted_is_not_stopped),
        cmocka_unit_test(what_does_not_fit_is_refused_with_the_figure),
        cmocka_unit_test(a_file_that_does_not_fit_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
