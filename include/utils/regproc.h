/* Names of objects. */
#ifndef REGPROC_H
#define REGPROC_H

#include "postgres.h"
#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

#define FORMAT_PROC_INVALID_AS_NULL 0x01
#define FORMAT_PROC_FORCE_QUALIFY 0x02

extern char *format_procedure_extended(Oid procedure_oid, bits16 flags);

#define FORMAT_OPERATOR_INVALID_AS_NULL 0x01
#define FORMAT_OPERATOR_FORCE_QUALIFY 0x02

extern char *format_operator_extended(Oid operator_oid, bits16 flags);
extern List *stringToQualifiedNameList(const char *string, Node *escontext);
extern char *format_procedure(Oid procedure_oid);
extern char *format_procedure_qualified(Oid procedure_oid);
extern void format_procedure_parts(Oid procedure_oid, List **objnames, List **objargs,
								   bool missing_ok);
extern char *format_operator(Oid operator_oid);
extern char *format_operator_qualified(Oid operator_oid);
extern void format_operator_parts(Oid operator_oid, List **objnames, List **objargs,
								  bool missing_ok);

PGBGW_END_DECLS

#endif							/* REGPROC_H */
