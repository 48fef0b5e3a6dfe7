/* verbs.c -- the table of commands. A new one is a row here, a bit for its options, a verb_x.c. */
#include "cli/verbs.h"

#include <string.h>

static const struct gck_verb verbs[] = {
    { "", "LAYER...", "the exam", GCK_FOR_CHECK, gck_verb_check },
    { "list", "", "the built-in layers and their formulas", GCK_FOR_LIST, gck_verb_list },
    { "explain", "LAYER|CODE", "what a layer computes; what a finding (GC101) means",
      GCK_FOR_EXPLAIN, gck_verb_explain },
    { "trace", "LAYER", "who writes top.diff[0], what Backward does with it", GCK_FOR_TRACE,
      gck_verb_trace },
    { "sweep", "LAYER", "the error of differences against their step", GCK_FOR_SWEEP, gck_verb_sweep },
    { "prove", "LAYER...", "puts mistakes into a layer and shows which exam finds each", GCK_FOR_PROVE,
      gck_verb_check },
    { "compare", "FILE.json...", "recorded cases: the loss and the diffs against another system's",
      GCK_FOR_COMPARE, gck_verb_compare },
    { "learn", "[COMMAND]", "broken layers to mend, each with hints: the tutorial's exercises",
      GCK_FOR_LEARN, gck_verb_learn },
};

const struct gck_verb *gck_verb_at(size_t index)
{
    return index < sizeof verbs / sizeof verbs[0] ? &verbs[index] : NULL;
}

const struct gck_verb *gck_verb_find(const char *name)
{
    for (size_t i = 1; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}
