/* Whether this process sends the log. */
#ifndef _WALSENDER_H
#define _WALSENDER_H

#include <signal.h>

#include "postgres.h"
#include "access/xlogdefs.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT bool am_walsender;
extern PGDLLIMPORT bool am_cascading_walsender;
extern PGDLLIMPORT bool am_db_walsender;
extern PGDLLIMPORT bool wake_wal_senders;
extern PGDLLIMPORT int max_wal_senders;
extern PGDLLIMPORT int wal_sender_timeout;
extern PGDLLIMPORT bool log_replication_commands;

PGBGW_END_DECLS

#endif							/* _WALSENDER_H */
