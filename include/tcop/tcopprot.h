/* Processes that run queries: their signal handlers, and the steps of a query. */
#ifndef TCOPPROT_H
#define TCOPPROT_H

#include "postgres.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "storage/procsignal.h"
#include "tcop/dest.h"
#include "utils/guc.h"
#include "utils/queryenvironment.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT CommandDest whereToSendOutput;
extern PGDLLIMPORT const char *debug_query_string;

extern PGDLLIMPORT int max_stack_depth;
extern long get_stack_depth_rlimit(void);

/* For SIGTERM: the process ends at the next CHECK_FOR_INTERRUPTS(). */
extern void die(SIGNAL_ARGS);
extern void StatementCancelHandler(SIGNAL_ARGS);

/* From text to plans. */
extern List *pg_parse_query(const char *query_string);
extern List *pg_analyze_and_rewrite_fixedparams(RawStmt *parsetree, const char *query_string,
												const Oid *paramTypes, int numParams,
												QueryEnvironment *queryEnv);
extern List *pg_plan_queries(List *querytrees, const char *query_string, int cursorOptions,
							 ParamListInfo boundParams);

PGBGW_END_DECLS

#endif							/* TCOPPROT_H */
