/* expression.c -- a little arithmetic over rows of numbers, by recursive descent. */
#include "explain/expression.h"

#include "core/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct parse {
    const struct gck_example *example;
    const char *at;
    const char *what; /* is wrong; NULL: nothing so far */
};

static struct gck_row sum(struct parse *parse);

static bool next(struct parse *parse, char letter)
{
    parse->at += strspn(parse->at, " ");
    if (*parse->at != letter)
        return false;
    parse->at++;
    return true;
}

static struct gck_row wrong(struct parse *parse, const char *what)
{
    if (parse->what == NULL)
        parse->what = what;
    return (struct gck_row){ 1, { 0 } };
}

static double apply(char operation, double a, double b)
{
    return operation == '+' ? a + b : operation == '-' ? a - b : operation == '*' ? a * b
           : operation == '/' ? a / b : fmax(a, b);
}

static struct gck_row both(struct parse *parse, char operation, struct gck_row a, const struct gck_row b)
{
    struct gck_row row = { .count = a.count > b.count ? a.count : b.count };

    if (a.count != b.count && a.count != 1 && b.count != 1)
        return wrong(parse, "two rows of different length");
    for (size_t i = 0; i < row.count; i++)
        row.value[i] = apply(operation, a.value[a.count == 1 ? 0 : i], b.value[b.count == 1 ? 0 : i]);
    return row;
}

/* ---- functions ---- */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double to_float(double x) { return (double)(float)x; }

static const struct { const char *name; double (*of)(double); } each[] = {
    { "exp", exp }, { "log", log }, { "sqrt", sqrt }, { "abs", fabs }, { "sigmoid", sigmoid }, { "float", to_float },
};

static bool of_row(const char *name, struct gck_row *row)
{
    struct gck_row result = { .count = 1, .value = { row->value[0] } };

    for (size_t i = 1; i < row->count; i++)
        result.value[0] = strcmp(name, "sum") == 0     ? result.value[0] + row->value[i]
                          : strcmp(name, "least") == 0 ? fmin(result.value[0], row->value[i])
                                                       : fmax(result.value[0], row->value[i]);
    if (strcmp(name, "sum") != 0 && strcmp(name, "least") != 0 && strcmp(name, "largest") != 0) {
        result.count = row->count;
        for (size_t i = 0; i < row->count; i++)
            result.value[i] = row->value[strcmp(name, "reversed") == 0 ? row->count - 1 - i
                                                                       : (i + row->count - 1) % row->count];
        if (strcmp(name, "reversed") != 0 && strcmp(name, "shifted") != 0)
            return false;
    }
    *row = result;
    return true;
}

static struct gck_row call(struct parse *parse, const char *name)
{
    struct gck_row argument[3];
    unsigned arguments = 0;

    do {
        if (arguments == 3)
            return wrong(parse, "too many arguments");
        argument[arguments++] = sum(parse);
    } while (next(parse, ','));
    if (!next(parse, ')'))
        return wrong(parse, "a bracket is open");
    for (size_t f = 0; f < sizeof each / sizeof each[0] && arguments == 1; f++)
        if (strcmp(name, each[f].name) == 0) {
            for (size_t i = 0; i < argument[0].count; i++)
                argument[0].value[i] = each[f].of(argument[0].value[i]);
            return argument[0];
        }
    if (arguments == 1 && of_row(name, &argument[0]))
        return argument[0];
    if (arguments == 2 && strcmp(name, "larger") == 0)
        return both(parse, '>', argument[0], argument[1]);
    if (arguments >= 2 && argument[1].value[0] >= 0 && argument[1].value[0] < (double)argument[0].count) {
        double *const value = &argument[0].value[(size_t)argument[1].value[0]];

        if (arguments == 2 && strcmp(name, "at") == 0)
            return (struct gck_row){ 1, { *value } };
        if (arguments == 3 && strcmp(name, "with") == 0) {
            *value = argument[2].value[0];
            return argument[0];
        }
    }
    return wrong(parse, "no such function");
}

/* ---- the grammar ---- */

/* "1 3 -2]" */
static struct gck_row written(struct parse *parse)
{
    struct gck_row row = { .count = 0 };

    while (!next(parse, ']')) {
        char *end;

        if (row.count == GCK_EXAMPLE_NUMBERS)
            return wrong(parse, "a row that is too long");
        row.value[row.count++] = strtod(parse->at, &end);
        if (end == parse->at)
            return wrong(parse, "no number in a row");
        parse->at = end;
    }
    return row;
}

static struct gck_row atom(struct parse *parse)
{
    char name[48] = "", *end;
    size_t length = 0;
    const struct gck_row *known;

    if (next(parse, '(')) {
        const struct gck_row row = sum(parse);

        return next(parse, ')') ? row : wrong(parse, "a bracket is open");
    }
    if (next(parse, '['))
        return written(parse);
    if (next(parse, '-'))
        return both(parse, '-', (struct gck_row){ 1, { 0 } }, atom(parse));
    if (isdigit((unsigned char)*parse->at)) {
        const double value = strtod(parse->at, &end);

        parse->at = end;
        return (struct gck_row){ 1, { value } };
    }
    while (isalnum((unsigned char)parse->at[length]) || strchr("_.", parse->at[length]) != NULL) {
        if (parse->at[length] == '\0' || length + 1 >= sizeof name)
            break;
        name[length] = parse->at[length];
        length++;
    }
    parse->at += length;
    if (length > 0 && next(parse, '('))
        return call(parse, name);
    known = gck_example_find(parse->example, name);
    return known != NULL ? *known : wrong(parse, "no such name");
}

static struct gck_row product(struct parse *parse)
{
    struct gck_row row = atom(parse);

    for (;;)
        if (next(parse, '*'))
            row = both(parse, '*', row, atom(parse));
        else if (next(parse, '/'))
            row = both(parse, '/', row, atom(parse));
        else
            return row;
}

static struct gck_row sum(struct parse *parse)
{
    struct gck_row row = product(parse);

    for (;;)
        if (next(parse, '+'))
            row = both(parse, '+', row, product(parse));
        else if (next(parse, '-'))
            row = both(parse, '-', row, product(parse));
        else
            return row;
}

bool gck_expression(const struct gck_example *example, const char *text, struct gck_row *row, char *message)
{
    struct parse parse = { example, text, NULL };

    *row = sum(&parse);
    parse.at += strspn(parse.at, " ");
    if (parse.what == NULL && *parse.at == '\0')
        return true;
    gck_say(message, GCK_EUSAGE, "%s in '%s', before '%s'", parse.what != NULL ? parse.what : "something is left over",
            text, parse.at);
    return false;
}
