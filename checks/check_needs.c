/* check_needs.c -- what an examination takes on the whole machine, its children counted, is no more than the figure says; and with
 * less than that it ends in a sentence, and never in a result that was found with less than it takes. */
#include "check.h"

#include "core/pages.h"
#include "core/signals.h"
#include "core/vector.h"
#include "exam/check.h"
#include "exam/needs.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char message[GCK_MESSAGE_SIZE];
static struct gck_result result;
static struct gck_check check;

static struct gck_options options_for(const char *num, const struct gck_layer *layer, unsigned jobs)
{
    struct gck_options options = gck_options_default();
    unsigned used = 0;

    for (unsigned l = 0; l < 2; l++)
        for (const struct gck_port *p = l == 0 ? layer->bottom : layer->weight; p != NULL && p->name != NULL; p++)
            for (unsigned a = 0; a < GCK_MAX_AXES; a++)
                used |= p->dims[a];
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "N", num };
    if (used & GCK_C)
        options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "C", "10" };
    if (used & GCK_S)
        options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, "S", "1" };
    options.megabytes = 0;
    options.seconds = 0;
    options.jobs = jobs;
    return options;
}

static const struct gck_layer *twin_of(const char *name, enum gck_type type)
{
    return type == GCK_TYPE_FLOAT ? gck_layer_find(name, GCK_TYPE_DOUBLE) : NULL;
}

/* ---- the whole machine ---- */

/* Bytes that a process and its children hold, what they share counted once. */
static double held_by(pid_t pid)
{
    static const char *const kind[] = { "Pss_Anon:", "Pss_Shmem:" };
    char path[64], text[2048];
    double bytes = 0;
    ssize_t got;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    if ((fd = open(path, O_RDONLY)) >= 0) {
        got = read(fd, text, sizeof text - 1);
        text[got > 0 ? got : 0] = '\0';
        for (unsigned k = 0; k < 2; k++) {
            const char *const at = strstr(text, kind[k]);

            bytes += at != NULL ? 1024 * atof(at + strlen(kind[k])) : 0;
        }
        close(fd);
    }
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    if ((fd = open(path, O_RDONLY)) >= 0) {
        char *at = text;
        long one;

        got = read(fd, text, sizeof text - 1);
        text[got > 0 ? got : 0] = '\0';
        close(fd);
        while ((one = strtol(at, &at, 10)) > 0)
            bytes += held_by((pid_t)one);
    }
    return bytes;
}

/* The most that was seen; 0: the examination did not end well. */
static double most_held(const struct gck_layer *layer, const struct gck_layer *twin, const struct gck_options *options)
{
    const struct timespec pause = { 0, 1000000 };
    double most = 0;
    int state;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        gck_forked(getppid());
        _exit(gck_check_run(&check, layer, twin, options, &result, message) != GCK_OK);
    }
    while (waitpid(pid, &state, WNOHANG) == 0) {
        const double now = held_by(pid);

        most = now > most ? now : most;
        nanosleep(&pause, NULL);
    }
    return WIFEXITED(state) && WEXITSTATUS(state) == 0 ? most : 0;
}

/* Bytes that libraries and malloc take by the way; what is reckoned for the program's own processes, which a test has not got; and the
 * exact numbers of a batch whose samples depend on each other, which nobody knows before. */
static const double blur = 3e6, processes = 5e6, coupled = 10e6;

static bool within(const char *name, enum gck_type type, unsigned jobs)
{
    enum { TRIES = 4 }; /* a peak between two looks is not seen */
    const struct gck_layer *const layer = gck_layer_find(name, type), *const twin = twin_of(name, type);
    const struct gck_options options = options_for("30000", layer, jobs);
    double needs, most = 0;
    struct gck_setup setup;
    struct gck_sizes sizes;
    bool close = false;

    assert_int_equal(gck_setup_open(&setup, layer, &options, message), GCK_OK);
    assert_int_equal(gck_sizes_of(&setup, layer, &sizes, message), GCK_OK);
    needs = gck_needs(&options, &sizes, layer, twin, type == GCK_TYPE_DOUBLE ? gck_layer_find(name, GCK_TYPE_EXACT) : NULL);
    gck_setup_close(&setup);
    for (unsigned t = 0; t < TRIES && !close; t++) {
        const double now = most_held(layer, twin, &options);

        most = now > most ? now : most;
        close = most > 0 && needs <= 1.3 * most + processes + (layer->norm == GCK_NORM_NONE ? coupled : 0);
    }
    if (!close || most > needs + blur || getenv("TELL") != NULL)
        print_error("%s in %s, %u jobs: %.1f MB expected, %.1f MB held: %.2f\n", name, type == GCK_TYPE_FLOAT ? "float" : "double",
                    jobs, 1e-6 * needs, 1e-6 * most, needs / most);
    return close && most <= needs + blur;
}

static void the_figure_counts_children(void **state)
{
    const struct gck_layer *layer;
    bool good = true;

    (void)state;
    if (gck_sanitizer_runs())
        skip(); /* there everything takes more */
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++) {
        good = within(layer->name, GCK_TYPE_DOUBLE, l % 3 == 2 ? 4 : 1 + (unsigned)l % 3) && good;
        if (l % 2 == 0)
            good = within(layer->name, GCK_TYPE_FLOAT, 1 + (unsigned)l % 4) && good;
    }
    assert_true(good);
}

/* ---- too little ---- */

struct seen {
    enum gck_status status;
    enum gck_answer contract, weight, batch, gradient;
    unsigned clauses;
    char why[GCK_MESSAGE_SIZE];
};

static double mapped(void)
{
    FILE *const file = fopen("/proc/self/statm", "r");
    double pages = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lf", &pages), 1);
    fclose(file);
    return pages * (double)sysconf(_SC_PAGESIZE);
}

/* With so many bytes of address space beside what there is; 0: no limit. False where the process did not end by itself. */
static bool look_with(const struct gck_layer *layer, const struct gck_options *options, double room, struct seen *seen)
{
    int pipes[2], state;
    pid_t pid;
    bool got;

    assert_int_equal(pipe(pipes), 0);
    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const rlim_t most = (rlim_t)(mapped() + room);
        struct seen here = { .status = GCK_OK };

        gck_forked(getppid());
        if (room > 0)
            setrlimit(RLIMIT_AS, &(struct rlimit){ most, most });
        here.status = gck_check_run(&check, layer, twin_of(layer->name, (enum gck_type)layer->type), options, &result, message);
        here.contract = result.contract.answer;
        here.weight = result.loss_weight.answer;
        here.batch = result.batch.answer;
        here.gradient = result.gradient.answer;
        here.clauses = result.clauses;
        snprintf(here.why, sizeof here.why, "%s", message);
        _exit(write(pipes[1], &here, sizeof here) != (ssize_t)sizeof here);
    }
    close(pipes[1]);
    got = read(pipes[0], seen, sizeof *seen) == (ssize_t)sizeof *seen;
    close(pipes[0]);
    waitpid(pid, &state, 0);
    return got && WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

/* Either all that it finds with enough, or a sentence with the figure. */
static bool ends_well(const char *name, enum gck_type type, unsigned jobs, double most)
{
    enum { LIMITS = 20 };
    const struct gck_layer *const layer = gck_layer_find(name, type);
    const struct gck_options options = options_for(jobs > 0 ? "20000" : "8000", layer, jobs);
    unsigned refused = 0, passed = 0;
    struct seen all, seen;
    bool good = look_with(layer, &options, 0, &all) && all.status == GCK_OK;

    for (unsigned k = 1; k <= LIMITS && good; k++) {
        good = look_with(layer, &options, most * k / LIMITS, &seen);
        passed += good && seen.status == GCK_OK;
        refused += good && seen.status == GCK_EMEMORY;
        if (good && seen.status == GCK_OK)
            good = seen.contract == all.contract && seen.weight == all.weight && seen.batch == all.batch
                   && seen.gradient == all.gradient && seen.clauses == all.clauses;
        else
            good = good && seen.status == GCK_EMEMORY && strstr(seen.why, " MB of memory to examine, and this process cannot have it: ")
                   && seen.contract == GCK_NOT_ASKED && seen.clauses == 0;
        if (!good)
            print_error("%s with %.1f MB, %u jobs: status %d, contract %d, loss weight %d, batch %d: %s\n", name,
                        1e-6 * most * k / LIMITS, jobs, (int)seen.status, (int)seen.contract, (int)seen.weight, (int)seen.batch, seen.why);
    }
    if (good && (refused == 0 || passed == 0))
        print_error("%s, %u jobs: %u refused, %u passed: other limits would tell more\n", name, jobs, refused, passed);
    return good && refused > 0 && passed > 0;
}

static void too_little_memory_ends_in_a_sentence(void **state)
{
    (void)state;
    if (gck_sanitizer_runs())
        skip(); /* address space cannot be limited there */
    assert_true(ends_well("euclidean", GCK_TYPE_DOUBLE, 0, 24e6));
    assert_true(ends_well("softmax_loss", GCK_TYPE_FLOAT, 0, 24e6));
    assert_true(ends_well("dice", GCK_TYPE_DOUBLE, 2, 50e6));
}

/* Only what was asked for since counts, and room that shapes are tried in does not. */
static void lacking_memory_is_told_once(void **state)
{
    (void)state;
    gck_pages_lacked();
    assert_null(gck_pages_new(SIZE_MAX / 2 + 1));
    assert_true(gck_pages_lacked());
    assert_false(gck_pages_lacked());
    gck_pages_reserve(true);
    assert_null(gck_pages_new(SIZE_MAX / 2 + 1));
    gck_pages_reserve(false);
    assert_false(gck_pages_lacked());
}

/* ---- products without OpenBLAS's buffer ---- */

static double product_of(bool transpose_a, bool transpose_b, size_t i, size_t j, double beta, double was)
{
    enum { M = 3, N = 4, K = 5 };
    double sum = 0;

    for (size_t p = 0; p < K; p++)
        sum += (double)(transpose_a ? p * M + i : i * K + p) * (double)(1 + (transpose_b ? j * K + p : p * N + j));
    return 2 * sum + beta * was;
}

static void products_need_no_buffer(void **state)
{
    enum { M = 3, N = 4, K = 5 };
    int ended;
    pid_t pid;

    (void)state;
    if (gck_sanitizer_runs())
        skip();
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        const rlim_t most = (rlim_t)(mapped() + 8e6);
        double a[M * K], b[K * N], c[M * N];
        bool good = true;

        gck_forked(getppid());
        alarm(20);
        setrlimit(RLIMIT_AS, &(struct rlimit){ most, most });
        good = !gck_vector_has_buffer();
        for (size_t i = 0; i < M * K; i++)
            a[i] = (double)i;
        for (size_t i = 0; i < K * N; i++)
            b[i] = (double)(1 + i);
        for (unsigned way = 0; way < 8; way++) {
            const double beta = way & 4 ? 3 : 0;

            for (size_t i = 0; i < M * N; i++)
                c[i] = way & 4 ? (double)i : (double)NAN;
            gck_gemm_double(way & 1, way & 2, M, N, K, 2, a, b, beta, c);
            for (size_t i = 0; i < M * N; i++)
                good = good && fabs(c[i] - product_of(way & 1, way & 2, i / N, i % N, beta, way & 4 ? (double)i : 0)) < 1e-9;
        }
        _exit(!good);
    }
    waitpid(pid, &ended, 0);
    assert_true(WIFEXITED(ended));
    assert_int_equal(WEXITSTATUS(ended), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figure_counts_children),
        cmocka_unit_test(too_little_memory_ends_in_a_sentence),
        cmocka_unit_test(lacking_memory_is_told_once),
        cmocka_unit_test(products_need_no_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
