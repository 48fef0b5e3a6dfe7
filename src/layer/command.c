/* command.c -- programs run side by side, with what they write kept. */
#include "layer/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- words ---- */

static void add_part(struct gck_words *words, const char *text, size_t length)
{
    char *const copy = words->count < GCK_WORDS ? strndup(text, length) : NULL;

    if (copy == NULL)
        words->lost = true;
    else
        words->word[words->count++] = copy;
}

void gck_words_add(struct gck_words *words, const char *word)
{
    add_part(words, word, strlen(word));
}

void gck_words_split(struct gck_words *words, const char *text)
{
    static const char *const space = " \t\n";

    for (text += strspn(text, space); *text != '\0'; text += strspn(text, space)) {
        const size_t length = strcspn(text, space);

        add_part(words, text, length);
        text += length;
    }
}

void gck_words_free(struct gck_words *words)
{
    while (words->count > 0) {
        free(words->word[--words->count]);
        words->word[words->count] = NULL;
    }
}

/* ---- commands ---- */

/* What one command writes goes to files in memory: no pipe can fill up, whoever is waited for
 * first. */
struct running {
    pid_t pid; /* 0: it was not started */
    int out, err;
};

static void tell(char *const *argv)
{
    for (size_t i = 0; argv[i] != NULL; i++)
        fprintf(stderr, "%s%s", i > 0 ? " " : "", argv[i]);
    fputc('\n', stderr);
}

static int spawn(struct running *running, char *const *argv, const sigset_t *mask)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int error;

    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, running->out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, running->err, STDERR_FILENO);
    posix_spawnattr_setsigmask(&attributes, mask);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    error = posix_spawnp(&running->pid, argv[0], &files, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        running->pid = 0;
    return error;
}

static void start(struct gck_command *command, struct running *running, const sigset_t *mask)
{
    running->pid = 0;
    running->out = memfd_create("out", MFD_CLOEXEC);
    running->err = memfd_create("err", MFD_CLOEXEC);
    command->error =
        running->out < 0 || running->err < 0 ? errno : spawn(running, command->argv, mask);
}

/* The whole file as text; NULL without memory. */
static char *read_back(int fd, size_t *size)
{
    struct stat file;
    char *text;

    if (fstat(fd, &file) != 0)
        return NULL;
    text = malloc((size_t)file.st_size + 1);
    for (*size = 0; text != NULL && *size < (size_t)file.st_size;) {
        const ssize_t count = pread(fd, text + *size, (size_t)file.st_size - *size, (off_t)*size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        *size += (size_t)count;
    }
    if (text != NULL)
        text[*size] = '\0';
    return text;
}

static void finish(struct gck_command *command, struct running *running)
{
    while (running->pid > 0 && waitpid(running->pid, &command->wait_status, 0) < 0)
        if (errno != EINTR) {
            command->error = errno;
            break;
        }
    if (command->error == 0) {
        command->out = read_back(running->out, &command->out_size);
        command->err = read_back(running->err, &command->err_size);
        if (command->out == NULL || command->err == NULL)
            command->error = ENOMEM;
    }
    if (running->out >= 0)
        close(running->out);
    if (running->err >= 0)
        close(running->err);
}

void gck_commands_run(struct gck_command *command, unsigned commands, bool verbose)
{
    static const int deadly[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    struct running *const running = calloc(commands, sizeof *running);
    sigset_t held, before;

    sigemptyset(&held);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
        sigaddset(&held, deadly[i]);
    pthread_sigmask(SIG_BLOCK, &held, &before);
    for (unsigned i = 0; i < commands; i++) {
        if (verbose)
            tell(command[i].argv);
        command[i].error = ENOMEM;
        if (running != NULL)
            start(&command[i], &running[i], &before);
    }
    for (unsigned i = 0; running != NULL && i < commands; i++)
        finish(&command[i], &running[i]);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    free(running);
}

bool gck_command_good(const struct gck_command *command)
{
    return command->error == 0 && WIFEXITED(command->wait_status)
           && WEXITSTATUS(command->wait_status) == 0;
}

void gck_command_free(struct gck_command *command)
{
    free(command->out);
    free(command->err);
    command->out = command->err = NULL;
}
