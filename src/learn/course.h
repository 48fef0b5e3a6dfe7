/* course.h -- the exercises and chapters, as the program carries them. */
#ifndef GCK_LEARN_COURSE_H
#define GCK_LEARN_COURSE_H

#include "gradcheck/gradcheck.h"

enum {
    GCK_MAX_EXERCISES = 96,
    GCK_MAX_PLANNED = 4,
    GCK_HINTS = 4,
    GCK_CHAPTERS = 16,
    GCK_FILE_NAME = GCK_NAME_SIZE + 4
};

/* A finding, and in which types it was reported, as bits 1 << enum gck_type. */
struct gck_told {
    unsigned code, types;
};
enum { GCK_BOTH_TYPES = 1 << GCK_TYPE_FLOAT | 1 << GCK_TYPE_DOUBLE };

/* What solves an exercise. */
enum gck_goal {
    GCK_GOAL_PASS, /* the layer passes, and computes what was recorded */
    GCK_GOAL_SEE   /* the layer stays as it is: with other options its mistake is found */
};

/* One exercise. Texts belong to the program and are never freed. */
struct gck_exercise {
    char name[GCK_NAME_SIZE];        /* "05b-squared" */
    char id[GCK_NAME_SIZE];          /* "5b" */
    char file[GCK_FILE_NAME];        /* "05b-squared.c" */
    char layer[GCK_NAME_SIZE];       /* the name that its layer has and keeps */
    char record[GCK_NAME_SIZE];      /* the recorded cases: exercises/cases/NAME.json */
    char title[GCK_NAME_SIZE];
    unsigned chapter;
    unsigned codes;                  /* what the file as delivered is told */
    struct gck_told code[GCK_MAX_PLANNED];
    enum gck_goal goal;
    unsigned wanted;                 /* of GCK_GOAL_SEE: the code that has to be found */
    const char *exercise, *solution, *about;
};

struct gck_course {
    struct gck_exercise exercise[GCK_MAX_EXERCISES]; /* in the order of their names */
    size_t exercises;
};

/* Reads what is embedded. False where that is not as it should be, with a sentence. */
bool gck_course_open(struct gck_course *course, char *message);

/* By name ("05b-squared"), its file, its number ("5b") or what follows that ("squared"). NULL, with a
 * sentence that names what may have been meant. */
const struct gck_exercise *gck_course_find(const struct gck_course *course, const char *word,
                                           char *message);
/* The first exercise that is told this code, or NULL. */
const struct gck_exercise *gck_course_for_code(const struct gck_course *course, unsigned code);

/* Hint `rung`, 1 to GCK_HINTS, each saying more than the one before; "" where there is none. Into text of
 * `size` bytes, line by line as it was written. Returns text. */
char *gck_exercise_hint(const struct gck_exercise *exercise, unsigned rung, char *text, size_t size);
/* Why the tool knew: for those who have solved it. */
char *gck_exercise_why(const struct gck_exercise *exercise, char *text, size_t size);

/* The chapter's text, or NULL where it is not written yet. */
const char *gck_chapter_text(unsigned chapter);

#endif
