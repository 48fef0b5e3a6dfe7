/* tokens.c -- C as a list of tokens, and where the operands of an operator begin and end. */
#include "tokens.h"

#include <ctype.h>
#include <string.h>

char text[MOST_TEXT];
struct token token[MOST_TOKENS];
size_t tokens;

static size_t sign_length(const char *at)
{
    static const char *const two[] = { "->", "++", "--", "+=", "-=", "*=", "/=", "<=", ">=", "==", "!=", "&&", "||" };

    for (size_t k = 0; k < sizeof two / sizeof two[0]; k++)
        if (strncmp(at, two[k], 2) == 0)
            return 2;
    return 1;
}

void read_tokens(void)
{
    unsigned line = 1;

    tokens = 0;
    for (size_t i = 0; text[i] != '\0' && tokens < MOST_TOKENS;) {
        const size_t begin = i;
        enum kind kind = SIGN;

        if (isspace((unsigned char)text[i])) {
            line += text[i++] == '\n';
            continue;
        } else if (strncmp(text + i, "/*", 2) == 0) {
            const char *const end = strstr(text + i + 2, "*/");

            for (; end != NULL && text + i < end + 2; i++)
                line += text[i] == '\n';
            continue;
        } else if (text[i] == '#') {
            i += strcspn(text + i, "\n");
            continue;
        } else if (text[i] == '"' || text[i] == '\'') {
            kind = QUOTED;
            for (i++; text[i] != '\0' && text[i] != text[begin]; i++)
                i += text[i] == '\\';
            i++;
        } else if (isalpha((unsigned char)text[i]) || text[i] == '_') {
            kind = WORD;
            while (isalnum((unsigned char)text[i]) || text[i] == '_')
                i++;
        } else if (isdigit((unsigned char)text[i])) {
            kind = NUMBER;
            while (isalnum((unsigned char)text[i]) || text[i] == '.')
                i++;
        } else {
            i += sign_length(text + i);
        }
        token[tokens++] = (struct token){ begin, i - begin, kind, line };
    }
}

bool is(size_t t, const char *word)
{
    return t < tokens && token[t].length == strlen(word) && strncmp(text + token[t].at, word, token[t].length) == 0;
}

static bool among(size_t t, const char *const *word)
{
    for (; *word != NULL; word++)
        if (is(t, *word))
            return true;
    return false;
}

bool type_word(size_t t)
{
    static const char *const types[] = { "real", "double", "float", "int", "unsigned", "size_t", "bool", "char", "void",
                                         "const", "struct", "enum", "static", NULL };
    return among(t, types);
}

bool statement_word(size_t t)
{
    static const char *const words[] = { "return", "if", "else", "for", "while", "do", "switch", "case", "sizeof", NULL };

    return among(t, words);
}

size_t partner(size_t t)
{
    const bool forwards = is(t, "(") || is(t, "[") || is(t, "{");
    int depth = 0;

    for (size_t k = t; k < tokens; forwards ? k++ : k--) {
        depth += is(k, "(") || is(k, "[") || is(k, "{");
        depth -= is(k, ")") || is(k, "]") || is(k, "}");
        if (depth == 0)
            return k;
    }
    return t;
}

/* (real) and its like, from the opening bracket on */
static bool cast(size_t open)
{
    if (!is(open, "(") || !type_word(open + 1))
        return false;
    while (type_word(open + 1) || is(open + 1, "*"))
        open++;
    return is(open + 1, ")");
}

/* Can an operand end here? Then what follows is binary. */
static bool ends_operand(size_t t)
{
    if (token[t].kind == WORD)
        return !type_word(t) && !statement_word(t);
    return token[t].kind == NUMBER || is(t, "]") || (is(t, ")") && !cast(partner(t)));
}

bool binary(size_t t)
{
    return t > 0 && ends_operand(t - 1);
}

/* ---- operands ---- */

size_t factor_begin(size_t t)
{
    for (;;) {
        if (is(t, "]")) {
            t = partner(t) - 1;
            continue;
        }
        if (is(t, ")")) {
            t = partner(t);
            if (token[t - 1].kind == WORD && !statement_word(t - 1) && !type_word(t - 1))
                t--;
            else
                break;
        }
        if (!is(t - 1, "->") && !is(t - 1, "."))
            break;
        t -= 2;
    }
    for (;;)
        if (is(t - 1, ")") && cast(partner(t - 1)))
            t = partner(t - 1);
        else if ((is(t - 1, "-") || is(t - 1, "!") || is(t - 1, "&") || is(t - 1, "*")) && !binary(t - 1))
            t--;
        else
            return t;
}

size_t factor_end(size_t t)
{
    while (is(t, "-") || is(t, "!") || is(t, "&") || is(t, "*") || cast(t))
        t = cast(t) ? partner(t) + 1 : t + 1;
    if (is(t, "("))
        t = partner(t);
    for (;;)
        if (is(t + 1, "[") || is(t + 1, "("))
            t = partner(t + 1);
        else if (is(t + 1, "->") || is(t + 1, "."))
            t += 2;
        else
            return t;
}

size_t term_begin(size_t t)
{
    t = factor_begin(t);
    while ((is(t - 1, "*") || is(t - 1, "/")) && binary(t - 1))
        t = factor_begin(t - 2);
    return t;
}

size_t term_end(size_t t)
{
    t = factor_end(t);
    while (is(t + 1, "*") || is(t + 1, "/"))
        t = factor_end(t + 2);
    return t;
}
