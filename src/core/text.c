/* text.c -- words: messages, growing text, names that were meant. */
#include "core/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum gck_status gck_say(char *message, enum gck_status status, const char *format, ...)
{
    va_list arguments;

    if (message == NULL)
        return status;
    va_start(arguments, format);
    vsnprintf(message, GCK_MESSAGE_SIZE, format, arguments);
    va_end(arguments);
    return status;
}

void gck_copy(char *field, size_t size, const char *text)
{
    const size_t length = strlen(text);

    if (length < size) {
        memcpy(field, text, length + 1);
        return;
    }
    memcpy(field, text, size - 1);
    field[size - 1] = '\0';
    if (size > 4)
        memcpy(field + size - 4, "...", 4);
}

void gck_append(char *field, size_t size, const char *format, ...)
{
    const size_t used = strlen(field);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(field + used, size - used, format, arguments);
    va_end(arguments);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t gck_distance(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    size_t row[3][LONGEST + 1]; /* of the table of prefixes: before last, last, this */
    const size_t n = least(strlen(a), LONGEST), m = least(strlen(b), LONGEST);

    for (size_t j = 0; j <= m; j++)
        row[1][j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[2][0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t cost = row[1][j - 1] + (a[i - 1] != b[j - 1]);

            cost = least(cost, least(row[1][j], row[2][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost = least(cost, row[0][j - 2] + 1);
            row[2][j] = cost;
        }
        memcpy(row[0], row[1], sizeof row[0]);
        memcpy(row[1], row[2], sizeof row[1]);
    }
    return row[1][m];
}

/* Near enough to be meant: few wrong letters, or one is the beginning of the other. */
static size_t nearness(const char *name, const char *candidate)
{
    const size_t wrong = gck_distance(name, candidate), length = strlen(name);

    if (length >= 3 && (strncmp(name, candidate, length) == 0 || strstr(candidate, name) != NULL))
        return 1;
    return wrong <= length / 3 + 1 ? wrong : SIZE_MAX;
}

char *gck_nearest(const char *name, const char *const *candidate, char *text, size_t size)
{
    size_t best = SIZE_MAX;
    unsigned said = 0;

    text[0] = '\0';
    for (size_t i = 0; candidate[i] != NULL; i++)
        best = least(best, nearness(name, candidate[i]));
    for (size_t i = 0; candidate[i] != NULL; i++)
        if (best == SIZE_MAX || nearness(name, candidate[i]) == best) {
            const char *const before = best == SIZE_MAX ? "; there are " : "; did you mean ";

            gck_append(text, size, "%s%s", said == 0 ? before : best == SIZE_MAX ? ", " : " or ",
                       candidate[i]);
            said++;
        }
    if (said > 0 && best != SIZE_MAX)
        gck_append(text, size, "?");
    return text;
}

bool gck_read_double(const char *text, double *value)
{
    char *end;

    if (text[0] == '\0' || strspn(text, "+-.0123456789") == 0)
        return false;
    *value = strtod(text, &end);
    return *end == '\0' && isfinite(*value);
}

bool gck_read_size(const char *text, size_t *value)
{
    char *end;
    unsigned long long number;

    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text))
        return false;
    errno = 0;
    number = strtoull(text, &end, 10);
    *value = (size_t)number;
    return errno == 0 && *value == number;
}

char *gck_exact_text(double value, char *text)
{
    if (value == rint(value) && fabs(value) < 1e6) {
        snprintf(text, GCK_NUMBER_TEXT, "%.0f", value);
        return text;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, GCK_NUMBER_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

char *gck_number_text(double value, char *text)
{
    /* the sign of nan depends on the machine */
    snprintf(text, GCK_NUMBER_TEXT, "%.4g", value == 0 ? 0.0 : isnan(value) ? fabs(value) : value);
    return text;
}

char *gck_decade_text(double value, char *text)
{
    if (!(value > 0))
        snprintf(text, GCK_NUMBER_TEXT, "0");
    else if (!isfinite(value))
        snprintf(text, GCK_NUMBER_TEXT, "inf");
    else
        snprintf(text, GCK_NUMBER_TEXT, "1e%d", (int)ceil(log10(value) - 1e-9));
    return text;
}
