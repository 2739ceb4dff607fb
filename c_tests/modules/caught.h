/*
 * caught.h - a fact for each ERROR: its SQLSTATE, message and detail.
 */
#ifndef CAUGHT_H
#define CAUGHT_H

#include "probe.h"
#include "utils/elog.h"
#include "utils/memutils.h"

static inline void
caught_emit(const char *what, MemoryContext outer)
{
	ErrorData  *error;

	MemoryContextSwitchTo(outer);
	error = CopyErrorData();
	FlushErrorState();
	emit("%s: %s %s%s%s", what, unpack_sql_state(error->sqlerrcode), error->message,
		 error->detail ? ", " : "", error->detail ? error->detail : "");
	FreeErrorData(error);
}

/* Does something that is to end in an ERROR. */
#define caught(what, ...) \
	do { \
		MemoryContext outer_ = CurrentMemoryContext; \
		PG_TRY(); \
		{ \
			__VA_ARGS__; \
			emit("%s: no error", what); \
		} \
		PG_CATCH(); \
		{ \
			caught_emit(what, outer_); \
		} \
		PG_END_TRY(); \
	} while (0)

#endif
