/* Heavyweight locks: what other headers need of them. */
#ifndef LOCK_H_
#define LOCK_H_

#include "storage/lockdefs.h"
#include "storage/procnumber.h"

typedef struct LOCK LOCK;
typedef struct PROCLOCK PROCLOCK;

typedef struct
{
	ProcNumber	procNumber;
	LocalTransactionId localTransactionId;
} VirtualTransactionId;

typedef struct LOCKTAG
{
	uint32		locktag_field1;
	uint32		locktag_field2;
	uint32		locktag_field3;
	uint16		locktag_field4;
	uint8		locktag_type;
	uint8		locktag_lockmethodid;
} LOCKTAG;

#endif							/* LOCK_H_ */
