/* Numbers of items on a page. */
#ifndef OFF_H
#define OFF_H

#include "postgres.h"
#include "storage/itemid.h"

PGBGW_BEGIN_DECLS

typedef uint16 OffsetNumber;

#define InvalidOffsetNumber ((OffsetNumber) 0)
#define FirstOffsetNumber ((OffsetNumber) 1)
#define MaxOffsetNumber ((OffsetNumber) (BLCKSZ / sizeof(ItemIdData)))

#define OffsetNumberIsValid(offsetNumber) \
	((bool) ((offsetNumber) != InvalidOffsetNumber && (offsetNumber) <= MaxOffsetNumber))
#define OffsetNumberNext(offsetNumber) ((OffsetNumber) (1 + (offsetNumber)))
#define OffsetNumberPrev(offsetNumber) ((OffsetNumber) ((offsetNumber) - 1))

PGBGW_END_DECLS

#endif							/* OFF_H */
