/* What the server receives as a standby. */
#ifndef _WALRECEIVER_H
#define _WALRECEIVER_H

#include "postgres.h"
#include "access/xlog.h"
#include "access/xlogdefs.h"
#include "datatype/timestamp.h"
#include "libpq/pqcomm.h"
#include "pgtime.h"
#include "port/atomics.h"
#include "replication/walsender.h"
#include "storage/condition_variable.h"
#include "storage/latch.h"
#include "storage/spin.h"
#include "utils/tuplestore.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT int wal_receiver_status_interval;
extern PGDLLIMPORT int wal_receiver_timeout;
extern PGDLLIMPORT bool hot_standby_feedback;

#define MAXCONNINFO 1024

typedef enum
{
	WALRCV_STOPPED,
	WALRCV_STARTING,
	WALRCV_STREAMING,
	WALRCV_WAITING,
	WALRCV_RESTARTING,
	WALRCV_STOPPING,
} WalRcvState;

typedef struct
{
	pid_t		pid;
	WalRcvState walRcvState;
	ConditionVariable walRcvStoppedCV;
	pg_time_t	startTime;
	XLogRecPtr	receiveStart;
	TimeLineID	receiveStartTLI;
	XLogRecPtr	flushedUpto;
	TimeLineID	receivedTLI;
	XLogRecPtr	latestChunkStart;
	TimestampTz lastMsgSendTime;
	TimestampTz lastMsgReceiptTime;
	XLogRecPtr	latestWalEnd;
	TimestampTz latestWalEndTime;
	char		conninfo[MAXCONNINFO];
	char		sender_host[NI_MAXHOST];
	int			sender_port;
	char		slotname[NAMEDATALEN];
	bool		is_temp_slot;
	bool		ready_to_display;
	Latch	   *latch;
	slock_t		mutex;
	pg_atomic_uint64 writtenUpto;
	sig_atomic_t force_reply;
} WalRcvData;

extern PGDLLIMPORT WalRcvData *WalRcv;
extern bool WalRcvStreaming(void);
extern bool WalRcvRunning(void);
extern XLogRecPtr GetWalRcvFlushRecPtr(XLogRecPtr *latestChunkStart, TimeLineID *receiveTLI);
extern XLogRecPtr GetWalRcvWriteRecPtr(void);
extern int	GetReplicationApplyDelay(void);
extern int	GetReplicationTransferLatency(void);

PGBGW_END_DECLS

#endif							/* _WALRECEIVER_H */
