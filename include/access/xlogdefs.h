/* Positions in the write-ahead log. */
#ifndef XLOG_DEFS_H
#define XLOG_DEFS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

/* A byte of the log; 0 is none. */
typedef uint64 XLogRecPtr;
#define InvalidXLogRecPtr 0
#define XLogRecPtrIsInvalid(r) ((r) == InvalidXLogRecPtr)

/* For a format "%X/%X". */
#define LSN_FORMAT_ARGS(lsn) ((uint32) ((lsn) >> 32)), ((uint32) (lsn))

#define FirstNormalUnloggedLSN ((XLogRecPtr) 1000)

typedef uint64 XLogSegNo;
typedef uint32 TimeLineID;
typedef uint16 RepOriginId;

PGBGW_END_DECLS

#endif							/* XLOG_DEFS_H */
