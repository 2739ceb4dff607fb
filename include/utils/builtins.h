/* Texts, names and numbers of SQL. */
#ifndef BUILTINS_H
#define BUILTINS_H

#include "fmgr.h"
#include "nodes/nodes.h"

PGBGW_BEGIN_DECLS

extern text *cstring_to_text(const char *s);
extern char *text_to_cstring(const text *t);
#define CStringGetTextDatum(s) PointerGetDatum(cstring_to_text(s))
#define TextDatumGetCString(d) text_to_cstring((text *) DatumGetPointer(d))

extern void namestrcpy(Name name, const char *str);
extern int	namestrcmp(Name name, const char *str);

extern bool parse_bool(const char *value, bool *result);
extern int	pg_ltoa(int32 value, char *a);
extern int	pg_lltoa(int64 value, char *a);
extern int64 pg_strtoint64(const char *s);

extern const char *quote_identifier(const char *ident);
extern char *quote_qualified_identifier(const char *qualifier, const char *ident);
extern char *quote_literal_cstr(const char *rawstr);
extern char *format_type_be(Oid type_oid);

PGBGW_END_DECLS

#endif							/* BUILTINS_H */
