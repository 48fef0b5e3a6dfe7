/* verb_learn.c -- gradcheck learn: the exercises. */
#include "cli/learn_words.h"
#include "cli/sinks.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "learn/folder.h"
#include "learn/terminal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS = 10 }; /* what the exam of one file may take, unless --timeout says so */

/* One "gradcheck learn WORD". */
struct command {
    const char *name, *operand; /* operand: "", "[NAME]" */
    bool anywhere;              /* needs no folder of exercises */
    int (*run)(struct gck_cli *cli, struct gck_session *session, const char *operand);
    const char *summary;
};

/* ---- which of them ---- */

static const struct command commands[] = {
    { "watch", "", false, gck_learn_watch, "the current exercise after every save; the default" },
    { "run", "[NAME]", false, gck_learn_run, "the exercise once" },
    { "hint", "[NAME]", false, gck_learn_hint, "its next hint" },
    { "next", "", false, gck_learn_next, "on to the next exercise" },
    { "prev", "", false, gck_learn_prev, "back to the one before" },
    { "goto", "NAME", false, gck_learn_goto, "on to this one: 05b-squared, 5b or squared" },
    { "list", "", true, gck_learn_list, "all exercises; --pending: those that are not solved" },
    { "solution", "[NAME]", false, gck_learn_solution, "one solution, once it is solved" },
    { "reset", "NAME", false, gck_learn_reset, "the exercise as it was; --all: all of them" },
    { "check-all", "", false, gck_learn_check_all, "every exercise: which are solved?" },
    { "read", "[CHAPTER]", true, gck_learn_read, "a chapter of the tutorial, 0 to 15" },
    { "init", "[DIR]", true, gck_learn_init, "the exercises as files in a folder" },
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *word)
{
    const char *known[COMMANDS + 1] = { NULL };
    char near[GCK_MESSAGE_SIZE];

    for (size_t i = 0; i < COMMANDS; i++) {
        known[i] = commands[i].name;
        if (strcmp(commands[i].name, word) == 0)
            return &commands[i];
    }
    gck_complain("learn has no '%s'%s", word, gck_nearest(word, known, near, sizeof near));
    return NULL;
}

/* Where this is no folder of exercises, watch and run begin one; others say how. */
static bool enter_folder(const struct gck_session *session, const struct command *command)
{
    const bool here = gck_folder_is("."), beside = gck_folder_is(GCK_FOLDER_DEFAULT);
    char message[GCK_MESSAGE_SIZE];
    size_t written;

    if (here || (command->anywhere && !beside))
        return true;
    if (!beside && command->run != gck_learn_watch && command->run != gck_learn_run) {
        gck_complain("there are no exercises in this folder: gradcheck learn begins some in %s",
                     GCK_FOLDER_DEFAULT);
        return false;
    }
    if (!beside && gck_folder_init(&session->course, GCK_FOLDER_DEFAULT, &written, message) != GCK_OK) {
        gck_complain("%s", message);
        return false;
    }
    if (!beside)
        printf("There were no exercises in this folder. Now there are %zu in %s/, one file each.\n"
               "From now on: cd %s && gradcheck learn\n\n",
               written, GCK_FOLDER_DEFAULT, GCK_FOLDER_DEFAULT);
    if (chdir(GCK_FOLDER_DEFAULT) == 0)
        return true;
    gck_complain("%s cannot be entered: %s", GCK_FOLDER_DEFAULT, strerror(errno));
    return false;
}

void gck_learn_help(FILE *file)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        char left[64] = "";

        gck_append(left, sizeof left, "%s %s", commands[i].name, commands[i].operand);
        fprintf(file, "  learn %-18s  %s\n", left, commands[i].summary);
    }
}

int gck_verb_learn(struct gck_cli *cli)
{
    static struct gck_session session;
    const struct command *const command = cli->words > 0 ? find_command(cli->word[0]) : &commands[0];
    const char *const operand = cli->words > 1 ? cli->word[1] : NULL;
    char message[GCK_MESSAGE_SIZE];

    if (command == NULL) {
        gck_learn_help(stderr);
        return 2;
    }
    if (cli->words > (command->operand[0] != '\0' ? 2 : 1))
        return gck_complain("learn %s takes %s", command->name,
                            command->operand[0] != '\0' ? "one word" : "no further word");
    session.ask.parallel = cli->jobs;
    session.ask.seconds = cli->ask.seconds != gck_options_default().seconds ? cli->ask.seconds : SECONDS;
    session.ask.colour = gck_sinks_colour(cli, stdout);
    if (!gck_course_open(&session.course, message))
        return gck_complain("%s", message);
    if (session.course.exercises == 0)
        return gck_complain("this gradcheck was built without exercises");
    if (command->run == gck_learn_init)
        return gck_learn_init(cli, &session, operand);
    if (!enter_folder(&session, command))
        return 2;
    if (gck_session_open(&session, message) != GCK_OK)
        return gck_complain("%s", message);
    if (session.told[0] != '\0' && !(command->run == gck_learn_watch && gck_terminal_is()))
        gck_complain("%s", session.told);
    return command->run(cli, &session, operand);
}
