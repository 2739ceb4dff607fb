/* What is known of recovery. */
#ifndef XLOGRECOVERY_H
#define XLOGRECOVERY_H

#include "postgres.h"
#include "access/xlogdefs.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "utils/timestamp.h"

PGBGW_BEGIN_DECLS

extern bool HotStandbyActive(void);
extern XLogRecPtr GetXLogReplayRecPtr(TimeLineID *replayTLI);
extern TimestampTz GetLatestXTime(void);
extern TimestampTz GetCurrentChunkReplayStartTime(void);
extern XLogRecPtr GetCurrentReplayRecPtr(TimeLineID *replayEndTLI);
extern bool PromoteIsTriggered(void);

PGBGW_END_DECLS

#endif							/* XLOGRECOVERY_H */
