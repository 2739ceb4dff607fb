/*
 * lists: what lists do, each step a fact; all of it holds in PostgreSQL as well, but for the
 * nodes that only PostgreSQL can compare (scenario "nodes").
 */
#include "caught.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

PGDLLEXPORT void lists_main(Datum arg);

static char a[] = "a", b[] = "b", c[] = "c", d[] = "d", e[] = "e";

static void
show(const char *what, const List *list)
{
	StringInfoData str;
	ListCell   *cell;

	initStringInfo(&str);
	foreach(cell, list)
	{
		if (IsA(list, List))
			appendStringInfo(&str, " %s", (char *) lfirst(cell));
		else
			appendStringInfo(&str, " %d", lfirst_int(cell));
	}
	if (list == NIL)
		emit("%s: NIL", what);
	else
		emit("%s: %d %d/%d%s", what, (int) nodeTag(list), list_length(list), list->max_length,
			 str.data);
	pfree(str.data);
}

/* Changes a list, and shows it. */
#define STEP(list, ...) (list = (__VA_ARGS__), show(#__VA_ARGS__, list))

static List *
numbers(int n)
{
	List	   *list = NIL;

	for (int i = 0; i < n; i++)
		list = lappend_int(list, i);
	return list;
}

static void
making(void)
{
	List	   *p;
	List	   *i;
	List	   *o;
	List	   *x;

	STEP(p, list_make1(a));
	STEP(p, list_make2(a, b));
	STEP(p, list_make3(a, b, c));
	STEP(p, list_make4(a, b, c, d));
	STEP(p, list_make5(a, b, c, d, e));
	STEP(p, lappend(p, a));
	STEP(p, lcons(e, p));
	STEP(p, list_insert_nth(p, 2, d));
	STEP(p, lappend(NIL, c));
	STEP(p, lcons(b, p));
	STEP(p, list_insert_nth(NIL, 0, c));
	STEP(i, list_make5_int(1, 2, 3, 4, 5));
	STEP(i, lcons_int(0, i));
	STEP(i, lcons_int(-1, NIL));
	STEP(i, list_insert_nth_int(i, 1, 7));
	STEP(i, list_insert_nth_int(i, 0, 8));
	STEP(o, list_make2_oid(10, 20));
	STEP(o, lappend_oid(o, 30));
	STEP(o, lcons_oid(5, o));
	STEP(o, list_insert_nth_oid(o, 4, 40));
	STEP(x, list_make1_xid(3));
	STEP(x, lappend_xid(x, 4));
	emit("members %s %d %u", (char *) list_nth(list_make2(a, b), 1), list_nth_int(i, 2),
		 list_nth_oid(o, 3));
	p = list_make5(a, b, c, d, e);
	emit("by name %s%s%s%s%s", (char *) linitial(p), (char *) lsecond(p), (char *) lthird(p),
		 (char *) lfourth(p), (char *) llast(p));
	emit("numbers %d %d %d %u %u %u", linitial_int(i), lsecond_int(i), llast_int(i),
		 linitial_oid(o), llast_oid(o), llast_xid(x));
	emit("cells %d %d %d %d", list_head(NIL) == NULL, list_tail(NIL) == NULL,
		 list_second_cell(list_make1(a)) == NULL, list_second_cell(p) == list_nth_cell(p, 1));
	emit("next %d %d", lnext(p, list_head(p)) == list_second_cell(p), lnext(p, list_tail(p)) == NULL);
	emit("position %d length %d", list_cell_number(p, list_tail(p)), list_length(NIL));
	for (int n = 0; n < 14; n++)
		i = lappend_int(i, n);
	show("grown", i);
	i = numbers(100);
	emit("hundred %d/%d %d", i->length, i->max_length, llast_int(i));
	emit("sizes %zu %zu", sizeof(List), sizeof(ListCell));
}

static void
changing(void)
{
	List	   *i = list_make3_int(1, 2, 3);
	List	   *j = list_make2_int(8, 9);
	List	   *copy;

	STEP(i, list_concat(i, j));
	STEP(i, list_concat(i, i));
	STEP(i, list_concat(i, NIL));
	STEP(copy, list_concat(NIL, j));
	emit("another %d", copy != j);
	STEP(copy, list_concat_copy(j, i));
	STEP(copy, list_concat_copy(NIL, NIL));
	STEP(copy, list_copy(i));
	STEP(copy, list_copy_head(i, 3));
	STEP(copy, list_copy_head(i, 0));
	STEP(copy, list_copy_head(i, 99));
	STEP(copy, list_copy_tail(i, 7));
	STEP(copy, list_copy_tail(i, -7));
	STEP(copy, list_copy_tail(i, 10));
	STEP(copy, list_copy(NIL));
	STEP(i, list_truncate(i, 7));
	STEP(i, list_truncate(i, 99));
	STEP(i, list_delete_int(i, 8));
	STEP(i, list_delete_int(i, 77));
	STEP(i, list_delete_first(i));
	STEP(i, list_delete_last(i));
	STEP(i, list_delete_nth_cell(i, 1));
	STEP(i, list_delete_cell(i, list_tail(i)));
	STEP(i, list_delete_first_n(i, 0));
	STEP(i, list_delete_first_n(i, 1));
	STEP(i, list_delete_last(i));
	STEP(i, list_delete_last(i));
	STEP(i, list_delete_first(i));
	STEP(j, list_delete_first_n(j, 5));
	STEP(j, list_truncate(list_make1_int(1), 0));
	list_free(list_make1(a));
	list_free(numbers(50));
	list_free(NIL);
	list_free_deep(list_make2(pstrdup("x"), pstrdup("y")));
	list_free_deep(NIL);
}

static void
sets(void)
{
	List	   *i = list_make5_int(1, 2, 2, 3, 1);
	List	   *j = list_make3_int(2, 5, 5);
	List	   *o = list_make4_oid(4, 4, 4, 6);
	List	   *q = list_make2_oid(6, 7);
	List	   *p = list_make3(a, b, a);
	List	   *r;

	emit("members %d %d %d %d %d %d", list_member_int(i, 3), list_member_int(i, 4),
		 list_member_oid(o, 6), list_member_oid(NIL, 6), list_member_ptr(p, b),
		 list_member_ptr(p, pstrdup("b")));
	emit("xids %d %d", list_member_xid(list_make2_xid(1, 2), 2),
		 list_member_xid(list_make2_xid(1, 2), 3));
	STEP(r, list_union_int(i, j));
	STEP(r, list_union_oid(o, q));
	STEP(r, list_union_ptr(p, list_make2(c, c)));
	STEP(r, list_union_int(NIL, j));
	STEP(r, list_intersection_int(i, j));
	STEP(r, list_intersection_int(i, NIL));
	STEP(r, list_difference_int(i, j));
	STEP(r, list_difference_int(i, NIL));
	STEP(r, list_difference_oid(o, q));
	STEP(r, list_difference_ptr(p, list_make1(a)));
	STEP(r, list_append_unique_int(list_copy(i), 3));
	STEP(r, list_append_unique_int(r, 4));
	STEP(r, list_append_unique_oid(list_copy(o), 5));
	STEP(r, list_append_unique_ptr(list_copy(p), b));
	STEP(r, list_concat_unique_int(list_copy(i), j));
	STEP(r, list_concat_unique_oid(list_copy(o), q));
	STEP(r, list_concat_unique_ptr(NIL, p));
	STEP(r, list_delete_ptr(list_copy(p), a));
	STEP(r, list_delete_oid(list_copy(o), 4));
	list_deduplicate_oid(o);
	show("deduplicated", o);
}

static void
of_lists(void)
{
	List	   *p = list_make2(list_make2_int(1, 2), list_make1(list_make1_oid(7)));
	List	   *copy = list_copy_deep(p);
	List	   *more = list_make2(list_make2_int(1, 3), NULL);

	emit("deep %d %d %d", linitial(copy) != linitial(p), list_length(linitial(copy)),
		 list_length(lsecond(copy)));
	emit("equal %d %d %d %d", list_member(p, linitial(copy)), list_member(p, lsecond(copy)),
		 list_member(p, linitial(more)), list_member(p, NULL));
	emit("kinds %d %d", list_member(p, list_make2_oid(1, 2)), list_member(p, list_make1_int(1)));
	emit("union %d", list_length(list_union(p, list_concat(more, copy))));
	emit("intersection %d", list_length(list_intersection(p, copy)));
	emit("difference %d", list_length(list_difference(more, copy)));
	emit("unique %d", list_length(list_append_unique(list_copy(p), linitial(copy))));
	emit("concat %d", list_length(list_concat_unique(list_copy(p), more)));
	emit("delete %d", list_length(list_delete(p, lsecond(copy))));
}

static int
backwards(const ListCell *one, const ListCell *other)
{
	return list_int_cmp(other, one);
}

static int
complaining(const ListCell *one, const ListCell *other)
{
	if (lfirst_int(one) == 5 || lfirst_int(other) == 5)
		elog(ERROR, "not five");
	return list_int_cmp(one, other);
}

static void
sorting(void)
{
	List	   *i = NIL;
	List	   *o = list_make3_oid(4000000000U, 1, 3000000000U);
	bool		right = true;

	for (int n = 0; n < 10; n++)
		i = lappend_int(i, n * 7 % 10 - 4);
	list_sort(i, list_int_cmp);
	show("sorted", i);
	list_sort(i, backwards);
	show("backwards", i);
	caught("comparison", list_sort(numbers(9), complaining));
	list_sort(o, list_oid_cmp);
	emit("unsigned %u %u %u", linitial_oid(o), lsecond_oid(o), llast_oid(o));
	list_sort(NIL, list_int_cmp);
	i = numbers(10007);
	for (int n = 0; n < 10007; n++)
		list_nth_cell(i, n)->int_value = (int) ((int64) n * 5003 % 10007);
	list_sort(i, list_int_cmp);
	for (int n = 0; n < 10007; n++)
		right = right && list_nth_int(i, n) == n;
	emit("large %d", right);
}

static void
loops(void)
{
	List	   *i = numbers(6);
	List	   *p = list_make3(a, b, c);
	List	   *o = list_make2_oid(1, 2);
	ListCell   *one;
	ListCell   *two;
	ListCell   *three;
	ListCell   *four;
	ListCell   *five;

	foreach(one, i)
	{
		if (lfirst_int(one) % 2 == 0)
			i = foreach_delete_current(i, one);
		else
			emit("odd %d at %d", lfirst_int(one), foreach_current_index(one));
	}
	show("left", i);
	emit("ended %d", one == NULL);
	foreach(one, i)
		if (foreach_current_index(one) == 1)
			break;
	emit("broken off at %d", lfirst_int(one));
	for_each_from(one, i, 1)
		emit("from %d", lfirst_int(one));
	for_each_from(one, i, 9)
		emit("never");
	for_each_cell(one, i, list_nth_cell(i, 2))
		emit("from cell %d", lfirst_int(one));
	for_each_cell(one, i, NULL)
		emit("never");
	foreach_ptr(char, text, p)
		emit("text %s", text);
	foreach_int(n, i)
	{
		if (n == 3)
			i = foreach_delete_current(i, n);
		else
			emit("number %d at %d", n, foreach_current_index(n));
	}
	foreach_oid(n, o)
		emit("oid %u", n);
	foreach_xid(n, list_make1_xid(9))
		emit("xid %u", n);
	foreach_node(List, inner, list_make1(i))
		emit("node %d", list_length(inner));
	foreach_int(n, NIL)
		emit("never %d", n);
	forboth(one, p, two, o)
		emit("both %s %u", (char *) lfirst(one), lfirst_oid(two));
	emit("longer %d %d", one != NULL, two != NULL);
	for_both_cell(one, p, list_nth_cell(p, 1), two, o, list_head(o))
		emit("both from %s %u", (char *) lfirst(one), lfirst_oid(two));
	forthree(one, p, two, o, three, i)
		emit("three %s %u %d", (char *) lfirst(one), lfirst_oid(two), lfirst_int(three));
	forfour(one, p, two, p, three, p, four, o)
		emit("four %s %u", (char *) lfirst(three), lfirst_oid(four));
	forfive(one, p, two, p, three, p, four, p, five, o)
		emit("five %s %u", (char *) lfirst(four), lfirst_oid(five));
	forboth(one, NIL, two, o)
		emit("never");
}

typedef struct OtherNode
{
	NodeTag		type;
} OtherNode;

static void
nodes(void)
{
	OtherNode	one = {T_ExprContext};
	OtherNode	two = {T_ExprContext};
	List	   *list = list_make1(&one);
	List	   *copy;

	emit("itself %d", list_member(list, &one));
	caught("member", list_member(list, &two));
	caught("deep", copy = list_copy_deep(list));
	(void) copy;
}

void
lists_main(Datum arg)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "lists",
												  ALLOCSET_DEFAULT_SIZES);

	probe_begin();
	MemoryContextSwitchTo(context);
	if (probe_is("nodes"))
		nodes();
	else
	{
		making();
		changing();
		sets();
		of_lists();
		sorting();
		loops();
	}
	MemoryContextSwitchTo(TopMemoryContext);
	MemoryContextDelete(context);
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("lists");
	probe_static("lists", "lists_main");
}
