/* Heavyweight locks. */
#ifndef LOCK_H_
#define LOCK_H_

#include "postgres.h"
#include "lib/ilist.h"
#include "storage/lockdefs.h"
#include "storage/lwlock.h"
#include "storage/procnumber.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

PGBGW_BEGIN_DECLS

typedef struct PGPROC PGPROC;

extern PGDLLIMPORT int max_locks_per_xact;

typedef struct
{
	ProcNumber	procNumber;
	LocalTransactionId localTransactionId;
} VirtualTransactionId;

#define InvalidLocalTransactionId 0
#define MAX_LOCKMODES 10

typedef struct LockMethodData
{
	int			numLockModes;
	const LOCKMASK *conflictTab;
	const char *const *lockModeNames;
	const bool *trace_flag;
} LockMethodData;

typedef const LockMethodData *LockMethod;
typedef uint16 LOCKMETHODID;

#define DEFAULT_LOCKMETHOD 1
#define USER_LOCKMETHOD 2

typedef enum LockTagType
{
	LOCKTAG_RELATION,
	LOCKTAG_RELATION_EXTEND,
	LOCKTAG_DATABASE_FROZEN_IDS,
	LOCKTAG_PAGE,
	LOCKTAG_TUPLE,
	LOCKTAG_TRANSACTION,
	LOCKTAG_VIRTUALTRANSACTION,
	LOCKTAG_SPECULATIVE_TOKEN,
	LOCKTAG_OBJECT,
	LOCKTAG_USERLOCK,
	LOCKTAG_ADVISORY,
	LOCKTAG_APPLY_TRANSACTION,
} LockTagType;

#define LOCKTAG_LAST_TYPE LOCKTAG_APPLY_TRANSACTION

extern PGDLLIMPORT const char *const LockTagTypeNames[];

typedef struct LOCKTAG
{
	uint32		locktag_field1;
	uint32		locktag_field2;
	uint32		locktag_field3;
	uint16		locktag_field4;
	uint8		locktag_type;
	uint8		locktag_lockmethodid;
} LOCKTAG;

typedef struct LOCK
{
	LOCKTAG		tag;
	LOCKMASK	grantMask;
	LOCKMASK	waitMask;
	dlist_head	procLocks;
	dclist_head waitProcs;
	int			requested[MAX_LOCKMODES];
	int			nRequested;
	int			granted[MAX_LOCKMODES];
	int			nGranted;
} LOCK;

typedef struct PROCLOCKTAG
{
	LOCK	   *myLock;
	PGPROC	   *myProc;
} PROCLOCKTAG;

typedef struct PROCLOCK
{
	PROCLOCKTAG tag;
	PGPROC	   *groupLeader;
	LOCKMASK	holdMask;
	LOCKMASK	releaseMask;
	dlist_node	lockLink;
	dlist_node	procLink;
} PROCLOCK;

typedef struct LOCALLOCK LOCALLOCK;

typedef enum
{
	LOCKACQUIRE_NOT_AVAIL,
	LOCKACQUIRE_OK,
	LOCKACQUIRE_ALREADY_HELD,
	LOCKACQUIRE_ALREADY_CLEAR,
} LockAcquireResult;

extern LockMethod GetLocksMethodTable(const LOCK *lock);
extern LockMethod GetLockTagsMethodTable(const LOCKTAG *locktag);
extern bool DoLockModesConflict(LOCKMODE mode1, LOCKMODE mode2);
extern LockAcquireResult LockAcquire(const LOCKTAG *locktag, LOCKMODE lockmode, bool sessionLock,
									 bool dontWait);
/* Without a process's own entry of the lock: the last argument must be NULL. */
extern LockAcquireResult LockAcquireExtended(const LOCKTAG *locktag, LOCKMODE lockmode,
											 bool sessionLock, bool dontWait,
											 bool reportMemoryError, LOCALLOCK **locallockp);
extern bool LockRelease(const LOCKTAG *locktag, LOCKMODE lockmode, bool sessionLock);
extern void LockReleaseAll(LOCKMETHODID lockmethodid, bool allLocks);
extern void LockReleaseSession(LOCKMETHODID lockmethodid);
extern bool LockHeldByMe(const LOCKTAG *locktag, LOCKMODE lockmode, bool orstronger);
extern bool LockHasWaiters(const LOCKTAG *locktag, LOCKMODE lockmode, bool sessionLock);
extern VirtualTransactionId *GetLockConflicts(const LOCKTAG *locktag, LOCKMODE lockmode,
											  int *countp);
extern Size LockShmemSize(void);
extern const char *GetLockmodeName(LOCKMETHODID lockmethodid, LOCKMODE mode);
extern int	LockWaiterCount(const LOCKTAG *locktag);
extern bool VirtualXactLock(VirtualTransactionId vxid, bool wait);

#define LocalTransactionIdIsValid(lxid) ((lxid) != InvalidLocalTransactionId)
#define VirtualTransactionIdIsValid(vxid) LocalTransactionIdIsValid((vxid).localTransactionId)
#define VirtualTransactionIdIsRecoveredPreparedXact(vxid) \
	((vxid).procNumber == INVALID_PROC_NUMBER)
#define VirtualTransactionIdEquals(vxid1, vxid2) \
	((vxid1).localTransactionId == (vxid2).localTransactionId && \
	 (vxid1).procNumber == (vxid2).procNumber)
#define SetInvalidVirtualTransactionId(vxid) \
	((vxid).localTransactionId = InvalidLocalTransactionId, \
	 (vxid).procNumber = INVALID_PROC_NUMBER)
#define GET_VXID_FROM_PGPROC(vxid_dst, proc) \
	((vxid_dst).localTransactionId = (proc).vxid.lxid, \
	 (vxid_dst).procNumber = (proc).vxid.procNumber)

#define LOCKBIT_ON(lockmode) (1 << (lockmode))
#define LOCKBIT_OFF(lockmode) (~LOCKBIT_ON(lockmode))
#define LOCK_LOCKMETHOD(lock) ((LOCKMETHODID) (lock).tag.locktag_lockmethodid)
#define LOCK_LOCKTAG(lock) ((LockTagType) (lock).tag.locktag_type)
#define PROCLOCK_LOCKMETHOD(proclock) LOCK_LOCKMETHOD(*(proclock).tag.myLock)

/* What is locked; each field is evaluated once. */
#define PGBGW_SET_LOCKTAG(locktag, f1, f2, f3, f4, type, method) \
	((locktag).locktag_field1 = (f1), \
	 (locktag).locktag_field2 = (f2), \
	 (locktag).locktag_field3 = (f3), \
	 (locktag).locktag_field4 = (f4), \
	 (locktag).locktag_type = (type), \
	 (locktag).locktag_lockmethodid = (method))
#define SET_LOCKTAG_RELATION(locktag, dboid, reloid) \
	PGBGW_SET_LOCKTAG(locktag, dboid, reloid, 0, 0, \
					  LOCKTAG_RELATION, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_RELATION_EXTEND(locktag, dboid, reloid) \
	PGBGW_SET_LOCKTAG(locktag, dboid, reloid, 0, 0, \
					  LOCKTAG_RELATION_EXTEND, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_DATABASE_FROZEN_IDS(locktag, dboid) \
	PGBGW_SET_LOCKTAG(locktag, dboid, 0, 0, 0, \
					  LOCKTAG_DATABASE_FROZEN_IDS, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_PAGE(locktag, dboid, reloid, blocknum) \
	PGBGW_SET_LOCKTAG(locktag, dboid, reloid, blocknum, 0, \
					  LOCKTAG_PAGE, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_TUPLE(locktag, dboid, reloid, blocknum, offnum) \
	PGBGW_SET_LOCKTAG(locktag, dboid, reloid, blocknum, offnum, \
					  LOCKTAG_TUPLE, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_TRANSACTION(locktag, xid) \
	PGBGW_SET_LOCKTAG(locktag, xid, 0, 0, 0, \
					  LOCKTAG_TRANSACTION, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_VIRTUALTRANSACTION(locktag, vxid) \
	PGBGW_SET_LOCKTAG(locktag, (vxid).procNumber, (vxid).localTransactionId, 0, 0, \
					  LOCKTAG_VIRTUALTRANSACTION, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_SPECULATIVE_INSERTION(locktag, xid, token) \
	PGBGW_SET_LOCKTAG(locktag, xid, token, 0, 0, \
					  LOCKTAG_SPECULATIVE_TOKEN, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_OBJECT(locktag, dboid, classoid, objoid, objsubid) \
	PGBGW_SET_LOCKTAG(locktag, dboid, classoid, objoid, objsubid, \
					  LOCKTAG_OBJECT, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_APPLY_TRANSACTION(locktag, dboid, suboid, xid, objid) \
	PGBGW_SET_LOCKTAG(locktag, dboid, suboid, xid, objid, \
					  LOCKTAG_APPLY_TRANSACTION, DEFAULT_LOCKMETHOD)
#define SET_LOCKTAG_ADVISORY(locktag, id1, id2, id3, id4) \
	PGBGW_SET_LOCKTAG(locktag, id1, id2, id3, id4, LOCKTAG_ADVISORY, USER_LOCKMETHOD)

PGBGW_END_DECLS

#endif							/* LOCK_H_ */
