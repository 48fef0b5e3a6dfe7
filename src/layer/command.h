/* command.h -- programs run side by side, with what they write kept. */
#ifndef GCK_LAYER_COMMAND_H
#define GCK_LAYER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum { GCK_WORDS = 128 };

/* A list of words, NULL-ended; an added word is copied. Start from zeros. */
struct gck_words {
    char *word[GCK_WORDS + 1];
    unsigned count;
    bool lost; /* there were too many, or no memory */
};

void gck_words_add(struct gck_words *words, const char *word);
/* Every word of a text, which stand between spaces. */
void gck_words_split(struct gck_words *words, const char *text);
void gck_words_free(struct gck_words *words);

/* Start from zeros with argv set; free it after every gck_commands_run. */
struct gck_command {
    char *const *argv;
    int error;       /* errno where it could not be started, else 0 */
    int wait_status; /* of waitpid, where it could */
    char *out,
        *err; /* what it wrote, ended by a 0; never NULL after the run, unless error is set */
    size_t out_size, err_size;
};

/* Starts all and waits for all. Signals that would end this process are held back until then (a
 * terminal sends them to the programs as well), so that the caller can clean up. verbose: the
 * command lines go to stderr. */
void gck_commands_run(struct gck_command *command, unsigned commands, bool verbose);
bool gck_command_good(const struct gck_command *command);
void gck_command_free(struct gck_command *command);

#endif
