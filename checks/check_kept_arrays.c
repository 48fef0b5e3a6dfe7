/* check_kept_arrays.c -- memory of large arrays: what it holds when it is new, forgotten, shared; and arrays that are remembered. */
#include "check.h"

#include "core/crew.h"
#include "core/pages.h"
#include "exam/snapshot.h"
#include "layer/setup.h"

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static const size_t mega = 1 << 20;

static bool all_are(const unsigned char *array, size_t bytes, unsigned char value)
{
    for (size_t i = 0; i < bytes; i++)
        if (array[i] != value)
            return false;
    return true;
}

/* Below and above what is mapped, what has huge pages, and what ends in one. */
static void arrays_are_zero_and_aligned_at_any_size(void **state)
{
    const size_t sizes[] = { 1, 1000, mega - 1, mega, mega + 1, 2 * mega - 1, 2 * mega, 2 * mega + 1, 8000512, 16000512, 9 * mega };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *const array = gck_pages_new(sizes[i]);

        assert_non_null(array);
        assert_int_equal((uintptr_t)array % 64, 0);
        assert_true(all_are(array, sizes[i], 0));
        memset(array, 7, sizes[i]);
        assert_true(all_are(array, sizes[i], 7));
        gck_pages_free(array);
    }
}

static void a_large_array_that_is_forgotten_is_zero_and_a_trimmed_one_keeps_its_beginning(void **state)
{
    const size_t bytes = 9 * mega, kept = 3 * mega + 5;
    unsigned char *const array = gck_pages_new(bytes);

    (void)state;
    assert_non_null(array);
    memset(array, 7, bytes);
    gck_pages_trim(array, kept);
    assert_true(all_are(array, kept, 7));
    assert_true(all_are(array + 4 * mega, 5 * mega, 0));
    gck_pages_forget(array);
    assert_true(all_are(array, bytes, 0));
    memset(array, 8, bytes);
    assert_true(all_are(array, bytes, 8));
    gck_pages_free(array);
}

/* What a child forgets the parent still has; what it makes ready of shared memory stays as it was. */
static void a_child_forgets_for_itself(void **state)
{
    const size_t bytes = 5 * mega;
    unsigned char *const own = gck_pages_new(bytes), *const shared = gck_shared_new(bytes);
    int end;
    pid_t child;

    (void)state;
    assert_non_null(own);
    assert_non_null(shared);
    memset(own, 7, bytes);
    memset(shared, 7, bytes);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool good;

        gck_pages_forget(own);
        good = all_are(own, bytes, 0);
        memset(own, 9, bytes);
        gck_shared_ready(shared + 100, bytes - 200);
        good = good && all_are(shared, bytes, 7);
        memset(shared, 9, bytes);
        _exit(!good);
    }
    assert_int_equal(waitpid(child, &end, 0), child);
    assert_true(WIFEXITED(end) && WEXITSTATUS(end) == 0);
    assert_true(all_are(own, bytes, 7));
    assert_true(all_are(shared, bytes, 9));
    gck_pages_free(own);
    gck_shared_free(shared, bytes);
}

/* An array that holds the same is borrowed; where one bit differs, it is copied, and what was borrowed before is not touched. */
static void what_is_remembered_is_borrowed_or_copied(void **state)
{
    static struct gck_snapshot first, second;
    const struct gck_layer *const layer = gck_layer_find("euclidean", GCK_TYPE_DOUBLE);
    const struct gck_options options = gck_options_default();
    char message[GCK_MESSAGE_SIZE];
    struct gck_setup setup;
    struct gck_rig rig;
    double *data, before;
    size_t at;

    (void)state;
    assert_int_equal(gck_setup_open(&setup, layer, &options, message), GCK_OK);
    assert_int_equal(gck_rig_open(&rig, layer, &setup, 0, message), GCK_OK);
    assert_int_equal(gck_rig_fill(&rig, 0, false), GCK_OK);
    data = rig.bottom[0].data;
    before = data[3];
    assert_true(gck_snapshot_take_all(&first, &rig, NULL));
    data[3] = before + 1;
    assert_true(gck_snapshot_take_all(&second, &rig, &first));
    assert_ptr_not_equal(second.data[GCK_BOTTOMS][0], first.data[GCK_BOTTOMS][0]);
    assert_ptr_equal(second.data[GCK_BOTTOMS][1], first.data[GCK_BOTTOMS][1]);
    assert_ptr_equal(second.diff[GCK_BOTTOMS][0], first.diff[GCK_BOTTOMS][0]);
    assert_true(gck_snapshot_same(&second, &rig, GCK_BOTTOMS, 0, false, &at));
    assert_false(gck_snapshot_same(&first, &rig, GCK_BOTTOMS, 0, false, &at));
    assert_int_equal(at, 3);
    gck_snapshot_restore(&first, &rig);
    assert_near(data[3], before, 0);
    assert_true(gck_snapshot_take_all(&second, &rig, &first));
    assert_ptr_equal(second.data[GCK_BOTTOMS][0], first.data[GCK_BOTTOMS][0]);
    gck_snapshot_free(&second);
    assert_true(gck_snapshot_same(&first, &rig, GCK_BOTTOMS, 0, false, &at));
    gck_snapshot_free(&first);
    gck_rig_close(&rig);
    gck_setup_close(&setup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_zero_and_aligned_at_any_size),
        cmocka_unit_test(a_large_array_that_is_forgotten_is_zero_and_a_trimmed_one_keeps_its_beginning),
        cmocka_unit_test(a_child_forgets_for_itself),
        cmocka_unit_test(what_is_remembered_is_borrowed_or_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
