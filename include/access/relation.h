/* Opening anything that has columns. */
#ifndef ACCESS_RELATION_H
#define ACCESS_RELATION_H

#include "postgres.h"
#include "nodes/primnodes.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"

PGBGW_BEGIN_DECLS

extern Relation relation_open(Oid relationId, LOCKMODE lockmode);
extern Relation try_relation_open(Oid relationId, LOCKMODE lockmode);
extern Relation relation_openrv(const RangeVar *relation, LOCKMODE lockmode);
extern Relation relation_openrv_extended(const RangeVar *relation, LOCKMODE lockmode,
										 bool missing_ok);
extern void relation_close(Relation relation, LOCKMODE lockmode);

PGBGW_END_DECLS

#endif							/* ACCESS_RELATION_H */
