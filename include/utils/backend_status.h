/* What processes say that they are doing, for others to see. */
#ifndef BACKEND_STATUS_H
#define BACKEND_STATUS_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "libpq/pqcomm.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/procnumber.h"
#include "utils/backend_progress.h"

PGBGW_BEGIN_DECLS

typedef enum BackendState
{
	STATE_UNDEFINED,
	STATE_IDLE,
	STATE_RUNNING,
	STATE_IDLEINTRANSACTION,
	STATE_FASTPATH,
	STATE_IDLEINTRANSACTION_ABORTED,
	STATE_DISABLED,
} BackendState;

/* A process's row; the change count is odd while it is being written. */
typedef struct PgBackendStatus
{
	int			st_changecount;
	int			st_procpid;
	BackendType st_backendType;
	TimestampTz st_proc_start_timestamp;
	TimestampTz st_xact_start_timestamp;
	TimestampTz st_activity_start_timestamp;
	TimestampTz st_state_start_timestamp;
	Oid			st_databaseid;
	Oid			st_userid;
	SockAddr	st_clientaddr;
	char	   *st_clienthostname;
	bool		st_ssl;
	struct PgBackendSSLStatus *st_sslstatus;
	bool		st_gss;
	struct PgBackendGSSStatus *st_gssstatus;
	BackendState st_state;
	char	   *st_appname;
	char	   *st_activity_raw;
	ProgressCommandType st_progress_command;
	Oid			st_progress_command_target;
	int64		st_progress_param[PGSTAT_NUM_PROGRESS_PARAM];
	uint64		st_query_id;
} PgBackendStatus;

#define PGSTAT_BEGIN_WRITE_ACTIVITY(beentry) \
	do { START_CRIT_SECTION(); (beentry)->st_changecount++; pg_write_barrier(); } while (0)
#define PGSTAT_END_WRITE_ACTIVITY(beentry) \
	do { pg_write_barrier(); (beentry)->st_changecount++; END_CRIT_SECTION(); } while (0)
#define pgstat_begin_read_activity(beentry, before_changecount) \
	do { (before_changecount) = (beentry)->st_changecount; pg_read_barrier(); } while (0)
#define pgstat_end_read_activity(beentry, after_changecount) \
	do { pg_read_barrier(); (after_changecount) = (beentry)->st_changecount; } while (0)
#define pgstat_read_activity_complete(before_changecount, after_changecount) \
	((before_changecount) == (after_changecount) && ((before_changecount) & 1) == 0)

/* A copy of a row. */
typedef struct LocalPgBackendStatus
{
	PgBackendStatus backendStatus;
	ProcNumber	proc_number;
	TransactionId backend_xid;
	TransactionId backend_xmin;
	int			backend_subxact_count;
	bool		backend_subxact_overflowed;
} LocalPgBackendStatus;

extern PGDLLIMPORT bool pgstat_track_activities;
extern PGDLLIMPORT int pgstat_track_activity_query_size;
extern PGDLLIMPORT PgBackendStatus *MyBEEntry;

/* A worker has its row from the start. */
extern void pgstat_beinit(void);
extern void pgstat_bestart(void);

extern void pgstat_report_activity(BackendState state, const char *cmd_str);
extern void pgstat_report_query_id(uint64 query_id, bool force);
extern void pgstat_report_tempfile(size_t filesize);
extern void pgstat_report_appname(const char *appname);
extern void pgstat_report_xact_timestamp(TimestampTz tstamp);
extern uint64 pgstat_get_my_query_id(void);
extern const char *pgstat_get_backend_current_activity(int pid, bool checkUser);

/* The rows of all; they stay the same until they are forgotten. */
extern void pgstat_clear_backend_activity_snapshot(void);
extern int	pgstat_fetch_stat_numbackends(void);
extern PgBackendStatus *pgstat_get_beentry_by_proc_number(ProcNumber procNumber);
extern LocalPgBackendStatus *pgstat_get_local_beentry_by_proc_number(ProcNumber procNumber);
extern LocalPgBackendStatus *pgstat_get_local_beentry_by_index(int idx);
extern char *pgstat_clip_activity(const char *raw_activity);

PGBGW_END_DECLS

#endif							/* BACKEND_STATUS_H */
