/* What is known of the server's write-ahead log. */
#ifndef XLOG_H
#define XLOG_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

/* Whether the server is a standby, or not yet done with its recovery. */
extern bool RecoveryInProgress(void);

PGBGW_END_DECLS

#endif							/* XLOG_H */
