/* Columns of pg_proc, and constants of its functions. */
#ifndef PG_PROC_D_H
#define PG_PROC_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define ProcedureRelationId 1255
#define ProcedureRelation_Rowtype_Id 81
#define ProcedureOidIndexId 2690
#define ProcedureNameArgsNspIndexId 2691
#define Anum_pg_proc_oid 1
#define Anum_pg_proc_proname 2
#define Anum_pg_proc_pronamespace 3
#define Anum_pg_proc_proowner 4
#define Anum_pg_proc_prolang 5
#define Anum_pg_proc_procost 6
#define Anum_pg_proc_prorows 7
#define Anum_pg_proc_provariadic 8
#define Anum_pg_proc_prosupport 9
#define Anum_pg_proc_prokind 10
#define Anum_pg_proc_prosecdef 11
#define Anum_pg_proc_proleakproof 12
#define Anum_pg_proc_proisstrict 13
#define Anum_pg_proc_proretset 14
#define Anum_pg_proc_provolatile 15
#define Anum_pg_proc_proparallel 16
#define Anum_pg_proc_pronargs 17
#define Anum_pg_proc_pronargdefaults 18
#define Anum_pg_proc_prorettype 19
#define Anum_pg_proc_proargtypes 20
#define Anum_pg_proc_proallargtypes 21
#define Anum_pg_proc_proargmodes 22
#define Anum_pg_proc_proargnames 23
#define Anum_pg_proc_proargdefaults 24
#define Anum_pg_proc_protrftypes 25
#define Anum_pg_proc_prosrc 26
#define Anum_pg_proc_probin 27
#define Anum_pg_proc_prosqlbody 28
#define Anum_pg_proc_proconfig 29
#define Anum_pg_proc_proacl 30
#define Natts_pg_proc 30
#define PROKIND_FUNCTION 'f'
#define PROKIND_AGGREGATE 'a'
#define PROKIND_WINDOW 'w'
#define PROKIND_PROCEDURE 'p'
#define PROVOLATILE_IMMUTABLE 'i'
#define PROVOLATILE_STABLE 's'
#define PROVOLATILE_VOLATILE 'v'
#define PROPARALLEL_SAFE 's'
#define PROPARALLEL_RESTRICTED 'r'
#define PROPARALLEL_UNSAFE 'u'
#define PROARGMODE_IN 'i'
#define PROARGMODE_OUT 'o'
#define PROARGMODE_INOUT 'b'
#define PROARGMODE_VARIADIC 'v'
#define PROARGMODE_TABLE 't'

PGBGW_END_DECLS

#endif							/* PG_PROC_D_H */
