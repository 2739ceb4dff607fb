/* Directions of a scan. */
#ifndef SDIR_H
#define SDIR_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef enum ScanDirection
{
	BackwardScanDirection = -1,
	NoMovementScanDirection = 0,
	ForwardScanDirection = 1
} ScanDirection;

#define ScanDirectionIsValid(direction) \
	((direction) >= BackwardScanDirection && (direction) <= ForwardScanDirection)
#define ScanDirectionIsBackward(direction) ((direction) == BackwardScanDirection)
#define ScanDirectionIsNoMovement(direction) ((direction) == NoMovementScanDirection)
#define ScanDirectionIsForward(direction) ((direction) == ForwardScanDirection)
#define ScanDirectionCombine(a, b) ((a) * (b))

PGBGW_END_DECLS

#endif							/* SDIR_H */
