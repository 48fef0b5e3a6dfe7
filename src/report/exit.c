/* exit.c -- one number for a shell: what all results together mean. */
#include "gradcheck/gradcheck.h"

/* Someone else's mistake (the plug-in's) is told apart from what the user asked for. */
static int error_code(enum gck_status status)
{
    switch (status) {
    case GCK_ELOAD:
    case GCK_ECRASH:
    case GCK_ETIME:
        return 3;
    case GCK_EEMPTY:
        return 4;
    default:
        return 2;
    }
}

static int code_of(const struct gck_result *result)
{
    switch (result->verdict) {
    case GCK_PASS:
        return 0;
    case GCK_FAIL:
        return 1;
    case GCK_ERROR:
        return error_code(result->status);
    default:
        return 4;
    }
}

/* 2 over 3 over 1 over 4 over 0 */
static int rank(int code)
{
    static const int ranks[] = { [0] = 0, [4] = 1, [1] = 2, [3] = 3, [2] = 4 };

    return ranks[code];
}

int gck_exit_code(const struct gck_result *result, size_t results)
{
    size_t passed = 0;
    int code = 0;

    for (size_t i = 0; i < results; i++) {
        const int own = code_of(&result[i]);

        if (result[i].verdict == GCK_PASS)
            passed++;
        /* one layer that was left out does no harm where another one was examined */
        else if (result[i].verdict != GCK_SKIPPED && rank(own) > rank(code))
            code = own;
    }
    return code == 0 && passed == 0 ? 4 : code;
}
