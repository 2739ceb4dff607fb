/* Tablespaces: their names and numbers. */
#ifndef TABLESPACE_H
#define TABLESPACE_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT bool allow_in_place_tablespaces;
extern Oid	GetDefaultTablespace(char relpersistence, bool partitioned);
extern void PrepareTempTablespaces(void);
extern Oid	get_tablespace_oid(const char *tablespacename, bool missing_ok);
extern char *get_tablespace_name(Oid spc_oid);
extern bool directory_is_empty(const char *path);

PGBGW_END_DECLS

#endif							/* TABLESPACE_H */
