/* Modes of heavyweight locks. */
#ifndef LOCKDEFS_H_
#define LOCKDEFS_H_

typedef int LOCKMASK;
typedef int LOCKMODE;

#define NoLock 0
#define AccessShareLock 1
#define RowShareLock 2
#define RowExclusiveLock 3
#define ShareUpdateExclusiveLock 4
#define ShareLock 5
#define ShareRowExclusiveLock 6
#define ExclusiveLock 7
#define AccessExclusiveLock 8

#endif							/* LOCKDEFS_H_ */
