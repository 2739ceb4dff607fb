/* Numbers of columns. */
#ifndef ATTNUM_H
#define ATTNUM_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef int16 AttrNumber;

#define InvalidAttrNumber 0
#define MaxAttrNumber 32767

#define AttrNumberGetAttrOffset(attNum) ((attNum) - 1)
#define AttrOffsetGetAttrNumber(attributeOffset) ((AttrNumber) (1 + (attributeOffset)))
#define AttributeNumberIsValid(attributeNumber) ((attributeNumber) != InvalidAttrNumber)
#define AttrNumberIsForUserDefinedAttr(attributeNumber) ((attributeNumber) > 0)

PGBGW_END_DECLS

#endif							/* ATTNUM_H */
