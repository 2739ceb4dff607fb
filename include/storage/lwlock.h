/* Lightweight locks, for readers and one writer. An ERROR releases them. */
#ifndef LWLOCK_H
#define LWLOCK_H

#include "port/atomics.h"
#include "storage/proclist_types.h"

PGBGW_BEGIN_DECLS

struct PGPROC;

typedef struct LWLock
{
	uint16		tranche;
	pg_atomic_uint32 state;
	proclist_head waiters;
} LWLock;

#define LWLOCK_PADDED_SIZE PG_CACHE_LINE_SIZE

/* A lock on a cache line of its own. */
typedef union LWLockPadded
{
	LWLock		lock;
	char		pad[LWLOCK_PADDED_SIZE];
} LWLockPadded;

extern PGDLLIMPORT LWLockPadded *MainLWLockArray;

typedef enum LWLockMode
{
	LW_EXCLUSIVE,
	LW_SHARED,
	LW_WAIT_UNTIL_FREE,
} LWLockMode;

/* Locks that have a fixed number. */
#define NUM_INDIVIDUAL_LWLOCKS 53
#define ShmemIndexLock (&MainLWLockArray[1].lock)
#define ProcArrayLock (&MainLWLockArray[4].lock)
#define AddinShmemInitLock (&MainLWLockArray[21].lock)
#define AutovacuumLock (&MainLWLockArray[22].lock)
#define SyncRepLock (&MainLWLockArray[32].lock)
#define BackgroundWorkerLock (&MainLWLockArray[33].lock)
#define DynamicSharedMemoryControlLock (&MainLWLockArray[34].lock)
#define AutoFileLock (&MainLWLockArray[35].lock)
#define ReplicationSlotAllocationLock (&MainLWLockArray[36].lock)
#define ReplicationSlotControlLock (&MainLWLockArray[37].lock)
#define ReplicationOriginLock (&MainLWLockArray[40].lock)
#define LogicalRepWorkerLock (&MainLWLockArray[43].lock)

#define NUM_BUFFER_PARTITIONS 128
#define NUM_LOCK_PARTITIONS 16
#define NUM_PREDICATELOCK_PARTITIONS 16
#define NUM_FIXED_LWLOCKS \
	(NUM_INDIVIDUAL_LWLOCKS + NUM_BUFFER_PARTITIONS + NUM_LOCK_PARTITIONS + \
	 NUM_PREDICATELOCK_PARTITIONS)

/* Tranches group locks under a name: the server's, then those of modules. */
typedef enum BuiltinTrancheIds
{
	LWTRANCHE_XACT_BUFFER = NUM_INDIVIDUAL_LWLOCKS, LWTRANCHE_COMMITTS_BUFFER,
	LWTRANCHE_SUBTRANS_BUFFER, LWTRANCHE_MULTIXACTOFFSET_BUFFER, LWTRANCHE_MULTIXACTMEMBER_BUFFER,
	LWTRANCHE_NOTIFY_BUFFER, LWTRANCHE_SERIAL_BUFFER, LWTRANCHE_WAL_INSERT,
	LWTRANCHE_BUFFER_CONTENT, LWTRANCHE_REPLICATION_ORIGIN_STATE, LWTRANCHE_REPLICATION_SLOT_IO,
	LWTRANCHE_LOCK_FASTPATH, LWTRANCHE_BUFFER_MAPPING, LWTRANCHE_LOCK_MANAGER,
	LWTRANCHE_PREDICATE_LOCK_MANAGER, LWTRANCHE_PARALLEL_HASH_JOIN, LWTRANCHE_PARALLEL_QUERY_DSA,
	LWTRANCHE_PER_SESSION_DSA, LWTRANCHE_PER_SESSION_RECORD_TYPE,
	LWTRANCHE_PER_SESSION_RECORD_TYPMOD, LWTRANCHE_SHARED_TUPLESTORE, LWTRANCHE_SHARED_TIDBITMAP,
	LWTRANCHE_PARALLEL_APPEND, LWTRANCHE_PER_XACT_PREDICATE_LIST, LWTRANCHE_PGSTATS_DSA,
	LWTRANCHE_PGSTATS_HASH, LWTRANCHE_PGSTATS_DATA, LWTRANCHE_LAUNCHER_DSA,
	LWTRANCHE_LAUNCHER_HASH, LWTRANCHE_DSM_REGISTRY_DSA, LWTRANCHE_DSM_REGISTRY_HASH,
	LWTRANCHE_COMMITTS_SLRU, LWTRANCHE_MULTIXACTMEMBER_SLRU, LWTRANCHE_MULTIXACTOFFSET_SLRU,
	LWTRANCHE_NOTIFY_SLRU, LWTRANCHE_SERIAL_SLRU, LWTRANCHE_SUBTRANS_SLRU, LWTRANCHE_XACT_SLRU,
	LWTRANCHE_PARALLEL_VACUUM_DSA, LWTRANCHE_FIRST_USER_DEFINED
} BuiltinTrancheIds;

extern bool LWLockAcquire(LWLock *lock, LWLockMode mode);
extern bool LWLockConditionalAcquire(LWLock *lock, LWLockMode mode);
/* False: did not take it, but slept until it was free. */
extern bool LWLockAcquireOrWait(LWLock *lock, LWLockMode mode);
extern void LWLockRelease(LWLock *lock);
extern void LWLockReleaseAll(void);

/* A variable that the holder of a lock changes, and others wait for. */
extern bool LWLockWaitForVar(LWLock *lock, pg_atomic_uint64 *valptr, uint64 oldval, uint64 *newval);
extern void LWLockUpdateVar(LWLock *lock, pg_atomic_uint64 *valptr, uint64 val);
extern void LWLockReleaseClearVar(LWLock *lock, pg_atomic_uint64 *valptr, uint64 val);

extern void ForEachLWLockHeldByMe(void (*callback) (LWLock *, LWLockMode, void *), void *context);
extern bool LWLockHeldByMe(LWLock *lock);
extern bool LWLockHeldByMeInMode(LWLock *lock, LWLockMode mode);
extern bool LWLockAnyHeldByMe(LWLock *lock, int nlocks, size_t stride);
extern void LWLockInitialize(LWLock *lock, int tranche_id);

/* Locks asked for while preloading, in a shmem_request_hook ... */
extern void RequestNamedLWLockTranche(const char *tranche_name, int num_lwlocks);
extern LWLockPadded *GetNamedLWLockTranche(const char *tranche_name);

/* ... and locks in the module's own shared memory. */
extern int	LWLockNewTrancheId(void);
extern const char *GetLWLockIdentifier(uint32 classId, uint16 eventId);
extern void LWLockRegisterTranche(int tranche_id, const char *tranche_name);

PGBGW_END_DECLS

#endif							/* LWLOCK_H */
