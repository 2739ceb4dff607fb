/* Allocation in dynamic shared memory. */
#ifndef DSA_H
#define DSA_H

#include "postgres.h"
#include "port/atomics.h"
#include "storage/dsm.h"

PGBGW_BEGIN_DECLS

struct dsa_area;

/* What stands for an address in all processes. */
#define SIZEOF_DSA_POINTER 8
typedef uint64 dsa_pointer;
typedef pg_atomic_uint64 dsa_pointer_atomic;
#define dsa_pointer_atomic_init pg_atomic_init_u64
#define dsa_pointer_atomic_read pg_atomic_read_u64
#define dsa_pointer_atomic_write pg_atomic_write_u64
#define dsa_pointer_atomic_fetch_add pg_atomic_fetch_add_u64
#define dsa_pointer_atomic_compare_exchange pg_atomic_compare_exchange_u64
#define DSA_POINTER_FORMAT "%016" INT64_MODIFIER "x"
#define DSA_OFFSET_WIDTH 40

typedef struct dsa_area dsa_area;

#define DSA_ALLOC_HUGE 0x01
#define DSA_ALLOC_NO_OOM 0x02
#define DSA_ALLOC_ZERO 0x04
#define InvalidDsaPointer ((dsa_pointer) 0)
#define DSA_DEFAULT_INIT_SEGMENT_SIZE ((size_t) (1 * 1024 * 1024))
#define DSA_MIN_SEGMENT_SIZE ((size_t) (256 * 1024L))
#define DSA_MAX_SEGMENT_SIZE ((size_t) 1 << DSA_OFFSET_WIDTH)

typedef dsm_handle dsa_handle;

#define DSA_HANDLE_INVALID ((dsa_handle) DSM_HANDLE_INVALID)

extern dsa_area *dsa_create_ext(int tranche_id, size_t init_segment_size, size_t max_segment_size);
extern dsa_area *dsa_create_in_place_ext(void *place, size_t size, int tranche_id,
										 dsm_segment *segment, size_t init_segment_size,
										 size_t max_segment_size);
extern dsa_area *dsa_attach(dsa_handle handle);
extern dsa_area *dsa_attach_in_place(void *place, dsm_segment *segment);
extern void dsa_release_in_place(void *place);
extern void dsa_on_dsm_detach_release_in_place(dsm_segment *, Datum);
extern void dsa_on_shmem_exit_release_in_place(int, Datum);
extern void dsa_pin_mapping(dsa_area *area);
extern void dsa_detach(dsa_area *area);
extern void dsa_pin(dsa_area *area);
extern void dsa_unpin(dsa_area *area);
extern void dsa_set_size_limit(dsa_area *area, size_t limit);
extern size_t dsa_minimum_size(void);
extern dsa_handle dsa_get_handle(dsa_area *area);
extern dsa_pointer dsa_allocate_extended(dsa_area *area, size_t size, int flags);
extern void dsa_free(dsa_area *area, dsa_pointer dp);
extern void *dsa_get_address(dsa_area *area, dsa_pointer dp);
extern size_t dsa_get_total_size(dsa_area *area);
extern void dsa_trim(dsa_area *area);
extern void dsa_dump(dsa_area *area);

#define DsaPointerIsValid(x) ((x) != InvalidDsaPointer)
#define dsa_allocate(area, size) dsa_allocate_extended(area, size, 0)
#define dsa_allocate0(area, size) dsa_allocate_extended(area, size, DSA_ALLOC_ZERO)
#define dsa_create(tranch_id) \
	dsa_create_ext(tranch_id, DSA_DEFAULT_INIT_SEGMENT_SIZE, DSA_MAX_SEGMENT_SIZE)
#define dsa_create_in_place(place, size, tranch_id, segment) \
	dsa_create_in_place_ext(place, size, tranch_id, segment, \
							DSA_DEFAULT_INIT_SEGMENT_SIZE, DSA_MAX_SEGMENT_SIZE)

PGBGW_END_DECLS

#endif							/* DSA_H */
