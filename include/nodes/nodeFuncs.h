/* Questions to expressions. */
#ifndef NODEFUNCS_H
#define NODEFUNCS_H

#include "postgres.h"
#include "nodes/parsenodes.h"

PGBGW_BEGIN_DECLS

extern Oid	exprType(const Node *expr);
extern int32 exprTypmod(const Node *expr);
extern bool exprIsLengthCoercion(const Node *expr, int32 *coercedTypmod);
extern Oid	exprCollation(const Node *expr);
extern Oid	exprInputCollation(const Node *expr);
extern int	exprLocation(const Node *expr);

PGBGW_END_DECLS

#endif							/* NODEFUNCS_H */
