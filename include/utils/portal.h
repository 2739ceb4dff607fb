/* Portals: queries that run a piece at a time. */
#ifndef PORTAL_H
#define PORTAL_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "executor/execdesc.h"
#include "tcop/cmdtag.h"
#include "utils/plancache.h"
#include "utils/resowner.h"
#include "utils/snapshot.h"
#include "utils/tuplestore.h"

PGBGW_BEGIN_DECLS

typedef enum PortalStrategy
{
	PORTAL_ONE_SELECT,
	PORTAL_ONE_RETURNING,
	PORTAL_ONE_MOD_WITH,
	PORTAL_UTIL_SELECT,
	PORTAL_MULTI_QUERY,
} PortalStrategy;

typedef enum PortalStatus
{
	PORTAL_NEW,
	PORTAL_DEFINED,
	PORTAL_READY,
	PORTAL_ACTIVE,
	PORTAL_DONE,
	PORTAL_FAILED,
} PortalStatus;

typedef struct PortalData *Portal;

typedef struct PortalData
{
	const char *name;
	const char *prepStmtName;
	MemoryContext portalContext;
	ResourceOwner resowner;
	void		(*cleanup) (Portal portal);
	SubTransactionId createSubid;
	SubTransactionId activeSubid;
	int			createLevel;
	const char *sourceText;
	CommandTag	commandTag;
	QueryCompletion qc;
	List	   *stmts;
	CachedPlan *cplan;
	ParamListInfo portalParams;
	QueryEnvironment *queryEnv;
	PortalStrategy strategy;
	int			cursorOptions;
	bool		run_once;
	PortalStatus status;
	bool		portalPinned;
	bool		autoHeld;
	QueryDesc  *queryDesc;
	TupleDesc	tupDesc;
	int16	   *formats;
	Snapshot	portalSnapshot;
	Tuplestorestate *holdStore;
	MemoryContext holdContext;
	Snapshot	holdSnapshot;
	bool		atStart;
	bool		atEnd;
	uint64		portalPos;
	TimestampTz creation_time;
	bool		visible;
}			PortalData;

extern void EnablePortalManager(void);
extern bool PreCommit_Portals(bool isPrepare);
extern void AtAbort_Portals(void);
extern void AtCleanup_Portals(void);
extern void PortalErrorCleanup(void);
extern void AtSubCommit_Portals(SubTransactionId mySubid, SubTransactionId parentSubid,
								int parentLevel, ResourceOwner parentXactOwner);
extern void AtSubAbort_Portals(SubTransactionId mySubid, SubTransactionId parentSubid,
							   ResourceOwner myXactOwner, ResourceOwner parentXactOwner);
extern void AtSubCleanup_Portals(SubTransactionId mySubid);
extern Portal CreatePortal(const char *name, bool allowDup, bool dupSilent);
extern Portal CreateNewPortal(void);
extern void PinPortal(Portal portal);
extern void UnpinPortal(Portal portal);
extern void MarkPortalActive(Portal portal);
extern void MarkPortalDone(Portal portal);
extern void MarkPortalFailed(Portal portal);
extern void PortalDrop(Portal portal, bool isTopCommit);
extern Portal GetPortalByName(const char *name);
extern void PortalDefineQuery(Portal portal, const char *prepStmtName, const char *sourceText,
							  CommandTag commandTag, List *stmts, CachedPlan *cplan);
extern PlannedStmt *PortalGetPrimaryStmt(Portal portal);
extern void PortalCreateHoldStore(Portal portal);
extern void PortalHashTableDeleteAll(void);
extern bool ThereAreNoReadyPortals(void);
extern void HoldPinnedPortals(void);
extern void ForgetPortalSnapshots(void);

#define PortalIsValid(p) PointerIsValid(p)

PGBGW_END_DECLS

#endif							/* PORTAL_H */
