/* Lists of pointers, integers, object identifiers or transactions. NIL is the empty list. */
#ifndef PG_LIST_H
#define PG_LIST_H

#include "nodes/nodes.h"

PGBGW_BEGIN_DECLS

typedef union ListCell
{
	void	   *ptr_value;
	int			int_value;
	Oid			oid_value;
	TransactionId xid_value;
} ListCell;

typedef struct List
{
	NodeTag		type;
	int			length;
	int			max_length;
	ListCell   *elements;
	ListCell	initial_elements[FLEXIBLE_ARRAY_MEMBER];
} List;

#define NIL ((List *) NULL)

static inline int
list_length(const List *l)
{
	return l ? l->length : 0;
}

/* The first, the last and the n-th member, from 0; NULL where there is none. */
static inline ListCell *
list_nth_cell(const List *list, int n)
{
	return &list->elements[n];
}

static inline ListCell *
list_head(const List *l)
{
	return l ? &l->elements[0] : NULL;
}

static inline ListCell *
list_tail(const List *l)
{
	return l ? &l->elements[l->length - 1] : NULL;
}

static inline ListCell *
lnext(const List *l, const ListCell *c)
{
	c++;
	return c < &l->elements[l->length] ? (ListCell *) c : NULL;
}

#define lfirst(lc) ((lc)->ptr_value)
#define lfirst_int(lc) ((lc)->int_value)
#define lfirst_oid(lc) ((lc)->oid_value)
#define lfirst_xid(lc) ((lc)->xid_value)
#define lfirst_node(type, lc) ((type *) lfirst(lc))
#define list_nth(list, n) lfirst(list_nth_cell(list, n))
#define list_nth_int(list, n) lfirst_int(list_nth_cell(list, n))
#define list_nth_oid(list, n) lfirst_oid(list_nth_cell(list, n))
#define linitial(l) lfirst(list_nth_cell(l, 0))
#define linitial_int(l) lfirst_int(list_nth_cell(l, 0))
#define linitial_oid(l) lfirst_oid(list_nth_cell(l, 0))
#define lsecond(l) lfirst(list_nth_cell(l, 1))
#define lthird(l) lfirst(list_nth_cell(l, 2))
#define llast(l) lfirst(list_tail(l))
#define llast_int(l) lfirst_int(list_tail(l))
#define llast_oid(l) lfirst_oid(list_tail(l))

/* Where a loop is; the list is read again at each step. */
typedef struct ForEachState
{
	const List *l;
	int			i;
} ForEachState;

#define foreach(cell, lst) \
	for (ForEachState cell##__state = {(lst), 0}; \
		 (cell##__state.l != NIL && cell##__state.i < cell##__state.l->length) ? \
		 (cell = &cell##__state.l->elements[cell##__state.i], true) : \
		 (cell = NULL, false); \
		 cell##__state.i++)

#define foreach_current_index(cell) (cell##__state.i)
#define foreach_delete_current(lst, cell) \
	((List *) (cell##__state.l = list_delete_nth_cell(lst, cell##__state.i--)))

extern List *list_make1_impl(NodeTag t, ListCell datum1);
extern List *list_make2_impl(NodeTag t, ListCell datum1, ListCell datum2);
extern List *list_make3_impl(NodeTag t, ListCell datum1, ListCell datum2, ListCell datum3);
extern List *list_make4_impl(NodeTag t, ListCell datum1, ListCell datum2, ListCell datum3,
							 ListCell datum4);
extern List *list_make5_impl(NodeTag t, ListCell datum1, ListCell datum2, ListCell datum3,
							 ListCell datum4, ListCell datum5);

#define list_make_ptr_cell(v) ((ListCell) {.ptr_value = (v)})
#define list_make_int_cell(v) ((ListCell) {.int_value = (v)})
#define list_make_oid_cell(v) ((ListCell) {.oid_value = (v)})
#define list_make1(a) list_make1_impl(T_List, list_make_ptr_cell(a))
#define list_make2(a, b) \
	list_make2_impl(T_List, list_make_ptr_cell(a), list_make_ptr_cell(b))
#define list_make3(a, b, c) \
	list_make3_impl(T_List, list_make_ptr_cell(a), list_make_ptr_cell(b), list_make_ptr_cell(c))
#define list_make1_int(a) list_make1_impl(T_IntList, list_make_int_cell(a))
#define list_make1_oid(a) list_make1_impl(T_OidList, list_make_oid_cell(a))

typedef int (*list_sort_comparator) (const ListCell *a, const ListCell *b);

extern pg_nodiscard List *lappend(List *list, void *datum);
extern pg_nodiscard List *lappend_int(List *list, int datum);
extern pg_nodiscard List *lappend_oid(List *list, Oid datum);
extern pg_nodiscard List *lcons(void *datum, List *list);
extern pg_nodiscard List *list_concat(List *list1, const List *list2);
extern pg_nodiscard List *list_concat_unique_oid(List *list1, const List *list2);
extern pg_nodiscard List *list_append_unique_int(List *list, int datum);
extern List *list_intersection_int(const List *list1, const List *list2);
extern bool list_member(const List *list, const void *datum);
extern bool list_member_ptr(const List *list, const void *datum);
extern bool list_member_int(const List *list, int datum);
extern bool list_member_oid(const List *list, Oid datum);
extern pg_nodiscard List *list_delete_int(List *list, int datum);
extern pg_nodiscard List *list_delete_first(List *list);
extern pg_nodiscard List *list_delete_nth_cell(List *list, int n);
extern pg_nodiscard List *list_delete_cell(List *list, ListCell *cell);
extern pg_nodiscard List *list_copy(const List *oldlist);
extern pg_nodiscard List *list_copy_tail(const List *oldlist, int nskip);
extern void list_sort(List *list, list_sort_comparator cmp);
extern int	list_int_cmp(const ListCell *p1, const ListCell *p2);
extern void list_free(List *list);
extern void list_free_deep(List *list);

PGBGW_END_DECLS

#endif							/* PG_LIST_H */
