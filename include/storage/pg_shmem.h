/* The server's own shared memory. */
#ifndef PG_SHMEM_H
#define PG_SHMEM_H

#include "postgres.h"
#include "storage/dsm_impl.h"

PGBGW_BEGIN_DECLS

typedef struct PGShmemHeader
{
	int32		magic;
	pid_t		creatorPID;
	Size		totalsize;
	Size		freeoffset;
	dsm_handle	dsm_control;
	void	   *index;
	dev_t		device;
	ino_t		inode;
} PGShmemHeader;

extern PGDLLIMPORT int shared_memory_type;
extern PGDLLIMPORT int huge_pages;
extern PGDLLIMPORT int huge_page_size;

typedef enum
{
	HUGE_PAGES_OFF,
	HUGE_PAGES_ON,
	HUGE_PAGES_TRY,
	HUGE_PAGES_UNKNOWN,
}			HugePagesType;

typedef enum
{
	SHMEM_TYPE_WINDOWS,
	SHMEM_TYPE_SYSV,
	SHMEM_TYPE_MMAP,
}			PGShmemType;

extern PGDLLIMPORT unsigned long UsedShmemSegID;
extern PGDLLIMPORT void *UsedShmemSegAddr;

PGBGW_END_DECLS

#endif							/* PG_SHMEM_H */
