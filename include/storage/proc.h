/*
 * Processes in shared memory. The size of PGPROC is the stride of ProcGlobal->allProcs; modules
 * use procLatch, pid and a few more fields, the rest keeps them in place.
 */
#ifndef _PROC_H_
#define _PROC_H_

#include "access/xlogdefs.h"
#include "lib/ilist.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/lwlock.h"
#include "storage/pg_sema.h"
#include "storage/proclist_types.h"
#include "storage/procnumber.h"

PGBGW_BEGIN_DECLS

typedef int XidStatus;

#define PGPROC_MAX_CACHED_SUBXIDS 64
#define FP_LOCK_SLOTS_PER_BACKEND 16

typedef enum
{
	PROC_WAIT_STATUS_OK,
	PROC_WAIT_STATUS_WAITING,
	PROC_WAIT_STATUS_ERROR,
} ProcWaitStatus;

typedef struct XidCacheStatus
{
	uint8		count;
	bool		overflowed;
} XidCacheStatus;

struct XidCache
{
	TransactionId xids[PGPROC_MAX_CACHED_SUBXIDS];
};

struct PGPROC
{
	dlist_node	links;
	dlist_head *procgloballist;
	PGSemaphore sem;
	ProcWaitStatus waitStatus;

	Latch		procLatch;

	TransactionId xid;
	TransactionId xmin;
	int			pid;
	int			pgxactoff;
	struct
	{
		ProcNumber	procNumber;
		LocalTransactionId lxid;
	}			vxid;
	Oid			databaseId;
	Oid			roleId;
	Oid			tempNamespaceId;
	bool		isBackgroundWorker;
	bool		recoveryConflictPending;

	uint8		lwWaiting;
	uint8		lwWaitMode;
	proclist_node lwWaitLink;
	proclist_node cvWaitLink;

	LOCK	   *waitLock;
	PROCLOCK   *waitProcLock;
	LOCKMODE	waitLockMode;
	LOCKMASK	heldLocks;
	pg_atomic_uint64 waitStart;

	int			delayChkptFlags;
	uint8		statusFlags;

	XLogRecPtr	waitLSN;
	int			syncRepState;
	dlist_node	syncRepLinks;

	dlist_head	myProcLocks[NUM_LOCK_PARTITIONS];
	XidCacheStatus subxidStatus;
	struct XidCache subxids;

	bool		procArrayGroupMember;
	pg_atomic_uint32 procArrayGroupNext;
	TransactionId procArrayGroupMemberXid;

	uint32		wait_event_info;

	bool		clogGroupMember;
	pg_atomic_uint32 clogGroupNext;
	TransactionId clogGroupMemberXid;
	XidStatus	clogGroupMemberXidStatus;
	int64		clogGroupMemberPage;
	XLogRecPtr	clogGroupMemberLsn;

	LWLock		fpInfoLock;
	uint64		fpLockBits;
	Oid			fpRelId[FP_LOCK_SLOTS_PER_BACKEND];
	bool		fpVXIDLock;
	LocalTransactionId fpLocalTransactionId;

	PGPROC	   *lockGroupLeader;
	dlist_head	lockGroupMembers;
	dlist_node	lockGroupLink;
};

typedef struct PROC_HDR
{
	PGPROC	   *allProcs;
	TransactionId *xids;
	XidCacheStatus *subxidStates;
	uint8	   *statusFlags;
	uint32		allProcCount;
	dlist_head	freeProcs;
	dlist_head	autovacFreeProcs;
	dlist_head	bgworkerFreeProcs;
	dlist_head	walsenderFreeProcs;
	pg_atomic_uint32 procArrayGroupFirst;
	pg_atomic_uint32 clogGroupFirst;
	Latch	   *walwriterLatch;
	Latch	   *checkpointerLatch;
	int			spins_per_delay;
	int			startupBufferPinWaitBufId;
} PROC_HDR;

extern PGDLLIMPORT PGPROC *MyProc;
extern PGDLLIMPORT PROC_HDR *ProcGlobal;
extern PGDLLIMPORT int DeadlockTimeout;
extern PGDLLIMPORT int StatementTimeout;
extern PGDLLIMPORT int LockTimeout;
extern PGDLLIMPORT bool log_lock_waits;

/* Sleeps until another process sets this one's latch. */
extern void ProcWaitForSignal(uint32 wait_event_info);
extern void ProcSendSignal(ProcNumber procNumber);

#define NUM_AUXILIARY_PROCS 6
#define GetPGProcByNumber(n) (&ProcGlobal->allProcs[(n)])
#define GetNumberFromPGProc(proc) ((proc) - &ProcGlobal->allProcs[0])

PGBGW_END_DECLS

#endif							/* _PROC_H_ */
