/* Spin locks, for a few instructions and nothing that can fail. */
#ifndef SPIN_H
#define SPIN_H

#include "storage/s_lock.h"

#define SpinLockInit(lock) S_INIT_LOCK(lock)
#define SpinLockAcquire(lock) S_LOCK(lock)
#define SpinLockRelease(lock) S_UNLOCK(lock)
#define SpinLockFree(lock) S_LOCK_FREE(lock)

#endif							/* SPIN_H */
