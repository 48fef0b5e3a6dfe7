/* check_threads.c -- loops that threads share: every number once, and the same numbers as one thread makes. */
#include "check.h"

#include "core/random.h"
#include "core/threads.h"
#include "layer/fill.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MOST = 1000 };

struct seen {
    unsigned char times[MOST];
    size_t unit;
    atomic_uint parts, odd, elsewhere;
    pthread_t caller;
};

static void see(void *context, size_t first, size_t end)
{
    struct seen *const seen = context;

    for (size_t i = first; i < end; i++)
        seen->times[i]++;
    atomic_fetch_add(&seen->parts, 1);
    atomic_fetch_add(&seen->odd, first % seen->unit != 0);
    atomic_fetch_add(&seen->elsewhere, !pthread_equal(pthread_self(), seen->caller));
}

static void every_number_is_somebodys_once(void **state)
{
    static const size_t length[] = { 0, 1, 2, 3, 7, 64, 999, 1000 };

    (void)state;
    for (size_t k = 0; k < sizeof length / sizeof length[0]; k++)
        for (size_t unit = 1; unit < 4; unit++)
            for (unsigned threads = 0; threads < 12; threads++) {
                struct seen seen = { .unit = unit, .caller = pthread_self() };

                gck_threads_run(see, &seen, length[k], unit, threads);
                for (size_t i = 0; i < MOST; i++)
                    assert_int_equal(seen.times[i], i < length[k]);
                assert_int_equal(seen.odd, 0);
                assert_true(seen.parts <= (threads > 1 ? threads : 1));
                if (length[k] > 0)
                    assert_int_equal(seen.elsewhere, seen.parts - 1);
                if (threads == 2 && length[k] > 63)
                    assert_int_equal(seen.parts, 2);
            }
}

/* ---- what is drawn ---- */

static int asked, given;

static int one_more(void *context)
{
    (void)context;
    asked++;
    return given = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int none_left(void *context)
{
    (void)context;
    asked++;
    return -1;
}

static void draw(const struct gck_setup *setup, const struct gck_port *port, size_t count, double *value)
{
    const struct gck_shape shape = { .axes = 1, .dim = { count } };

    for (size_t i = 0; i < count; i++)
        value[i] = -1e9;
    gck_fill(setup, port, &shape, gck_stream("drawn"), value);
}

/* An odd number of them, so that the last has no other half. */
static void threads_draw_what_one_draws(void **state)
{
    static const enum gck_fill kinds[] = { GCK_GAUSSIAN, GCK_POSITIVE, GCK_UNIFORM, GCK_LABELS, GCK_BINARY, GCK_SIGNS };
    static int (*const seat[])(void *context) = { NULL, one_more, none_left };
    const size_t count = 300001;
    const struct gck_layer *const layer = gck_layer_find("euclidean", GCK_TYPE_DOUBLE);
    struct gck_options options = gck_options_default();
    double *const alone = malloc(count * sizeof *alone), *const shared = malloc(count * sizeof *shared);
    char message[GCK_MESSAGE_SIZE];
    struct gck_setup setup;

    (void)state;
    assert_int_equal(gck_setup_open(&setup, layer, &options, message), GCK_OK);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const struct gck_port port = { .name = "drawn", .fill = kinds[k], .lo = -2, .hi = 3 };

        options.jobs = 0;
        options.seat = one_more;
        asked = 0;
        draw(&setup, &port, count, alone);
        assert_int_equal(asked, 0);
        options.jobs = 2;
        draw(&setup, &port, 1000, shared); /* too few for a second thread */
        assert_int_equal(asked, 0);
        assert_memory_equal(shared, alone, 1000 * sizeof *alone);
        for (size_t s = 0; s < sizeof seat / sizeof seat[0]; s++) {
            options.seat = seat[s];
            asked = 0;
            draw(&setup, &port, count, shared);
            assert_int_equal(asked, seat[s] != NULL);
            assert_memory_equal(shared, alone, count * sizeof *alone);
            if (seat[s] == one_more) /* it was given back */
                assert_int_equal(fcntl(given, F_GETFD), -1);
        }
        if (kinds[k] == GCK_GAUSSIAN)
            for (size_t i = count - 100; i < count; i++)
                assert_near(alone[i], gck_normal(options.seed, gck_stream("drawn"), i) * options.scale, 0);
    }
    gck_setup_close(&setup);
    free(alone);
    free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_somebodys_once),
        cmocka_unit_test(threads_draw_what_one_draws),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
