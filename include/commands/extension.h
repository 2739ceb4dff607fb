/* Extensions: their names and numbers. */
#ifndef EXTENSION_H
#define EXTENSION_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "parser/parse_node.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT bool creating_extension;
extern PGDLLIMPORT Oid CurrentExtensionObject;
extern Oid	get_extension_oid(const char *extname, bool missing_ok);
extern char *get_extension_name(Oid ext_oid);
extern Oid	get_extension_schema(Oid ext_oid);
extern bool extension_file_exists(const char *extensionName);

PGBGW_END_DECLS

#endif							/* EXTENSION_H */
