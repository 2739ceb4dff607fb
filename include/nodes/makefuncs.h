/* Making nodes. */
#ifndef MAKEFUNC_H
#define MAKEFUNC_H

#include "postgres.h"
#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"

PGBGW_BEGIN_DECLS

extern Const *makeConst(Oid consttype, int32 consttypmod, Oid constcollid, int constlen,
						Datum constvalue, bool constisnull, bool constbyval);
extern Const *makeNullConst(Oid consttype, int32 consttypmod, Oid constcollid);
extern Node *makeBoolConst(bool value, bool isnull);
extern Alias *makeAlias(const char *aliasname, List *colnames);
extern RangeVar *makeRangeVar(char *schemaname, char *relname, int location);
extern TypeName *makeTypeName(char *typnam);
extern TypeName *makeTypeNameFromNameList(List *names);
extern TypeName *makeTypeNameFromOid(Oid typeOid, int32 typmod);
extern DefElem *makeDefElem(char *name, Node *arg, int location);
extern DefElem *makeDefElemExtended(char *nameSpace, char *name, Node *arg,
									DefElemAction defaction, int location);

PGBGW_END_DECLS

#endif							/* MAKEFUNC_H */
