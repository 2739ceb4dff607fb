/* The server's write-ahead log. */
#ifndef XLOG_H
#define XLOG_H

#include "postgres.h"
#include "access/xlogdefs.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT int wal_sync_method;
extern PGDLLIMPORT XLogRecPtr ProcLastRecPtr;
extern PGDLLIMPORT XLogRecPtr XactLastRecEnd;
extern PGDLLIMPORT XLogRecPtr XactLastCommitEnd;
extern PGDLLIMPORT int wal_segment_size;
extern PGDLLIMPORT int min_wal_size_mb;
extern PGDLLIMPORT int max_wal_size_mb;
extern PGDLLIMPORT int wal_retrieve_retry_interval;
extern PGDLLIMPORT char *XLogArchiveCommand;
extern PGDLLIMPORT bool EnableHotStandby;
extern PGDLLIMPORT bool fullPageWrites;
extern PGDLLIMPORT bool wal_log_hints;
extern PGDLLIMPORT bool log_checkpoints;

typedef enum ArchiveMode
{
	ARCHIVE_MODE_OFF = 0,
	ARCHIVE_MODE_ON,
	ARCHIVE_MODE_ALWAYS,
} ArchiveMode;

extern PGDLLIMPORT int XLogArchiveMode;

typedef enum WalLevel
{
	WAL_LEVEL_MINIMAL = 0,
	WAL_LEVEL_REPLICA,
	WAL_LEVEL_LOGICAL,
} WalLevel;

typedef enum RecoveryState
{
	RECOVERY_STATE_CRASH = 0,
	RECOVERY_STATE_ARCHIVE,
	RECOVERY_STATE_DONE,
} RecoveryState;

extern PGDLLIMPORT int wal_level;
extern void XLogFlush(XLogRecPtr record);
extern bool XLogBackgroundFlush(void);
extern bool XLogNeedsFlush(XLogRecPtr record);

/* Whether the server is a standby, or not yet done with its recovery. */
extern bool RecoveryInProgress(void);
extern RecoveryState GetRecoveryState(void);
extern bool XLogInsertAllowed(void);
extern XLogRecPtr GetXLogInsertRecPtr(void);
extern XLogRecPtr GetXLogWriteRecPtr(void);
extern uint64 GetSystemIdentifier(void);
extern bool DataChecksumsEnabled(void);
extern XLogRecPtr GetFakeLSNForUnloggedRel(void);
extern WalLevel GetActiveWalLevelOnStandby(void);
extern bool CreateRestartPoint(int flags);
extern XLogRecPtr GetRedoRecPtr(void);
extern XLogRecPtr GetInsertRecPtr(void);
extern XLogRecPtr GetFlushRecPtr(TimeLineID *insertTLI);
extern TimeLineID GetWALInsertionTimeLine(void);
extern XLogRecPtr GetLastImportantRecPtr(void);

#define XLogArchivingActive() (XLogArchiveMode > ARCHIVE_MODE_OFF)
#define XLogArchivingAlways() (XLogArchiveMode == ARCHIVE_MODE_ALWAYS)
#define XLogIsNeeded() (wal_level >= WAL_LEVEL_REPLICA)
#define XLogStandbyInfoActive() (wal_level >= WAL_LEVEL_REPLICA)
#define XLogLogicalInfoActive() (wal_level >= WAL_LEVEL_LOGICAL)

PGBGW_END_DECLS

#endif							/* XLOG_H */
