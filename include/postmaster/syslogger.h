/* The log: settings of its files. */
#ifndef _SYSLOGGER_H
#define _SYSLOGGER_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT bool Logging_collector;
extern PGDLLIMPORT int Log_RotationAge;
extern PGDLLIMPORT int Log_RotationSize;
extern PGDLLIMPORT char *Log_directory;
extern PGDLLIMPORT char *Log_filename;
extern PGDLLIMPORT bool Log_truncate_on_rotation;
extern PGDLLIMPORT int Log_file_mode;
extern bool CheckLogrotateSignal(void);

#define LOG_METAINFO_DATAFILE "current_logfiles"
#define LOG_METAINFO_DATAFILE_TMP LOG_METAINFO_DATAFILE ".tmp"

PGBGW_END_DECLS

#endif							/* _SYSLOGGER_H */
