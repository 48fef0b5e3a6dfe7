/* check_tape.c -- what exact numbers write down, and what the host reads from it. */
#include "check.h"

#include "core/tape.h"

/* result = first operand * slope */
static uint32_t write_edge(uint32_t operand, double slope)
{
    if (gck_tape.next >= gck_tape.full)
        gck_tape_grow();
    *gck_tape.next++ = (struct gck_edge){ slope, operand, ++gck_tape.places };
    return gck_tape.places;
}

static void a_tape_grows_and_keeps_every_edge(void **state)
{
    enum { EDGES = 100000 };
    uint32_t last = 1;
    double *adjoint;

    (void)state;
    gck_tape_start(1);
    for (unsigned i = 0; i < EDGES; i++)
        last = write_edge(last, i % 2 == 0 ? 2 : 0.5);
    adjoint = gck_tape_adjoints();
    assert_non_null(adjoint);
    assert_int_equal(last, EDGES + 1);
    adjoint[last] = 3;
    gck_tape_sweep();
    assert_true(adjoint[1] == 3);
    gck_tape_start(1); /* the next one has nothing of it */
    last = write_edge(1, -1);
    adjoint = gck_tape_adjoints();
    assert_non_null(adjoint);
    adjoint[last] = 1;
    gck_tape_sweep();
    assert_true(adjoint[1] == -1);
    gck_tape_free();
}

static void zeros_and_infinities_meet_without_a_nan(void **state)
{
    double *adjoint;
    uint32_t steep, flat, unused;

    (void)state;
    gck_tape_start(2);
    flat = write_edge(1, 0);
    steep = write_edge(flat, HUGE_VAL);
    unused = write_edge(2, HUGE_VAL);
    adjoint = gck_tape_adjoints();
    assert_non_null(adjoint);
    adjoint[steep] = 1;
    adjoint[unused] = 0;
    gck_tape_sweep();
    assert_true(adjoint[flat] == HUGE_VAL && adjoint[1] == 0 && adjoint[2] == 0);
    gck_tape_free();
}

/* A number that was never set, or is left from another Forward: its place may be anything. */
static void a_place_of_nowhere_is_no_operand(void **state)
{
    double *adjoint;
    uint32_t result;

    (void)state;
    gck_tape_start(1);
    write_edge(4000000000u, 7);
    result = write_edge(1, 5);
    write_edge(result + 1, 7);
    adjoint = gck_tape_adjoints();
    assert_non_null(adjoint);
    for (uint32_t place = result - 1; place <= result + 1; place++)
        adjoint[place] = 1;
    gck_tape_sweep();
    assert_true(adjoint[1] == 5 && adjoint[result] == 1);
    gck_tape_free();
}

static void what_cannot_be_written_down_is_told(void **state)
{
    (void)state;
    gck_tape_free();
    for (unsigned i = 0; i < 100; i++) /* no tape was started: it goes nowhere */
        write_edge(1, 2);
    assert_null(gck_tape_adjoints());
    gck_tape_start(1);
    assert_non_null(gck_tape_adjoints());
    gck_tape_start(SIZE_MAX / 2); /* more inputs than there are places */
    write_edge(1, 2);
    assert_null(gck_tape_adjoints());
    gck_tape_start(1);
    assert_non_null(gck_tape_adjoints());
    gck_tape_free();
}

static void a_tape_holds_no_more_than_it_may_and_tells_how_much_it_would_have(void **state)
{
    enum { ALLOWED = 10000, EDGES = 30000 };

    (void)state;
    gck_tape_allow(ALLOWED);
    for (unsigned turn = 0; turn < 2; turn++) {
        gck_tape_start(1);
        for (unsigned i = 0; i < ALLOWED; i++)
            write_edge(1, 2);
        assert_non_null(gck_tape_adjoints());
        assert_int_equal(gck_tape_edges(), ALLOWED);
        write_edge(1, 2);
        assert_null(gck_tape_adjoints());
        for (unsigned i = ALLOWED + 1; i < EDGES; i++)
            write_edge(1, 2);
        assert_int_equal(gck_tape_edges(), EDGES);
    }
    gck_tape_allow(0);
    gck_tape_start(1);
    for (unsigned i = 0; i < EDGES; i++)
        write_edge(1, 2);
    assert_non_null(gck_tape_adjoints());
    gck_tape_allow(ALLOWED); /* what it had is given back */
    gck_tape_start(1);
    for (unsigned i = 0; i < ALLOWED + 1; i++)
        write_edge(1, 2);
    assert_null(gck_tape_adjoints());
    gck_tape_allow(0);
    gck_tape_free();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tape_grows_and_keeps_every_edge),
        cmocka_unit_test(zeros_and_infinities_meet_without_a_nan),
        cmocka_unit_test(a_place_of_nowhere_is_no_operand),
        cmocka_unit_test(what_cannot_be_written_down_is_told),
        cmocka_unit_test(a_tape_holds_no_more_than_it_may_and_tells_how_much_it_would_have),
    };

    return cmocka_run_group_tests_name("tape", tests, NULL, NULL);
}
