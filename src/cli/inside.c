/* inside.c -- commands that print about a layer in a file: this program executed anew loads it. */
#include "cli/plugin.h"

#include "core/self.h"
#include "core/text.h"
#include "core/vector.h"
#include "layer/load.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define INSIDE "GRADCHECK_INSIDE" /* in the environment of the executed one */
enum { SANITIZER_EXIT = 99 };

static void take_out(char **argv, size_t at)
{
    free(argv[at]);
    for (size_t i = at; argv[i] != NULL || i == at; i++)
        argv[i] = argv[i + 1];
}

/* verb, file, --dtype, the options that were given, and the operands where they are not the layer
 */
static char **command_line(const struct gck_cli *cli, const struct gck_file *file)
{
    const size_t operands = cli->verb->bit == GCK_FOR_COMPARE ? (size_t)cli->words : 0;
    const enum gck_type type = cli->type[GCK_TYPE_DOUBLE] ? GCK_TYPE_DOUBLE : GCK_TYPE_FLOAT;
    char **argv = gck_plugin_argv(cli, file, "", type), **longer;
    size_t used = 0;

    if (argv == NULL)
        return NULL;
    while (argv[used] != NULL)
        used++;
    longer = realloc(argv, (used + operands + 1) * sizeof *argv);
    if (longer == NULL)
        return argv;
    argv = longer;
    for (size_t i = 0; i < operands; i++)
        argv[used + i] = strdup(cli->word[i]);
    argv[used + operands] = NULL;
    free(argv[1]);
    argv[1] = strdup(cli->verb->name);
    take_out(argv, 3); /* the source's name goes by the environment */
    if (!cli->type_given) /* then it is up to the file */
        take_out(argv, 3);
    return argv;
}

bool gck_is_inside(void)
{
    return getenv(INSIDE) != NULL;
}

const char *gck_inside_source(void)
{
    return getenv(INSIDE);
}

static void set_environment(const struct gck_file *file)
{
    const char *const before = getenv("ASAN_OPTIONS");
    char options[1024] = "";

    setenv(INSIDE, file->source, 1);
    if (file->preload[0] != '\0')
        setenv("LD_PRELOAD", file->preload, 1);
    gck_append(options, sizeof options, "%s%sdetect_leaks=0:exitcode=%d",
               before != NULL ? before : "", before != NULL ? ":" : "", SANITIZER_EXIT);
    setenv("ASAN_OPTIONS", options, 1);
}

static _Noreturn void be_child(const struct gck_cli *cli, const struct gck_file *file, char **argv)
{
    char self[GCK_SELF_SIZE];

    set_environment(file);
    if (cli->ask.seconds > 0)
        alarm((unsigned)ceil(fmin(cli->ask.seconds, 1e6))); /* it outlives exec */
    execv(gck_self(self), argv);
    _exit(127);
}

static int ending(const struct gck_cli *cli, const char *word, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) != SANITIZER_EXIT)
        return WEXITSTATUS(status);
    if (WIFEXITED(status))
        gck_complain("%s was stopped by the sanitizer, whose words are above", word);
    else if (WTERMSIG(status) == SIGPIPE) /* whoever read this has enough */
        return 128 + SIGPIPE;
    else if (WTERMSIG(status) == SIGALRM)
        gck_complain("%s took more than %g seconds", word, cli->ask.seconds);
    else
        gck_complain("%s crashed: %s", word, strsignal(WTERMSIG(status)));
    return 3;
}

int gck_execute_inside(const struct gck_cli *cli, const char *word)
{
    char message[GCK_MESSAGE_SIZE];
    struct gck_file file;
    const enum gck_status status = gck_file_ready(cli, word, &file, message);
    char **argv;
    pid_t child;
    int ended;

    if (status != GCK_OK) {
        gck_complain("%s", message);
        return status == GCK_ELOAD ? 3 : 2;
    }
    argv = command_line(cli, &file);
    if (argv == NULL || argv[1] == NULL) {
        gck_plugin_argv_free(argv);
        return gck_complain("out of memory");
    }
    fflush(NULL);
    child = fork();
    if (child == 0)
        be_child(cli, &file, argv);
    gck_plugin_argv_free(argv);
    if (child < 0)
        return gck_complain("no process for %s: %s", word, strerror(errno));
    while (waitpid(child, &ended, 0) < 0)
        if (errno != EINTR)
            return gck_complain("%s was lost: %s", word, strerror(errno));
    return ending(cli, word, ended);
}

static int load(struct gck_cli *cli, const char *word,
                int (*tell)(struct gck_cli *cli, const struct gck_layer *layer))
{
    static struct gck_plugin plugin;
    char message[GCK_MESSAGE_SIZE];
    const enum gck_status status = gck_plugin_load_of(&plugin, word, gck_inside_source(), message);
    int code = 0;

    if (status != GCK_OK) {
        gck_complain("%s", message);
        return status == GCK_ELOAD ? 3 : 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0); /* what was told before a crash is seen */
    for (unsigned i = 0; i < plugin.layers && code == 0; i++) {
        const struct gck_layer *const in_float = plugin.float_layer[i], *const in_double =
                                                                            plugin.double_layer[i];
        const bool use_double = cli->type[GCK_TYPE_DOUBLE] && in_double != NULL;
        const bool there = use_double || (in_float != NULL && cli->type[GCK_TYPE_FLOAT]);

        if (!there && plugin.layers == 1)
            return gck_complain("%s has %s in %s only", word,
                                (in_float != NULL ? in_float : in_double)->name,
                                in_float != NULL ? "float" : "double");
        if (!there)
            continue;
        cli->family[GCK_TYPE_FLOAT] = in_float;
        cli->family[GCK_TYPE_DOUBLE] = in_double;
        cli->family[GCK_TYPE_EXACT] = plugin.exact_layer[i];
        code = tell(cli, use_double ? in_double : in_float);
    }
    return code;
}

int gck_with_layers(struct gck_cli *cli, const char *word,
                    int (*tell)(struct gck_cli *cli, const struct gck_layer *layer))
{
    const struct gck_layer *layer;

    if (gck_is_file(word) && !gck_file_there(word))
        return 2;
    if (gck_is_file(word) && !gck_is_inside())
        return gck_execute_inside(cli, word);
    gck_vector_single_thread();
    if (gck_is_file(word))
        return load(cli, word, tell);
    layer = gck_builtin(word, cli->type[GCK_TYPE_DOUBLE] ? GCK_TYPE_DOUBLE : GCK_TYPE_FLOAT);
    if (layer == NULL)
        return 2;
    for (unsigned t = GCK_TYPE_FLOAT; t <= GCK_TYPE_EXACT; t++)
        cli->family[t] = gck_layer_find(layer->name, (enum gck_type)t);
    return tell(cli, layer);
}
