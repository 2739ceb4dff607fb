/* Letters: lower and upper case. */
#ifndef _FORMATTING_H_
#define _FORMATTING_H_

#include "postgres.h"

PGBGW_BEGIN_DECLS

struct Node;

extern char *str_tolower(const char *buff, size_t nbytes, Oid collid);
extern char *str_toupper(const char *buff, size_t nbytes, Oid collid);
extern char *str_initcap(const char *buff, size_t nbytes, Oid collid);
extern char *asc_tolower(const char *buff, size_t nbytes);
extern char *asc_toupper(const char *buff, size_t nbytes);
extern char *asc_initcap(const char *buff, size_t nbytes);
extern Datum parse_datetime(text *date_txt, text *fmt, Oid collid, bool strict, Oid *typid,
							int32 *typmod, int *tz, struct Node *escontext);
extern bool datetime_format_has_tz(const char *fmt_str);

PGBGW_END_DECLS

#endif							/* _FORMATTING_H_ */
