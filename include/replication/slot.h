/* Replication slots. */
#ifndef SLOT_H
#define SLOT_H

#include "postgres.h"
#include "access/xlog.h"
#include "access/xlogdefs.h"
#include "datatype/timestamp.h"
#include "replication/walreceiver.h"
#include "storage/condition_variable.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "storage/spin.h"

PGBGW_BEGIN_DECLS

typedef enum ReplicationSlotPersistency
{
	RS_PERSISTENT,
	RS_EPHEMERAL,
	RS_TEMPORARY,
} ReplicationSlotPersistency;

typedef enum ReplicationSlotInvalidationCause
{
	RS_INVAL_NONE,
	RS_INVAL_WAL_REMOVED,
	RS_INVAL_HORIZON,
	RS_INVAL_WAL_LEVEL,
} ReplicationSlotInvalidationCause;

extern PGDLLIMPORT const char *const SlotInvalidationCauses[];

typedef struct ReplicationSlotPersistentData
{
	NameData	name;
	Oid			database;
	ReplicationSlotPersistency persistency;
	TransactionId xmin;
	TransactionId catalog_xmin;
	XLogRecPtr	restart_lsn;
	ReplicationSlotInvalidationCause invalidated;
	XLogRecPtr	confirmed_flush;
	XLogRecPtr	two_phase_at;
	bool		two_phase;
	NameData	plugin;
	char		synced;
	bool		failover;
} ReplicationSlotPersistentData;

typedef struct ReplicationSlot
{
	slock_t		mutex;
	bool		in_use;
	pid_t		active_pid;
	bool		just_dirtied;
	bool		dirty;
	TransactionId effective_xmin;
	TransactionId effective_catalog_xmin;
	ReplicationSlotPersistentData data;
	LWLock		io_in_progress_lock;
	ConditionVariable active_cv;
	TransactionId candidate_catalog_xmin;
	XLogRecPtr	candidate_xmin_lsn;
	XLogRecPtr	candidate_restart_valid;
	XLogRecPtr	candidate_restart_lsn;
	XLogRecPtr	last_saved_confirmed_flush;
	TimestampTz inactive_since;
} ReplicationSlot;

typedef struct ReplicationSlotCtlData
{
	ReplicationSlot replication_slots[1];
} ReplicationSlotCtlData;

extern PGDLLIMPORT ReplicationSlotCtlData *ReplicationSlotCtl;
extern PGDLLIMPORT ReplicationSlot *MyReplicationSlot;
extern PGDLLIMPORT int max_replication_slots;
extern void ReplicationSlotCreate(const char *name, bool db_specific,
								  ReplicationSlotPersistency persistency, bool two_phase,
								  bool failover, bool synced);
extern void ReplicationSlotPersist(void);
extern void ReplicationSlotDrop(const char *name, bool nowait);
extern void ReplicationSlotDropAcquired(void);
extern void ReplicationSlotAlter(const char *name, bool failover);
extern void ReplicationSlotAcquire(const char *name, bool nowait);
extern void ReplicationSlotRelease(void);
extern void ReplicationSlotCleanup(bool synced_only);
extern void ReplicationSlotSave(void);
extern void ReplicationSlotMarkDirty(void);
extern bool ReplicationSlotValidateName(const char *name, int elevel);
extern bool ReplicationSlotValidateNameInternal(const char *name, int *err_code, char **err_msg,
												char **err_hint);
extern void ReplicationSlotReserveWal(void);
extern void ReplicationSlotsComputeRequiredXmin(bool already_locked);
extern void ReplicationSlotsComputeRequiredLSN(void);
extern XLogRecPtr ReplicationSlotsComputeLogicalRestartLSN(void);
extern bool ReplicationSlotsCountDBSlots(Oid dboid, int *nslots, int *nactive);
extern ReplicationSlot *SearchNamedReplicationSlot(const char *name, bool need_lock);
extern int	ReplicationSlotIndex(ReplicationSlot *slot);
extern bool ReplicationSlotName(int index, Name name);
extern void ReplicationSlotNameForTablesync(Oid suboid, Oid relid, char *syncslotname,
											Size szslot);
extern void CheckSlotRequirements(void);
extern void CheckSlotPermissions(void);
extern ReplicationSlotInvalidationCause GetSlotInvalidationCause(const char *invalidation_reason);

#define SlotIsPhysical(slot) ((slot)->data.database == InvalidOid)
#define SlotIsLogical(slot) (!SlotIsPhysical(slot))

PGBGW_END_DECLS

#endif							/* SLOT_H */
