/* Options of commands. */
#ifndef DEFREM_H
#define DEFREM_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"
#include "tcop/dest.h"
#include "utils/array.h"

PGBGW_BEGIN_DECLS

extern char *makeObjectName(const char *name1, const char *name2, const char *label);
extern char *ChooseRelationName(const char *name1, const char *name2, const char *label,
								Oid namespaceid, bool isconstraint);
extern Oid	get_index_am_oid(const char *amname, bool missing_ok);
extern Oid	get_table_am_oid(const char *amname, bool missing_ok);
extern Oid	get_am_oid(const char *amname, bool missing_ok);
extern char *get_am_name(Oid amOid);
extern char *defGetString(DefElem *def);
extern double defGetNumeric(DefElem *def);
extern bool defGetBoolean(DefElem *def);
extern int32 defGetInt32(DefElem *def);
extern int64 defGetInt64(DefElem *def);
extern Oid	defGetObjectId(DefElem *def);
extern List *defGetQualifiedName(DefElem *def);
extern TypeName *defGetTypeName(DefElem *def);
extern int	defGetTypeLength(DefElem *def);
extern List *defGetStringList(DefElem *def);

PGBGW_END_DECLS

#endif							/* DEFREM_H */
