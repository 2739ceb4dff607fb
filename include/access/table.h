/* Opening tables. */
#ifndef TABLE_H
#define TABLE_H

#include "postgres.h"
#include "nodes/primnodes.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"

PGBGW_BEGIN_DECLS

extern Relation table_open(Oid relationId, LOCKMODE lockmode);
extern Relation table_openrv(const RangeVar *relation, LOCKMODE lockmode);
extern Relation table_openrv_extended(const RangeVar *relation, LOCKMODE lockmode,
									  bool missing_ok);
extern Relation try_table_open(Oid relationId, LOCKMODE lockmode);
extern void table_close(Relation relation, LOCKMODE lockmode);

PGBGW_END_DECLS

#endif							/* TABLE_H */
