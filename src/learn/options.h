/* options.h -- exercises in which the check is wrong, not the layer: the learner changes one line of the
 * file's head, " * options: --loss-weight 1", and nothing else. */
#ifndef GCK_LEARN_OPTIONS_H
#define GCK_LEARN_OPTIONS_H

#include "learn/course.h"

enum { GCK_OPTIONS_SIZE = 512 };

/* The options of the learner's text. False, with a sentence, where something else was changed, or an
 * option is not one that says what the layer is fed with. message: GCK_MESSAGE_SIZE bytes. */
bool gck_options_read(const struct gck_exercise *exercise, const char *text,
                      char options[GCK_OPTIONS_SIZE], char *message);

#endif
