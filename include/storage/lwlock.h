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

/* Tranches group locks under a name. */
#define LWTRANCHE_FIRST_USER_DEFINED 92

extern bool LWLockAcquire(LWLock *lock, LWLockMode mode);
extern bool LWLockConditionalAcquire(LWLock *lock, LWLockMode mode);
/* False: did not take it, but slept until it was free. */
extern bool LWLockAcquireOrWait(LWLock *lock, LWLockMode mode);
extern void LWLockRelease(LWLock *lock);
extern void LWLockReleaseAll(void);
extern bool LWLockHeldByMe(LWLock *lock);
extern bool LWLockHeldByMeInMode(LWLock *lock, LWLockMode mode);
extern bool LWLockAnyHeldByMe(LWLock *lock, int nlocks, size_t stride);
extern void LWLockInitialize(LWLock *lock, int tranche_id);

/* Locks asked for while preloading, in a shmem_request_hook ... */
extern void RequestNamedLWLockTranche(const char *tranche_name, int num_lwlocks);
extern LWLockPadded *GetNamedLWLockTranche(const char *tranche_name);

/* ... and locks in the module's own shared memory. */
extern int	LWLockNewTrancheId(void);
extern void LWLockRegisterTranche(int tranche_id, const char *tranche_name);

PGBGW_END_DECLS

#endif							/* LWLOCK_H */
