/* diagnose.h -- from evidence to findings: what is wrong, in words.
 *
 * Reads what the exams measured and names it. Runs no layer; what it wants to know more of it asks through exam/questions.h
 * alone. Claims only what was measured, says what was ruled out, and falls back to numbers. */
#ifndef GCK_DIAGNOSIS_DIAGNOSE_H
#define GCK_DIAGNOSIS_DIAGNOSE_H

#include "diagnosis/factor.h"

/* Fills the result's findings and its verdict. */
void gck_diagnose(struct gck_check *check);

/* gck_examine without its end: the evidence stays in *check (NULL: GCK_EMEMORY, which is told). Close it after every
 * return. */
enum gck_status gck_examine_open(struct gck_check *check, const struct gck_layer *layer,
                                 const struct gck_layer *twin, const struct gck_options *options,
                                 struct gck_result *result);

/* A new finding of the result with the catalogue's severity, to be filled in; NULL where there is no room. */
struct gck_finding *gck_finding_add(struct gck_result *result, unsigned code, const char *port);
/* Has it a finding of that code? */
bool gck_finding_has(const struct gck_result *result, unsigned code);

/* The worst disagreeing elements of the claim into the finding, at most so many. */
void gck_finding_worst(const struct gck_claim *claim, struct gck_finding *finding, unsigned most);

/* The parts, in their order. contract: returns true where what it found explains wrong values as well. */
bool gck_diagnose_contract(struct gck_check *check);
void gck_diagnose_types(struct gck_check *check); /* float and double disagree in Forward */
void gck_diagnose_weight(struct gck_check *check);
void gck_diagnose_gradient(struct gck_check *check);
/* What most diffs of a port are off by (factor.h), under the code of its law: one finding, or one for the law, one for
 * the sign and one for the number. Of its sign alone. */
void gck_factor_findings(struct gck_check *check, const struct gck_claim *claim, const struct gck_factor *factor);
void gck_factor_sign(struct gck_check *check, const struct gck_claim *claim, const struct gck_factor *factor);
/* A factor that stands beside something else and was told apart by its size alone: a doubtful finding, or none. */
void gck_factor_suggest(struct gck_check *check, const struct gck_claim *claim, double factor);
/* Patterns (pattern.h): true where one explains what is wrong with the claim once `told` is taken out of its diffs, or nothing is
 * left to explain. */
bool gck_pattern_findings(struct gck_check *check, const struct gck_claim *claim, double told);
/* Two patterns at once, where no single one fits. True where they explain all; a part that is missing may be told although other
 * elements are left. */
bool gck_pattern_pairs(struct gck_check *check, const struct gck_claim *claim, double told);
/* Names elements that only the exact twin could tell; true where those are all `disagreeing` ones of the claim. */
bool gck_diagnose_exact(struct gck_check *check, const struct gck_claim *claim, size_t disagreeing);
void gck_diagnose_float(struct gck_check *check); /* double layers that compute in float somewhere */
/* Is that so, and are the claim's disagreeing elements off by no more than float's rounding? */
bool gck_float_explains(const struct gck_check *check, const struct gck_claim *claim);
void gck_diagnose_run(struct gck_check *check); /* what this run could not have seen */

#endif
