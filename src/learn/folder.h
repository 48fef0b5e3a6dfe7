/* folder.h -- the folder that holds the learner's files: one for each exercise, a README, and the
 * progress. Everything here is about the current folder unless a path is given. */
#ifndef GCK_LEARN_FOLDER_H
#define GCK_LEARN_FOLDER_H

#include "learn/course.h"

/* The folder that is made where nobody names one. */
#define GCK_FOLDER_DEFAULT "gradcheck-learn"

/* Is there a progress file in it, whatever that holds? */
bool gck_folder_is(const char *folder);

/* Makes the folder where it is missing, and in it every file that is missing; what is there already stays
 * as it is. *written counts the exercises that were written. GCK_EFILE with a sentence. */
enum gck_status gck_folder_init(const struct gck_course *course, const char *folder,
                                size_t *written, char *message);

/* The learner's file of this exercise, to be freed; NULL with a sentence. */
char *gck_folder_read(const struct gck_exercise *exercise, char *message);

/* The exercise as it was delivered. What the learner had written goes to .backup/FILE.N, whose name
 * comes back in `backup` ("" where the file was missing or unchanged). */
enum gck_status gck_folder_reset(const struct gck_exercise *exercise, char *backup, size_t size,
                                 char *message);

/* Writes the whole file beside its place and renames it into it. */
enum gck_status gck_file_write(const char *path, const char *text, char *message);

/* Renames the file to the first of TO.1, TO.2, ... that does not exist; its name in `name`. */
bool gck_file_set_aside(const char *path, const char *to, char *name, size_t size);

#endif
