/* Numbers of index strategies. */
#ifndef STRATNUM_H
#define STRATNUM_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef uint16 StrategyNumber;

#define InvalidStrategy ((StrategyNumber) 0)
#define BTLessStrategyNumber 1
#define BTLessEqualStrategyNumber 2
#define BTEqualStrategyNumber 3
#define BTGreaterEqualStrategyNumber 4
#define BTGreaterStrategyNumber 5
#define BTMaxStrategyNumber 5
#define HTEqualStrategyNumber 1
#define HTMaxStrategyNumber 1
#define RTLeftStrategyNumber 1
#define RTOverLeftStrategyNumber 2
#define RTOverlapStrategyNumber 3
#define RTOverRightStrategyNumber 4
#define RTRightStrategyNumber 5
#define RTSameStrategyNumber 6
#define RTContainsStrategyNumber 7
#define RTContainedByStrategyNumber 8
#define RTOverBelowStrategyNumber 9
#define RTBelowStrategyNumber 10
#define RTAboveStrategyNumber 11
#define RTOverAboveStrategyNumber 12
#define RTOldContainsStrategyNumber 13
#define RTOldContainedByStrategyNumber 14
#define RTKNNSearchStrategyNumber 15
#define RTContainsElemStrategyNumber 16
#define RTAdjacentStrategyNumber 17
#define RTEqualStrategyNumber 18
#define RTNotEqualStrategyNumber 19
#define RTLessStrategyNumber 20
#define RTLessEqualStrategyNumber 21
#define RTGreaterStrategyNumber 22
#define RTGreaterEqualStrategyNumber 23
#define RTSubStrategyNumber 24
#define RTSubEqualStrategyNumber 25
#define RTSuperStrategyNumber 26
#define RTSuperEqualStrategyNumber 27
#define RTPrefixStrategyNumber 28
#define RTOldBelowStrategyNumber 29
#define RTOldAboveStrategyNumber 30
#define RTMaxStrategyNumber 30

PGBGW_END_DECLS

#endif							/* STRATNUM_H */
