/* A query that is executed. */
#ifndef EXECDESC_H
#define EXECDESC_H

#include "postgres.h"
#include "nodes/execnodes.h"
#include "tcop/dest.h"

PGBGW_BEGIN_DECLS

typedef struct QueryDesc
{
	CmdType		operation;
	PlannedStmt *plannedstmt;
	const char *sourceText;
	Snapshot	snapshot;
	Snapshot	crosscheck_snapshot;
	DestReceiver *dest;
	ParamListInfo params;
	QueryEnvironment *queryEnv;
	int			instrument_options;
	TupleDesc	tupDesc;
	EState	   *estate;
	PlanState  *planstate;
	bool		already_executed;
	struct Instrumentation *totaltime;
} QueryDesc;

extern QueryDesc *CreateQueryDesc(PlannedStmt *plannedstmt, const char *sourceText,
								  Snapshot snapshot, Snapshot crosscheck_snapshot,
								  DestReceiver *dest, ParamListInfo params,
								  QueryEnvironment *queryEnv, int instrument_options);
extern void FreeQueryDesc(QueryDesc *qdesc);

PGBGW_END_DECLS

#endif							/* EXECDESC_H */
