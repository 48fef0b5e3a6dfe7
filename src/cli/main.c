/* main.c -- gradcheck, the command-line tool: which command it is, and the exit code. */
#include "cli/plugin.h"
#include "cli/verbs.h"
#include "worker/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

static void tell_version(void)
{
    printf("gradcheck %s\n"
           "plug-in ABI %d, JSON report 1, compiled by %s %s\n"
           "with jansson %s and OpenBLAS, float and double\n",
           GCK_VERSION, GCK_ABI,
#ifdef __clang__
           "clang", __clang_version__,
#else
           "gcc", __VERSION__,
#endif
           JANSSON_VERSION);
}

/* What was printed may not have arrived: a full disk is found out when the buffer goes out. */
static int closed(int code)
{
    const bool failed = ferror(stdout) != 0;

    if (fflush(stdout) == 0 && !failed)
        return code;
    return gck_complain("stdout could not be written: %s", strerror(errno));
}

static int run(const struct gck_verb *verb, int argc, char **argv)
{
    struct gck_cli cli;

    if (!gck_cli_read(&cli, verb, argc, argv))
        return 2;
    if (cli.help)
        gck_cli_help(verb, stdout);
    else if (cli.version)
        tell_version();
    else
        return verb->run(&cli);
    return 0;
}

/* Where a stream was closed the next file that is opened would take its number, and compilers stumble over that. What is
 * written to a stdout that was closed still fails: it is opened for reading. */
static void open_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return;
}

int main(int argc, char **argv)
{
    const struct gck_verb *const verb = argc > 1 ? gck_verb_find(argv[1]) : NULL;
    const int worker = gck_worker_fd();

    open_streams();
    if (worker >= 0)
        return gck_plugin_worker(worker, argc, argv);
    if (argc < 2) {
        fputs("usage: gradcheck LAYER... [options]\n"
              "       gradcheck list            the built-in layers\n"
              "       gradcheck --help          all commands and options\n",
              stderr);
        return 2;
    }
    return closed(verb != NULL ? run(verb, argc - 1, argv + 1) : run(gck_verb_at(0), argc, argv));
}
