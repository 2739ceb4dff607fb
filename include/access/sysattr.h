/* Columns that every table has. */
#ifndef SYSATTR_H
#define SYSATTR_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

#define SelfItemPointerAttributeNumber (-1)
#define MinTransactionIdAttributeNumber (-2)
#define MinCommandIdAttributeNumber (-3)
#define MaxTransactionIdAttributeNumber (-4)
#define MaxCommandIdAttributeNumber (-5)
#define TableOidAttributeNumber (-6)
#define FirstLowInvalidHeapAttributeNumber (-7)

PGBGW_END_DECLS

#endif							/* SYSATTR_H */
