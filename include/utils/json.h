/* JSON as text. */
#ifndef JSON_H
#define JSON_H

#include "postgres.h"
#include "lib/stringinfo.h"

PGBGW_BEGIN_DECLS

extern void escape_json(StringInfo buf, const char *str);
extern char *JsonEncodeDateTime(char *buf, Datum value, Oid typid, const int *tzp);
extern bool to_json_is_immutable(Oid typoid);
extern Datum json_build_object_worker(int nargs, const Datum *args, const bool *nulls,
									  const Oid *types, bool absent_on_null, bool unique_keys);
extern Datum json_build_array_worker(int nargs, const Datum *args, const bool *nulls,
									 const Oid *types, bool absent_on_null);
extern bool json_validate(text *json, bool check_unique_keys, bool throw_error);

PGBGW_END_DECLS

#endif							/* JSON_H */
