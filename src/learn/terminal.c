/* terminal.c -- the terminal in the learner's hands. */
#include "learn/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define SCREEN_ON "\033[?1049h\033[H\033[2J"
#define SCREEN_OFF "\033[?1049l"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static const int dying[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
enum { ENDING = sizeof ending / sizeof ending[0], DYING = sizeof dying / sizeof dying[0], KEYS = 64 };

static struct {
    struct termios before;
    volatile sig_atomic_t on;    /* the terminal is ours */
    volatile sig_atomic_t ended; /* the signal that asks to end */
    volatile sig_atomic_t stopped, resized;
    struct sigaction old_ending[ENDING], old_dying[DYING], old_stop, old_resize;
    unsigned char key[KEYS];
    size_t keys, next;
} terminal;

/* write and nothing else: signal handlers call it, too */
static void put(const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(STDOUT_FILENO, text, size);

        if (written < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (written > 0) {
            text += written;
            size -= (size_t)written;
        }
    }
}

static void take(void)
{
    struct termios raw = terminal.before;

    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    put(SCREEN_ON, strlen(SCREEN_ON));
    terminal.on = 1;
}

static void give_back(void)
{
    if (!terminal.on)
        return;
    terminal.on = 0;
    put(SCREEN_OFF, strlen(SCREEN_OFF));
    tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.before);
}

static void note(int number)
{
    if (number == SIGTSTP)
        terminal.stopped = 1;
    else if (number == SIGWINCH)
        terminal.resized = 1;
    else
        terminal.ended = number;
}

/* A mistake of ours: give the terminal back first, then die of it. */
static void die(int number)
{
    const int error = errno;

    give_back();
    signal(number, SIG_DFL);
    raise(number);
    errno = error;
}

static void handle(int number, void (*handler)(int), int flags, struct sigaction *old)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number, NULL, old);
    if (old->sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

bool gck_terminal_is(void)
{
    const char *const name = getenv("TERM");

    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && name != NULL && name[0] != '\0'
           && strcmp(name, "dumb") != 0;
}

bool gck_terminal_begin(void)
{
    static bool at_exit;

    if (tcgetattr(STDIN_FILENO, &terminal.before) != 0)
        return false;
    if (!at_exit)
        at_exit = atexit(give_back) == 0;
    terminal.ended = terminal.stopped = terminal.resized = 0;
    terminal.keys = terminal.next = 0;
    for (int i = 0; i < ENDING; i++)
        handle(ending[i], note, 0, &terminal.old_ending[i]);
    for (int i = 0; i < DYING; i++)
        handle(dying[i], die, (int)SA_RESETHAND, &terminal.old_dying[i]);
    handle(SIGTSTP, note, 0, &terminal.old_stop);
    handle(SIGWINCH, note, 0, &terminal.old_resize);
    fflush(stdout);
    take();
    return true;
}

void gck_terminal_end(void)
{
    give_back();
    for (int i = 0; i < ENDING; i++)
        sigaction(ending[i], &terminal.old_ending[i], NULL);
    for (int i = 0; i < DYING; i++)
        sigaction(dying[i], &terminal.old_dying[i], NULL);
    sigaction(SIGTSTP, &terminal.old_stop, NULL);
    sigaction(SIGWINCH, &terminal.old_resize, NULL);
    if (terminal.ended != 0)
        raise(terminal.ended);
}

static void stop(void)
{
    terminal.stopped = 0;
    give_back();
    sigaction(SIGTSTP, &terminal.old_stop, NULL);
    raise(SIGTSTP); /* here the shell has the terminal */
    handle(SIGTSTP, note, 0, &terminal.old_stop);
    take();
}

/* What was typed; keys that send an escape sequence (arrows and the like) mean nothing here. */
static int read_keys(void)
{
    const ssize_t count = read(STDIN_FILENO, terminal.key, sizeof terminal.key);

    terminal.next = 0;
    terminal.keys = count > 0 && terminal.key[0] != '\033' ? (size_t)count : 0;
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
        return GCK_KEY_END;
    return terminal.keys > 0 ? terminal.key[terminal.next++] : GCK_KEY_NONE;
}

int gck_terminal_key(int milliseconds)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

    if (terminal.ended != 0)
        return GCK_KEY_END;
    if (terminal.next < terminal.keys)
        return terminal.key[terminal.next++];
    if (poll(&input, 1, milliseconds) > 0)
        return read_keys();
    if (terminal.ended != 0)
        return GCK_KEY_END;
    if (terminal.stopped)
        stop();
    else if (!terminal.resized)
        return GCK_KEY_NONE;
    terminal.resized = 0;
    return GCK_KEY_RESIZE;
}

size_t gck_terminal_rows(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

void gck_terminal_show(const char *text)
{
    char *screen = NULL;
    size_t size = 0;
    FILE *const file = open_memstream(&screen, &size);

    if (file == NULL)
        return;
    fputs("\033[H", file);
    for (const char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");

        fprintf(file, "%.*s\033[K", (int)length, line);
        line += length + (line[length] == '\n');
        if (*line != '\0') /* none after the last line, so that nothing scrolls */
            fputc('\n', file);
    }
    fputs("\033[J", file);
    fclose(file);
    put(screen, size);
    free(screen);
}
