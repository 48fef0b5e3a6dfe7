/* clauses.h -- the clauses of the contract between a layer and its host, one sentence each. */
#ifndef GCK_EXAM_CLAUSES_H
#define GCK_EXAM_CLAUSES_H

#define GCK_CLAUSE_LIST(X)                                                                         \
    X(GCK_FORWARD_REPEATS, "forward is repeatable")                                                \
    X(GCK_FORWARD_KEEPS_DATA, "forward changes no bottom")                                         \
    X(GCK_FORWARD_KEEPS_WEIGHTS, "forward changes no learnable weight")                            \
    X(GCK_FORWARD_KEEPS_DIFFS, "forward leaves every diff alone")                                  \
    X(GCK_BACKWARD_REPEATS, "backward is repeatable")                                              \
    X(GCK_BACKWARD_SETS, "backward sets, does not add")                                            \
    X(GCK_BACKWARD_WRITES, "backward writes every diff asked for")                                 \
    X(GCK_BACKWARD_ASKED, "backward touches no diff that nobody asked for")                        \
    X(GCK_BACKWARD_KEEPS_DATA, "backward changes no data")                                         \
    X(GCK_BACKWARD_KEEPS_TOP_DIFF, "backward leaves the top diffs alone")                          \
    X(GCK_NO_SCRATCH, "nothing lives in a bottom diff between the passes")                         \
    X(GCK_WEIGHTS_ADDED, "weight diffs are added to")                                              \
    X(GCK_NO_OLD_DATA, "nothing is kept from earlier data")                                        \
    X(GCK_NO_OLD_SHAPE, "nothing is kept from an earlier shape")                                   \
    X(GCK_STAYS_INSIDE, "nothing outside the blobs is written")                                    \
    X(GCK_READS_INSIDE, "nothing outside the blobs matters")                                       \
    X(GCK_REFUSES_LABELS, "labels that make no sense are refused")                                 \
    X(GCK_REFUSES_SHAPES, "shapes that do not fit are refused")

enum gck_clause_id {
#define GCK_CLAUSE_ENUMERATOR(id, sentence) id,
    GCK_CLAUSE_LIST(GCK_CLAUSE_ENUMERATOR)
#undef GCK_CLAUSE_ENUMERATOR
        GCK_CLAUSES
};

/* The sentence of a clause. Static. */
const char *gck_clause_sentence(enum gck_clause_id id);

#endif
