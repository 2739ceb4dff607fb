/* The planner: its hook. */
#ifndef PLANNER_H
#define PLANNER_H

#include "postgres.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"

PGBGW_BEGIN_DECLS

typedef PlannedStmt *(*planner_hook_type) (Query *parse, const char *query_string,
					  int cursorOptions, ParamListInfo boundParams);

extern PGDLLIMPORT planner_hook_type planner_hook;
extern PlannedStmt *standard_planner(Query *parse, const char *query_string, int cursorOptions,
									 ParamListInfo boundParams);

PGBGW_END_DECLS

#endif							/* PLANNER_H */
