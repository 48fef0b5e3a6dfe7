/* contract_findings.c -- broken clauses of the contract, by their codes. */
#include "core/text.h"
#include "diagnosis/diagnose.h"

/* The code of a broken clause, and whether it makes the numbers of the other exams meaningless. They start from diffs of 0 and
 * with a Forward, so that what is added, or wrong the second time only, does not. */
static const struct {
    enum gck_clause_id id;
    unsigned code;
    bool explains;
} cause[] = {
    { GCK_FORWARD_REPEATS, 204, true },      { GCK_FORWARD_KEEPS_DATA, 206, false },
    { GCK_FORWARD_KEEPS_WEIGHTS, 215, false }, { GCK_NO_OLD_DATA, 209, true },
    { GCK_BACKWARD_KEEPS_DATA, 206, false }, { GCK_BACKWARD_KEEPS_TOP_DIFF, 207, false },
    { GCK_BACKWARD_REPEATS, 205, false },    { GCK_BACKWARD_SETS, 201, false },
    { GCK_BACKWARD_WRITES, 202, false },      { GCK_BACKWARD_ASKED, 203, false },
    { GCK_FORWARD_KEEPS_DIFFS, 214, false }, { GCK_NO_SCRATCH, 214, false },
    { GCK_NO_OLD_SHAPE, 209, false },        { GCK_WEIGHTS_ADDED, 213, false },
    { GCK_STAYS_INSIDE, 210, false },        { GCK_READS_INSIDE, 210, false },
    { GCK_REFUSES_LABELS, 211, false },      { GCK_REFUSES_SHAPES, 211, false },
};

static bool broken(const struct gck_check *check, enum gck_clause_id id)
{
    return check->clause[id].answer == GCK_WRONG;
}

/* Every pass comes to something else, since one reads what an earlier one has left. */
static bool unsettled(const struct gck_check *check)
{
    return check->clause[GCK_NO_OLD_DATA].lasts && !broken(check, GCK_FORWARD_REPEATS);
}

/* A clause that fails only because another one does tells nothing new. Data that a pass changes are put back after it, and what
 * fails all the same does so by itself. */
static bool consequence(const struct gck_check *check, enum gck_clause_id id)
{
    if (unsettled(check)
        && ((id == GCK_BACKWARD_ASKED && !check->clause[id].touched) || id == GCK_BACKWARD_SETS || id == GCK_NO_SCRATCH
            || id == GCK_FORWARD_KEEPS_DIFFS || id == GCK_BACKWARD_REPEATS || id == GCK_READS_INSIDE
            || id == GCK_NO_OLD_SHAPE))
        return true;
    if (unsettled(check) && id == GCK_NO_OLD_DATA)
        return false;
    switch (id) {
    case GCK_BACKWARD_REPEATS: /* what it reads there it has written over the first time */
        return broken(check, GCK_NO_SCRATCH) || broken(check, GCK_FORWARD_KEEPS_DIFFS)
               || broken(check, GCK_FORWARD_REPEATS);
    case GCK_NO_OLD_DATA:
    case GCK_NO_OLD_SHAPE:
        return broken(check, GCK_FORWARD_REPEATS) || broken(check, GCK_BACKWARD_SETS)
               || (id == GCK_NO_OLD_SHAPE
                   && (broken(check, GCK_NO_OLD_DATA) || broken(check, GCK_STAYS_INSIDE)
                       || broken(check, GCK_READS_INSIDE)));
    case GCK_BACKWARD_ASKED:
        return (!check->clause[id].touched
                && (broken(check, GCK_BACKWARD_SETS) || broken(check, GCK_FORWARD_KEEPS_DIFFS)))
               || broken(check, GCK_FORWARD_REPEATS);
    case GCK_BACKWARD_SETS: /* a value that never repeats isn't one that reads the old diff */
        return broken(check, GCK_FORWARD_REPEATS)
               || (check->clause[id].read && broken(check, GCK_READS_INSIDE)); /* astray, as far as into a diff */
    case GCK_READS_INSIDE:
        return broken(check, GCK_FORWARD_REPEATS) || broken(check, GCK_NO_OLD_DATA)
               || (!check->clause[GCK_BACKWARD_SETS].read
                   && (broken(check, GCK_BACKWARD_SETS) || broken(check, GCK_BACKWARD_REPEATS)));
    default:
        return false;
    }
}

static unsigned code_of(const struct gck_check *check, unsigned c)
{
    if (cause[c].id == GCK_BACKWARD_SETS && check->clause[cause[c].id].in_forward)
        return 210;
    return cause[c].id == GCK_FORWARD_KEEPS_DIFFS && check->clause[cause[c].id].top ? 207 : cause[c].code;
}

/* Backward computes with what Forward changed: wrong numbers may come from that, as a derivative at another point, and no
 * rerun tells. Likewise where it takes what lies in a bottom diff for its own, and what comes out is no multiple of the weight. */
static bool spoils(const struct gck_check *check)
{
    const struct gck_result *const result = check->result;
    const struct gck_weight_law *const law = &check->weight_law;
    const bool scratch = broken(check, GCK_FORWARD_KEEPS_DIFFS) || broken(check, GCK_NO_SCRATCH);

    if (scratch && law->measured && !law->linear && !law->same && !(law->uniform && gck_near(law->doubled, 4)))
        return true;
    return check->changes_reach
           && (result->loss_weight.answer == GCK_WRONG || result->batch.answer == GCK_WRONG
               || result->gradient.answer == GCK_WRONG);
}

bool gck_diagnose_contract(struct gck_check *check)
{
    bool explains = spoils(check);

    for (unsigned c = 0; c < sizeof cause / sizeof cause[0]; c++) {
        const struct gck_clause_evidence *const clause = &check->clause[cause[c].id];
        const unsigned code = code_of(check, c);
        struct gck_finding *finding;

        if (clause->answer != GCK_WRONG)
            continue;
        explains = explains || cause[c].explains
                   || (cause[c].id == GCK_NO_OLD_SHAPE && clause->lasts) || clause->read;
        if (consequence(check, cause[c].id) || gck_finding_has(check->result, code))
            continue;
        finding = gck_finding_add(check->result, code, clause->port);
        if (finding != NULL) {
            GCK_COPY(finding->measured, clause->why);
            finding->doubtful = clause->read;
        }
    }
    return explains;
}
