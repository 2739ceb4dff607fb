/* Positions of logical slots. */
#ifndef LOGICAL_H
#define LOGICAL_H

#include "postgres.h"
#include "access/xlog.h"
#include "access/xlogdefs.h"
#include "replication/slot.h"

PGBGW_BEGIN_DECLS

extern void CheckLogicalDecodingRequirements(void);
extern void LogicalIncreaseXminForSlot(XLogRecPtr current_lsn, TransactionId xmin);
extern void LogicalIncreaseRestartDecodingForSlot(XLogRecPtr current_lsn, XLogRecPtr restart_lsn);
extern void LogicalConfirmReceivedLocation(XLogRecPtr lsn);

PGBGW_END_DECLS

#endif							/* LOGICAL_H */
