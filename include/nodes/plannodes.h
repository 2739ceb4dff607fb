/* Plans: what a planned statement says of itself. */
#ifndef PLANNODES_H
#define PLANNODES_H

#include "postgres.h"
#include "access/sdir.h"
#include "access/stratnum.h"
#include "common/relpath.h"
#include "lib/stringinfo.h"
#include "nodes/bitmapset.h"
#include "nodes/lockoptions.h"
#include "nodes/primnodes.h"

PGBGW_BEGIN_DECLS

struct Plan;

typedef struct PlannedStmt
{
	NodeTag		type;
	CmdType		commandType;
	uint64		queryId;
	bool		hasReturning;
	bool		hasModifyingCTE;
	bool		canSetTag;
	bool		transientPlan;
	bool		dependsOnRole;
	bool		parallelModeNeeded;
	int			jitFlags;
	struct Plan *planTree;
	List	   *rtable;
	List	   *permInfos;
	List	   *resultRelations;
	List	   *appendRelations;
	List	   *subplans;
	Bitmapset  *rewindPlanIDs;
	List	   *rowMarks;
	List	   *relationOids;
	List	   *invalItems;
	List	   *paramExecTypes;
	Node	   *utilityStmt;
	ParseLoc	stmt_location;
	ParseLoc	stmt_len;
} PlannedStmt;

PGBGW_END_DECLS

#endif							/* PLANNODES_H */
