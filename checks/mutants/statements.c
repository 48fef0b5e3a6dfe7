/* statements.c -- where statements begin and end, and which variables a function has. */
#include "edits.h"

#include <stdio.h>
#include <string.h>

struct variable variable[MOST_VARIABLES];
unsigned variables;

bool begins_statement(size_t t)
{
    if (is(t - 1, "{") || is(t - 1, "}") || is(t - 1, "else"))
        return true;
    if (is(t - 1, ";")) { /* not one of a for's */
        size_t k = t - 1;

        while (!is(k, "{") && !is(k, "}") && !is(k, "("))
            k = is(k, ")") || is(k, "]") ? partner(k) - 1 : k - 1;
        return !is(k, "(");
    }
    if (!is(t - 1, ")"))
        return false;
    const size_t open = partner(t - 1);

    return is(open - 1, "for") || is(open - 1, "if") || is(open - 1, "while");
}

size_t statement_close(size_t t)
{
    if (is(t, "{"))
        return partner(t);
    if (is(t, "for") || is(t, "while"))
        return statement_close(partner(t + 1) + 1);
    if (is(t, "if")) {
        const size_t then = statement_close(partner(t + 1) + 1);

        return is(then + 1, "else") ? statement_close(then + 2) : then;
    }
    while (!is(t, ";"))
        t = is(t, "(") || is(t, "[") || is(t, "{") ? partner(t) + 1 : t + 1;
    return t;
}

bool in_message(size_t t)
{
    for (size_t k = t; k > 0 && !is(k, "{") && !is(k, "}") && !is(k, ";"); k--)
        if (is(k, "gck_fail"))
            return true;
    return false;
}

/* The base type that begins with t, without const; returns the token behind it. */
static size_t base_type(size_t t, char *type, size_t size)
{
    type[0] = '\0';
    for (bool first = true; type_word(t) || (token[t - 1].kind == WORD && (is(t - 1, "struct") || is(t - 1, "enum"))); t++)
        if (!is(t, "const") && !is(t, "static")) {
            snprintf(type + strlen(type), size - strlen(type), "%s%.*s", first ? "" : " ", SPAN(t, t));
            first = false;
        }
    return t;
}

/* *a = ..., b from t on; returns the token that ends them: ; or ). */
static size_t declarators(size_t t, const char *base, size_t to)
{
    for (;;) {
        char stars[8] = "";

        while (is(t, "*") || is(t, "const")) {
            if (is(t, "*"))
                strcat(stars, "*");
            t++;
        }
        if (token[t].kind != WORD)
            return t;
        if (variables < MOST_VARIABLES) {
            struct variable *const v = &variable[variables++];

            v->name = t;
            v->to = to;
            snprintf(v->type, sizeof v->type, "%s%s", base, stars);
            while (!is(t, ",") && !is(t, ";") && !is(t, ")"))
                t = is(t, "(") || is(t, "[") || is(t, "{") ? partner(t) + 1 : t + 1;
            v->from = t; /* its own initialiser does not see it */
        }
        if (!is(t, ","))
            return t;
        t++;
    }
}

static size_t block_close(size_t t)
{
    int depth = 0;

    for (; depth >= 0; t++) {
        depth += is(t, "{");
        depth -= is(t, "}");
    }
    return t - 1;
}

void read_variables(size_t name, size_t open, size_t close)
{
    char base[40];

    variables = 0;
    for (size_t t = name + 2; type_word(t);) { /* parameters: each has a type of its own */
        t = base_type(t, base, sizeof base);
        if (token[t].kind != WORD && !is(t, "*"))
            break;
        const unsigned before = variables;

        while (is(t, "*")) {
            strncat(base, "*", 2);
            t++;
        }
        declarators(t, base, close);
        variables = before + 1;
        variable[before].from = open;
        t += 2; /* the name, the comma */
    }
    for (size_t t = open + 1; t < close; t++) {
        const bool of_for = is(t - 1, "(") && is(t - 2, "for");

        if (!type_word(t) || !(begins_statement(t) || of_for))
            continue;
        const size_t to = of_for ? statement_close(partner(t - 1) + 1) : block_close(t);

        t = declarators(base_type(t, base, sizeof base), base, to);
    }
}

const struct variable *variable_at(size_t t)
{
    const struct variable *found = NULL;

    if (token[t].kind != WORD || is(t - 1, ".") || is(t - 1, "->") || is(t + 1, "("))
        return NULL;
    for (unsigned v = 0; v < variables; v++)
        if (t > variable[v].from && t < variable[v].to && token[variable[v].name].length == token[t].length
            && strncmp(text + token[variable[v].name].at, text + token[t].at, token[t].length) == 0)
            found = &variable[v];
    return found;
}
