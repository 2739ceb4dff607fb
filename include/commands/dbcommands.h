/* Databases: their names and numbers. */
#ifndef DBCOMMANDS_H
#define DBCOMMANDS_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "lib/stringinfo.h"
#include "parser/parse_node.h"

PGBGW_BEGIN_DECLS

extern Oid	get_database_oid(const char *dbname, bool missing_ok);
extern char *get_database_name(Oid dbid);
extern bool have_createdb_privilege(void);
extern void check_encoding_locale_matches(int encoding, const char *collate, const char *ctype);

PGBGW_END_DECLS

#endif							/* DBCOMMANDS_H */
