/* A process's index in the array of processes. */
#ifndef PROCNUMBER_H
#define PROCNUMBER_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef int ProcNumber;
#define INVALID_PROC_NUMBER (-1)

extern PGDLLIMPORT ProcNumber MyProcNumber;
extern PGDLLIMPORT ProcNumber ParallelLeaderProcNumber;

PGBGW_END_DECLS

#endif							/* PROCNUMBER_H */
