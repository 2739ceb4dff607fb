/* Running portals. */
#ifndef PQUERY_H
#define PQUERY_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "utils/portal.h"

PGBGW_BEGIN_DECLS

struct PlannedStmt;
extern PGDLLIMPORT Portal ActivePortal;
extern PortalStrategy ChoosePortalStrategy(List *stmts);
extern List *FetchPortalTargetList(Portal portal);
extern List *FetchStatementTargetList(Node *stmt);
extern void PortalStart(Portal portal, ParamListInfo params, int eflags, Snapshot snapshot);
extern void PortalSetResultFormat(Portal portal, int nFormats, int16 *formats);
extern bool PortalRun(Portal portal, long count, bool isTopLevel, bool run_once,
					  DestReceiver *dest, DestReceiver *altdest, QueryCompletion *qc);
extern uint64 PortalRunFetch(Portal portal, FetchDirection fdirection, long count,
							 DestReceiver *dest);
extern bool PlannedStmtRequiresSnapshot(struct PlannedStmt *pstmt);
extern void EnsurePortalSnapshotExists(void);

PGBGW_END_DECLS

#endif							/* PQUERY_H */
