/* What tells one object of the database from all others. */
#ifndef OBJECTADDRESS_H
#define OBJECTADDRESS_H

#include "postgres.h"
#include "access/htup.h"
#include "nodes/parsenodes.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"

PGBGW_BEGIN_DECLS

typedef struct ObjectAddress
{
	Oid			classId;
	Oid			objectId;
	int32		objectSubId;
} ObjectAddress;

#define ObjectAddressSubSet(addr, class_id, object_id, object_sub_id) \
	do { \
		(addr).classId = (class_id); \
		(addr).objectId = (object_id); \
		(addr).objectSubId = (object_sub_id); \
	} while (0)
#define ObjectAddressSet(addr, class_id, object_id) \
	ObjectAddressSubSet(addr, class_id, object_id, 0)

PGBGW_END_DECLS

#endif							/* OBJECTADDRESS_H */
