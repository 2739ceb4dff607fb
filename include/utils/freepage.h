/* Free pages of a piece of memory. */
#ifndef FREEPAGE_H
#define FREEPAGE_H

#include "postgres.h"
#include "storage/lwlock.h"
#include "utils/relptr.h"

PGBGW_BEGIN_DECLS

typedef struct FreePageSpanLeader FreePageSpanLeader;
typedef struct FreePageBtree FreePageBtree;
typedef struct FreePageManager FreePageManager;

relptr_declare(FreePageBtree, RelptrFreePageBtree);
relptr_declare(FreePageManager, RelptrFreePageManager);
relptr_declare(FreePageSpanLeader, RelptrFreePageSpanLeader);

#define FPM_PAGE_SIZE 4096
#define FPM_NUM_FREELISTS 129

struct FreePageManager
{
	RelptrFreePageManager self;
	RelptrFreePageBtree btree_root;
	RelptrFreePageSpanLeader btree_recycle;
	unsigned	btree_depth;
	unsigned	btree_recycle_count;
	Size		singleton_first_page;
	Size		singleton_npages;
	Size		contiguous_pages;
	bool		contiguous_pages_dirty;
	RelptrFreePageSpanLeader freelist[FPM_NUM_FREELISTS];
};

extern void FreePageManagerInitialize(FreePageManager *fpm, char *base);
extern bool FreePageManagerGet(FreePageManager *fpm, Size npages, Size *first_page);
extern void FreePageManagerPut(FreePageManager *fpm, Size first_page, Size npages);
extern char *FreePageManagerDump(FreePageManager *fpm);

#define fpm_page_to_pointer(base, page) ((base) + FPM_PAGE_SIZE * (page))
#define fpm_pointer_to_page(base, ptr) ((Size) ((char *) (ptr) - (base)) / FPM_PAGE_SIZE)
#define fpm_size_to_pages(sz) (((sz) + FPM_PAGE_SIZE - 1) / FPM_PAGE_SIZE)
#define fpm_pointer_is_page_aligned(base, ptr) ((Size) ((char *) (ptr) - (base)) % FPM_PAGE_SIZE == 0)
#define fpm_relptr_is_page_aligned(base, relptr) (relptr_offset(relptr) % FPM_PAGE_SIZE == 0)
#define fpm_segment_base(fpm) ((char *) (fpm) - relptr_offset((fpm)->self))
#define fpm_largest(fpm) ((fpm)->contiguous_pages)

PGBGW_END_DECLS

#endif							/* FREEPAGE_H */
