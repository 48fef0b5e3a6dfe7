/* options.c -- the one line of an exercise that says how the layer is checked. */
#include "learn/options.h"

#include "core/text.h"

#include <string.h>

#define MARK "options:"

/* The line that has the mark: from its first letter on, and its length. NULL: there is none. */
static const char *find_line(const char *text, size_t *length)
{
    const char *line = strstr(text, MARK);

    while (line != NULL && line > text && line[-1] != '\n')
        line--;
    *length = line != NULL ? strcspn(line, "\n") : 0;
    return line;
}

/* Are both texts the same but for that line? */
static bool same_but_for_it(const char *a, const char *b)
{
    size_t a_length, b_length;
    const char *const a_line = find_line(a, &a_length), *const b_line = find_line(b, &b_length);

    return a_line != NULL && b_line != NULL && a_line - a == b_line - b
           && memcmp(a, b, (size_t)(a_line - a)) == 0
           && strcmp(a_line + a_length, b_line + b_length) == 0;
}

/* Options that say what the layer is fed with; a value follows as a word of its own or after "=". */
static bool is_known(const char *word, size_t length)
{
    static const char *const known[] = { "--loss-weight", "--num", "--dim", "--shape", "--param",
                                         "--seed", "--only" };
    const size_t name = strcspn(word, "= ") < length ? strcspn(word, "= ") : length;

    if (word[0] != '-' || (length > 1 && word[1] != '-'))
        return true; /* a value, such as -1 */
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i]) == name && strncmp(word, known[i], name) == 0)
            return true;
    return false;
}

bool gck_options_read(const struct gck_exercise *exercise, const char *text,
                      char options[GCK_OPTIONS_SIZE], char *message)
{
    size_t length;
    const char *const line = find_line(text, &length);
    const char *at = line != NULL ? strstr(line, MARK) + strlen(MARK) : NULL;

    if (line == NULL || !same_but_for_it(text, exercise->exercise)) {
        gck_say(message, GCK_EUSAGE,
                "In this exercise the layer stays as it is: only what stands behind \"" MARK
                "\" changes. gradcheck learn reset %s brings back what was there.",
                exercise->id);
        return false;
    }
    snprintf(options, GCK_OPTIONS_SIZE, "%.*s", (int)(line + length - at), at);
    options[strcspn(options, "\r")] = '\0';
    for (const char *word = options + strspn(options, " "); *word != '\0';) {
        const size_t size = strcspn(word, " ");

        if (!is_known(word, size)) {
            gck_say(message, GCK_EUSAGE,
                    "%.*s has no place here: --loss-weight, --num, --dim, --shape, --param, --seed "
                    "and --only have",
                    (int)size, word);
            return false;
        }
        word += size + strspn(word + size, " ");
    }
    return true;
}
