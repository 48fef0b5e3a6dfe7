/* learn_words.h -- what each word behind gradcheck learn does. Each gets the word after it, or NULL, and
 * returns the exit code. */
#ifndef GCK_CLI_LEARN_WORDS_H
#define GCK_CLI_LEARN_WORDS_H

#include "cli/options.h"
#include "learn/session.h"

int gck_learn_watch(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_run(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_hint(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_next(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_prev(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_goto(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_list(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_solution(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_reset(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_check_all(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_read(struct gck_cli *cli, struct gck_session *session, const char *operand);
int gck_learn_init(struct gck_cli *cli, struct gck_session *session, const char *operand);

#endif
