/* Names as the parser reads them. */
#ifndef SCANSUP_H
#define SCANSUP_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern char *downcase_truncate_identifier(const char *ident, int len, bool warn);
extern char *downcase_identifier(const char *ident, int len, bool warn, bool truncate);
extern void truncate_identifier(char *ident, int len, bool warn);
extern bool scanner_isspace(char ch);

PGBGW_END_DECLS

#endif							/* SCANSUP_H */
