/* check_jobs.c -- many processes: the result is the same for any number of them, and a crash loses one block. */
#include "check.h"

#include "core/blob.h"
#include "core/crew.h"
#include "core/text.h"
#include "layer/load.h"
#include "worker/seats.h"

#include <errno.h>
#include <fenv.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a crew ---- */

enum { PIECES = 12 };

static struct shared {
    atomic_uint now, most, done[PIECES];
    pid_t pid[PIECES];
    size_t crashes, leaves;
} *shared;

static unsigned private; /* what a child changes here nobody sees */

static void work(void *context, size_t piece)
{
    const unsigned here = atomic_fetch_add(&shared->now, 1) + 1;

    assert_ptr_equal(context, shared);
    shared->pid[piece] = getpid();
    private++;
    if (here > atomic_load(&shared->most))
        atomic_store(&shared->most, here);
    usleep(20000);
    atomic_fetch_sub(&shared->now, 1);
    if (piece == shared->crashes)
        raise(SIGSEGV);
    if (piece == shared->leaves)
        exit(7);
    atomic_store(&shared->done[piece], private);
}

static struct gck_piece piece[PIECES];

static void run_crew(unsigned most, int (*seat)(void *context))
{
    const struct gck_crew crew = { .work = work, .context = shared, .most = most, .seat = seat };

    memset(shared, 0, sizeof *shared);
    shared->crashes = shared->leaves = PIECES;
    assert_int_equal(gck_crew_run(&crew, PIECES, piece), GCK_OK);
}

static void every_piece_is_done_by_a_process_of_its_own(void **state)
{
    (void)state;
    for (unsigned most = 0; most < 20; most += 3) {
        run_crew(most, NULL);
        for (size_t i = 0; i < PIECES; i++) {
            assert_true(piece[i].done);
            assert_int_equal(shared->done[i], 1); /* begun with the process as it was */
            assert_int_not_equal(shared->pid[i], getpid());
            for (size_t k = 0; k < i; k++)
                assert_int_not_equal(shared->pid[i], shared->pid[k]);
        }
        assert_true(shared->most >= 1 && shared->most <= (most > 1 ? most : 1));
    }
    assert_int_equal(private, 0);
}

static unsigned asked;

static int no_seat(void *context)
{
    (void)context;
    asked++;
    return -1;
}

static void without_a_seat_there_is_one_at_a_time(void **state)
{
    (void)state;
    asked = 0;
    run_crew(4, no_seat);
    assert_int_equal(shared->most, 1);
    assert_true(asked > 0);
}

static void crash_and_leave(unsigned most)
{
    const struct gck_crew crew = { .work = work, .context = shared, .most = most };

    memset(shared, 0, sizeof *shared);
    shared->crashes = 3;
    shared->leaves = 8;
    assert_int_equal(gck_crew_run(&crew, PIECES, piece), GCK_OK);
    for (size_t i = 0; i < PIECES; i++)
        assert_int_equal(piece[i].done, i != 3 && i != 8);
}

static void a_crash_loses_one_piece(void **state)
{
    (void)state;
    for (unsigned most = 1; most < 5; most++) {
        crash_and_leave(most);
        assert_true(piece[3].known && WIFSIGNALED(piece[3].wait_status));
        assert_int_equal(WTERMSIG(piece[3].wait_status), SIGSEGV);
        assert_true(piece[8].known && WIFEXITED(piece[8].wait_status));
        assert_int_equal(WEXITSTATUS(piece[8].wait_status), 7);
    }
}

static void a_host_that_ignores_its_children_gets_its_pieces(void **state)
{
    (void)state;
    signal(SIGCHLD, SIG_IGN);
    crash_and_leave(2);
    signal(SIGCHLD, SIG_DFL);
    assert_false(piece[3].known);
}

/* Piece 5 waits for 0, and 2 is this process's own; 7 never is ready. */
static bool after_others(void *context, size_t number)
{
    (void)context;
    return number != 7 && (number != 5 || piece[0].done);
}

static bool own_work(void *context, size_t number)
{
    (void)context;
    return number == 2;
}

static void a_piece_begins_when_what_it_builds_on_is_there(void **state)
{
    const struct gck_crew crew = { .work = work, .context = shared, .ready = after_others, .own = own_work, .most = 3 };
    const struct gck_crew one_hand = { .work = work, .context = shared, .ready = after_others, .own = own_work };

    (void)state;
    for (unsigned round = 0; round < 4; round++) {
        memset(shared, 0, sizeof *shared);
        shared->leaves = PIECES;
        shared->crashes = round % 2 == 0 ? PIECES : 0;
        assert_int_equal(gck_crew_run(round < 2 ? &crew : &one_hand, PIECES, piece), GCK_OK);
        assert_int_equal(shared->pid[2], getpid());
        assert_true(shared->most <= (round < 2 ? 3 : 1)); /* its own work counts as one */
        for (size_t i = 0; i < PIECES; i++) {
            const bool begun = i != 7 && (i != 5 || round % 2 == 0);

            assert_int_equal(piece[i].over, begun);
            assert_int_equal(shared->pid[i] != 0, begun);
            assert_int_equal(piece[i].done, begun && i != shared->crashes);
        }
        private = 0;
    }
}

static void sleep_on(void *context, size_t number)
{
    (void)context;
    shared->pid[number] = getpid();
    atomic_store(&shared->done[number], 1);
    sleep(1000);
}

static void children_die_with_their_parent(void **state)
{
    const struct gck_crew crew = { .work = sleep_on, .context = shared, .most = 3 };
    pid_t host;
    int status;

    (void)state;
    memset(shared, 0, sizeof *shared);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    fflush(NULL);
    host = fork();
    if (host == 0) {
        gck_crew_run(&crew, 3, piece);
        _exit(0);
    }
    while (shared->done[0] == 0 || shared->done[1] == 0 || shared->done[2] == 0)
        usleep(1000);
    kill(host, SIGKILL);
    assert_int_equal(waitpid(host, &status, 0), host);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(waitpid(shared->pid[i], &status, 0), shared->pid[i]);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

/* ---- seats ---- */

/* A process that sits down as often as it can. Returns its number; *taken: how many seats it got. */
static pid_t sit_down(int seats, unsigned *taken)
{
    pid_t child;

    atomic_store(&shared->now, 0);
    atomic_store(&shared->most, 0);
    fflush(NULL);
    child = fork();
    if (child == 0) {
        while (gck_seats_take(&seats) >= 0)
            atomic_fetch_add(&shared->now, 1);
        atomic_store(&shared->most, 1);
        for (;;)
            pause();
    }
    while (atomic_load(&shared->most) == 0)
        usleep(1000);
    *taken = atomic_load(&shared->now);
    return child;
}

static void stand_up(pid_t child)
{
    int status;

    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void a_seat_is_free_when_its_holder_is_gone(void **state)
{
    const int seats = gck_seats_new(3);
    int none = -1;
    unsigned taken;
    pid_t child;

    (void)state;
    assert_true(seats >= 0);
    assert_int_equal(gck_seats_count(seats), 3);
    gck_seats_keep(seats, 3);
    stand_up(sit_down(seats, &taken));
    assert_int_equal(taken, 0);
    gck_seats_keep(seats, 1);
    child = sit_down(seats, &taken);
    assert_int_equal(taken, 2);
    stand_up(sit_down(seats, &taken));
    assert_int_equal(taken, 0);
    stand_up(child);
    stand_up(sit_down(seats, &taken));
    assert_int_equal(taken, 2);
    gck_seats_keep(seats, 0);
    stand_up(sit_down(seats, &taken));
    assert_int_equal(taken, 3);
    close(seats);
    assert_int_equal(gck_seats_take(&none), -1);
    assert_int_equal(gck_seats_count(none), 0);
}

/* ---- examinations ---- */

static struct gck_options options;
static struct gck_result one, other;
static bool in_blocks;

static void hear(void *context, const char *doing, size_t done, size_t of)
{
    (void)context;
    assert_true(done <= of);
    in_blocks = in_blocks || strcmp(doing, "gradient: every element") == 0;
}

static void add_dim(const char *name, const char *size)
{
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_DIM, name, size };
}

static void examine(const struct gck_layer *layer, const struct gck_layer *twin, unsigned jobs,
                    struct gck_result *result)
{
    in_blocks = false;
    options.jobs = jobs;
    options.progress = hear;
    memset(result, 0, sizeof *result);
    gck_examine(layer, twin, &options, result);
    result->seconds = 0;
}

/* The same bytes for any number of processes. large: it is cut into blocks. */
static void assert_same(const struct gck_layer *layer, const struct gck_layer *twin, bool large)
{
    static const unsigned jobs[] = { 2, 5 };

    examine(layer, twin, 1, &one);
    if (in_blocks != large)
        fail_msg("%s was %sexamined in blocks", layer->name, in_blocks ? "" : "not ");
    for (size_t i = 0; i < (CHECK_LESS > 1 ? 1 : sizeof jobs / sizeof jobs[0]); i++) {
        examine(layer, twin, jobs[i], &other);
        if (memcmp(&one, &other, sizeof one) != 0)
            fail_msg("%s: %u jobs find something else than one (%s, %s; forwards %llu, %llu)", layer->name, jobs[i],
                     one.why, other.why, (unsigned long long)one.forwards, (unsigned long long)other.forwards);
    }
}

static void built_in(const char *name, bool in_float, bool large)
{
    const struct gck_layer *const twin = gck_layer_find(name, GCK_TYPE_DOUBLE);

    assert_same(in_float ? gck_layer_find(name, GCK_TYPE_FLOAT) : twin, in_float ? twin : NULL, large);
    assert_int_equal(one.verdict, GCK_PASS);
    if (!large)
        return;
    examine(in_float ? gck_layer_find(name, GCK_TYPE_FLOAT) : twin, in_float ? twin : NULL, 0, &other);
    assert_false(in_blocks);
    assert_memory_equal(&one, &other, sizeof one); /* as without any process */
}

static void small_ones_fork_nothing(void **state)
{
    const struct gck_layer *layer;

    (void)state;
    options = gck_options_default();
    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        built_in(layer->name, false, false);
}

static void large_ones_find_the_same_with_any_number_of_jobs(void **state)
{
    (void)state;
    options = gck_options_default();
    add_dim("N", "3600");
    add_dim("C", "10");
    built_in("softmax_loss", false, true);
}

/* Samples that count differently, weights that all of them share, a twin, samples that depend on each other, large samples. */
static void so_do_all_kinds_of_large_ones(void **state)
{
    (void)state;
    options = gck_options_default();
    add_dim("N", "20000");
    add_dim("C", "10");
    if (CHECK_LESS == 1) /* under sanitizers each of them takes a minute */
        built_in("inner_product", false, true);
    add_dim("S", "1");
    built_in("softmax_loss", true, true);
    if (CHECK_LESS == 1)
        built_in("dice", false, false);
    built_in("euclidean", false, true);
    options.given[options.givens++] = (struct gck_given){ GCK_GIVEN_PARAM, "ignore_label", "2" };
    built_in("softmax_loss", false, true);
    assert_string_equal(one.factor, "by sample");
    options = gck_options_default();
    add_dim("N", "3");
    add_dim("C", "10");
    add_dim("S", "6000");
    built_in("softmax_loss", false, true);
    assert_string_equal(one.unit, "position");
}

static void so_do_those_that_are_looked_at_as_a_whole(void **state)
{
    (void)state;
    options = gck_options_default();
    add_dim("N", "12");
    add_dim("C", "240");
    add_dim("S", "1");
    built_in("softmax_loss", true, true);
}

static const char *plugin(const char *folder, const char *name)
{
    static char path[1200];
    const char *const build = getenv("GCK_BUILD");

    snprintf(path, sizeof path, "%s/%s/%s.so", build != NULL ? build : "build", folder, name);
    return path;
}

static const struct gck_layer *load(const char *folder, const char *name)
{
    static struct gck_plugin loaded;
    char message[GCK_MESSAGE_SIZE];

    if (gck_plugin_load(&loaded, plugin(folder, name), message) != GCK_OK)
        fail_msg("%s", message);
    return loaded.double_layer[0];
}

/* Those that keep something between their calls, too: each block begins where the exam began. */
static void wrong_ones_are_found_wrong_in_the_same_way(void **state)
{
    static const char *const names[] = { "one_element", "loss_accumulated" };

    (void)state;
    options = gck_options_default();
    add_dim("N", "12");
    add_dim("C", "150");
    add_dim("S", "1");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_same(load("broken", names[i]), NULL, true);
        assert_int_equal(one.verdict, GCK_FAIL);
    }
}

/* ---- crashes ---- */

static size_t trap;
static double bait;

static void set_trap(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)context, (void)shape;
    if (strcmp(port, "prediction") == 0)
        value[trap] = bait;
}

static void spring(double with, const char *words)
{
    const struct gck_layer *const layer = load("plugins", "crash_far");
    size_t elements = 0;

    options = gck_options_default();
    options.refill = set_trap;
    add_dim("N", "12");
    add_dim("C", "180");
    add_dim("S", "1");
    trap = 777;
    bait = with;
    assert_same(layer, NULL, true);
    assert_int_equal(one.verdict, GCK_ERROR);
    assert_int_equal(one.status, GCK_ECRASH);
    assert_int_equal(gck_exit_code(&one, 1), 3);
    assert_says(one.why, words);
    assert_says(one.why, " of prediction were not checked: ");
    assert_says(one.why, " of 4320 elements in all");
    assert_int_equal(one.finding[one.findings - 1].code, 212);
    assert_string_equal(one.finding[one.findings - 1].measured, one.why);
    assert_int_equal(one.loss_weight.answer, GCK_FINE);
    for (unsigned p = 0; p < one.ports; p++) {
        elements += one.port[p].elements;
        assert_int_equal(one.port[p].agree, one.port[p].elements);
    }
    assert_true(elements > 4320 / 2 && elements < 4320);
}

static void a_crash_in_one_block_leaves_the_others(void **state)
{
    (void)state;
    spring(777, "the layer crashed (SIGSEGV, segmentation fault) there");
    spring(888, "the layer left by exit(0) there");
}

/* ---- exams side by side ---- */

/* A right layer, but for one thing that it does at one call. */
enum deed { NOTHING, DIES_UNASKED, DIES_AT_A_WEIGHT, DIES_TWICE_OVER, LEAVES_ROUNDING, HANGS_UNASKED, DIES_EXACTLY };
static enum deed deed;

static enum gck_status do_deed(struct gck_io *io, bool backward)
{
    const double weight = gck_peek(io->top[0]->diff, sizeof(double), 0);
    const bool unasked = backward && !io->propagate_down[0];

    if (backward && fegetround() == FE_UPWARD)
        shared->pid[0] = getpid();
    if ((deed == DIES_UNASKED && unasked) || (deed == DIES_AT_A_WEIGHT && backward && weight == -1.375)
        || (deed == DIES_TWICE_OVER && !backward && io->bottom[0]->shape.dim[0] == 4500))
        raise(SIGSEGV);
    if (deed == LEAVES_ROUNDING && backward && fegetround() == FE_UPWARD)
        exit(7);
    while (deed == HANGS_UNASKED && unasked)
        pause();
    return GCK_OK;
}

static enum gck_status do_forward(struct gck_io *io)
{
    do_deed(io, false);
    return gck_layer_find("euclidean", GCK_TYPE_DOUBLE)->forward(io);
}

static enum gck_status do_backward(struct gck_io *io)
{
    do_deed(io, true);
    return gck_layer_find("euclidean", GCK_TYPE_DOUBLE)->backward(io);
}

static enum gck_status do_exactly(struct gck_io *io)
{
    (void)io;
    raise(SIGSEGV);
    return GCK_OK;
}

static struct gck_layer doer(enum deed what)
{
    static struct gck_layer exact;
    struct gck_layer layer = *gck_layer_find("euclidean", GCK_TYPE_DOUBLE);

    deed = what;
    layer.forward = do_forward;
    layer.backward = do_backward;
    options = gck_options_default();
    add_dim("N", "9000");
    add_dim("C", "10");
    add_dim("S", "1");
    if (what == DIES_EXACTLY && gck_layer_find("euclidean", GCK_TYPE_EXACT) != NULL) {
        exact = *gck_layer_find("euclidean", GCK_TYPE_EXACT);
        exact.forward = do_exactly;
        options.exact = &exact;
    }
    return layer;
}

static void exams_of_a_large_layer_are_made_in_children(void **state)
{
    const struct gck_layer layer = doer(NOTHING);

    (void)state;
    shared->pid[0] = 0;
    assert_same(&layer, NULL, true);
    assert_int_equal(one.verdict, GCK_PASS);
    assert_int_not_equal(shared->pid[0], 0);
    assert_int_not_equal(shared->pid[0], getpid());
    examine(&layer, NULL, 0, &other);
    assert_int_equal(shared->pid[0], getpid());
    assert_memory_equal(&one, &other, sizeof one);
}

static void in_a_worker(const struct gck_layer *layer, unsigned jobs, struct gck_result *result)
{
    options.jobs = jobs;
    options.progress = NULL;
    memset(result, 0, sizeof *result);
    gck_examine_in_worker(layer, NULL, &options, result);
    result->seconds = 0;
}

static void assert_told(enum deed what, const char *words)
{
    const struct gck_layer layer = doer(what);

    options.seconds = what == HANGS_UNASKED ? 5 : 60;
    in_a_worker(&layer, 0, &one);
    assert_int_equal(one.verdict, GCK_ERROR);
    assert_string_equal(one.why, words);
    for (unsigned jobs = 1; jobs < 4; jobs++) {
        in_a_worker(&layer, jobs, &other);
        assert_string_equal(other.why, words);
        assert_memory_equal(&one, &other, sizeof one);
    }
}

static void a_crash_in_one_of_them_is_told_as_ever(void **state)
{
    (void)state;
    assert_told(DIES_UNASKED, "crashed (SIGSEGV, segmentation fault) during \"contract: backward touches no diff that nobody "
                              "asked for\"; nothing was checked");
    assert_told(DIES_AT_A_WEIGHT, "crashed (SIGSEGV, segmentation fault) during \"loss weight: Backward at several weights\"; "
                                  "contract was checked");
    assert_told(DIES_TWICE_OVER, "crashed (SIGSEGV, segmentation fault) during \"batch: every sample twice\"; contract and loss "
                                 "weight were checked");
    if (gck_layer_at(0, GCK_TYPE_EXACT) != NULL)
        assert_told(DIES_EXACTLY, "crashed (SIGSEGV, segmentation fault) during \"exact: derivatives of the exact twin\"; "
                                  "contract, loss weight and 1/num were checked");
    assert_told(LEAVES_ROUNDING, "left by exit(7) in the middle of \"gradient: the first Backward\"; contract was checked");
}

static void so_is_one_that_hangs(void **state)
{
    (void)state;
    assert_told(HANGS_UNASKED, "took longer than 5 s during \"contract: backward touches no diff that nobody asked for\"; nothing "
                               "was checked");
}

static void broken_layers_are_told_alike(void **state)
{
    static const char *const names[] = { "forward_in_place", "stale_first", "one_element", "weight_decays", "label_changed" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i += CHECK_LESS) {
        options = gck_options_default();
        add_dim("N", "20000");
        add_dim("C", "7");
        options.differences_only = true;
        assert_same(load("broken", names[i]), NULL, true);
        assert_int_equal(one.verdict, GCK_FAIL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_done_by_a_process_of_its_own),
        cmocka_unit_test(without_a_seat_there_is_one_at_a_time),
        cmocka_unit_test(a_crash_loses_one_piece),
        cmocka_unit_test(a_host_that_ignores_its_children_gets_its_pieces),
        cmocka_unit_test(a_piece_begins_when_what_it_builds_on_is_there),
        cmocka_unit_test(children_die_with_their_parent),
        cmocka_unit_test(a_seat_is_free_when_its_holder_is_gone),
        cmocka_unit_test(small_ones_fork_nothing),
        cmocka_unit_test(large_ones_find_the_same_with_any_number_of_jobs),
        cmocka_unit_test(so_do_all_kinds_of_large_ones),
        cmocka_unit_test(so_do_those_that_are_looked_at_as_a_whole),
        cmocka_unit_test(wrong_ones_are_found_wrong_in_the_same_way),
        cmocka_unit_test(a_crash_in_one_block_leaves_the_others),
        cmocka_unit_test(exams_of_a_large_layer_are_made_in_children),
        cmocka_unit_test(a_crash_in_one_of_them_is_told_as_ever),
        cmocka_unit_test(so_is_one_that_hangs),
        cmocka_unit_test(broken_layers_are_told_alike),
    };

    shared = gck_shared_new(sizeof *shared);
    return shared == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
