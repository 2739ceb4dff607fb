/*
 * steps.h - facts of what calls return one after the other, and of warnings.
 */
#ifndef STEPS_H
#define STEPS_H

#include "probe.h"
#include "utils/elog.h"

/* A fact of what calls return one after the other: a call's own arguments have no order. */
#define STEPS(what, ...) \
	do { \
		long		steps_[] = {__VA_ARGS__}; \
		char		text_[200] = ""; \
		for (int i_ = 0; i_ < lengthof(steps_); i_++) \
			sprintf(text_ + strlen(text_), " %ld", steps_[i_]); \
		emit("%s:%s", what, text_); \
	} while (0)

/* For emit_log_hook: reports below ERROR become facts too. */
static inline void
see(ErrorData *edata)
{
	if (edata->elevel == WARNING)
		emit("WARNING: %s %s", unpack_sql_state(edata->sqlerrcode), edata->message);
}

#endif
