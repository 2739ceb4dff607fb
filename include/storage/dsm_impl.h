/* Dynamic shared memory: how it is made. */
#ifndef DSM_IMPL_H
#define DSM_IMPL_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

#define DSM_IMPL_POSIX 1
#define DSM_IMPL_SYSV 2
#define DSM_IMPL_WINDOWS 3
#define DSM_IMPL_MMAP 4

extern PGDLLIMPORT int dynamic_shared_memory_type;
extern PGDLLIMPORT int min_dynamic_shared_memory;

#define PG_DYNSHMEM_DIR "pg_dynshmem"
#define PG_DYNSHMEM_MMAP_FILE_PREFIX "mmap."

typedef uint32 dsm_handle;

#define DSM_HANDLE_INVALID ((dsm_handle) 0)

typedef enum
{
	DSM_OP_CREATE,
	DSM_OP_ATTACH,
	DSM_OP_DETACH,
	DSM_OP_DESTROY,
} dsm_op;

extern bool dsm_impl_op(dsm_op op, dsm_handle handle, Size request_size, void **impl_private,
						void **mapped_address, Size *mapped_size, int elevel);
extern void dsm_impl_pin_segment(dsm_handle handle, void *impl_private,
								 void **impl_private_pm_handle);
extern void dsm_impl_unpin_segment(dsm_handle handle, void **impl_private);

#define USE_DSM_POSIX
#define USE_DSM_SYSV
#define USE_DSM_MMAP
#define DEFAULT_DYNAMIC_SHARED_MEMORY_TYPE DSM_IMPL_POSIX

PGBGW_END_DECLS

#endif							/* DSM_IMPL_H */
