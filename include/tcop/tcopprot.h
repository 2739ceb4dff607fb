/* Signal handlers of processes that run queries. */
#ifndef TCOPPROT_H
#define TCOPPROT_H

#include "postgres.h"
#include "tcop/dest.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT CommandDest whereToSendOutput;
extern PGDLLIMPORT const char *debug_query_string;

extern PGDLLIMPORT int max_stack_depth;
extern long get_stack_depth_rlimit(void);

/* For SIGTERM: the process ends at the next CHECK_FOR_INTERRUPTS(). */
extern void die(SIGNAL_ARGS);
extern void StatementCancelHandler(SIGNAL_ARGS);

PGBGW_END_DECLS

#endif							/* TCOPPROT_H */
