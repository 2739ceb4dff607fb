/*
 * chains: what lists with links in their members do, each step a fact; all of it holds in
 * PostgreSQL as well.
 */
#include "caught.h"
#include "lib/ilist.h"

PGDLLEXPORT void chains_main(Datum arg);

typedef struct Member
{
	int			number;
	dlist_node	link;
	slist_node	single;
} Member;

static Member members[6];
static dlist_head statically = DLIST_STATIC_INIT(statically);
static dclist_head counted = DCLIST_STATIC_INIT(counted);
static slist_head single = SLIST_STATIC_INIT(single);

static void
show(const char *what, dlist_head *list)
{
	char		text[100] = "";
	char		back[100] = "";
	dlist_iter	iter;

	dlist_foreach(iter, list)
		sprintf(text + strlen(text), " %d", dlist_container(Member, link, iter.cur)->number);
	dlist_reverse_foreach(iter, list)
		sprintf(back + strlen(back), " %d", dlist_container(Member, link, iter.cur)->number);
	emit("%s:%s |%s", what, text, back);
}

static void
doubly(void)
{
	dlist_head	zeroed;
	dlist_mutable_iter iter;

	memset(&zeroed, 0, sizeof(zeroed));
	emit("empty %d %d", dlist_is_empty(&zeroed), dlist_is_empty(&statically));
	show("zeroed", &zeroed);
	dlist_push_tail(&zeroed, &members[1].link);
	dlist_push_head(&zeroed, &members[0].link);
	dlist_push_tail(&zeroed, &members[2].link);
	show("pushed", &zeroed);
	dlist_insert_after(&members[0].link, &members[3].link);
	dlist_insert_before(&members[0].link, &members[4].link);
	show("inserted", &zeroed);
	dlist_move_head(&zeroed, &members[2].link);
	dlist_move_head(&zeroed, &members[2].link);
	dlist_move_tail(&zeroed, &members[0].link);
	show("moved", &zeroed);
	emit("ends %d %d", dlist_head_element(Member, link, &zeroed)->number,
		 dlist_tail_element(Member, link, &zeroed)->number);
	emit("neighbours %d %d %d %d", dlist_has_next(&zeroed, &members[0].link),
		 dlist_has_prev(&zeroed, &members[0].link),
		 dlist_next_node(&zeroed, &members[2].link) == &members[4].link,
		 dlist_prev_node(&zeroed, &members[4].link) == dlist_head_node(&zeroed));
	dlist_delete(&members[4].link);
	dlist_delete_from_thoroughly(&zeroed, &members[3].link);
	emit("detached %d", dlist_node_is_detached(&members[3].link));
	dlist_foreach_modify(iter, &zeroed)
		if (dlist_container(Member, link, iter.cur)->number != 1)
			dlist_delete_from(&zeroed, iter.cur);
	show("deleted", &zeroed);
	emit("popped %d", dlist_pop_head_node(&zeroed) == &members[1].link);
	emit("empty %d", dlist_is_empty(&zeroed));
}

static void
with_count(void)
{
	dlist_mutable_iter iter;

	for (int i = 0; i < 3; i++)
		dclist_push_tail(&counted, &members[i].link);
	dclist_push_head(&counted, &members[3].link);
	dclist_insert_after(&counted, &members[3].link, &members[4].link);
	dclist_insert_before(&counted, &members[3].link, &members[5].link);
	show("counted", &counted.dlist);
	emit("count %u %d", dclist_count(&counted), dclist_is_empty(&counted));
	dclist_move_tail(&counted, &members[5].link);
	dclist_move_head(&counted, &members[0].link);
	emit("ends %d %d", dclist_head_element(Member, link, &counted)->number,
		 dclist_tail_element(Member, link, &counted)->number);
	dclist_foreach_modify(iter, &counted)
		if (dclist_container(Member, link, iter.cur)->number % 2)
			dclist_delete_from(&counted, iter.cur);
	show("even", &counted.dlist);
	emit("count %u", dclist_count(&counted));
	while (!dclist_is_empty(&counted))
		emit("pop %d", dclist_container(Member, link, dclist_pop_head_node(&counted))->number);
	dclist_init(&counted);
}

static void
show_single(const char *what)
{
	char		text[100] = "";
	slist_iter	iter;

	slist_foreach(iter, &single)
		sprintf(text + strlen(text), " %d", slist_container(Member, single, iter.cur)->number);
	emit("%s:%s", what, text);
}

static void
singly(void)
{
	slist_mutable_iter iter;

	emit("empty %d", slist_is_empty(&single));
	for (int i = 0; i < 5; i++)
		slist_push_head(&single, &members[i].single);
	slist_insert_after(&members[2].single, &members[5].single);
	show_single("pushed");
	emit("next %d %d", slist_has_next(&single, &members[0].single),
		 slist_next_node(&single, &members[2].single) == &members[5].single);
	slist_delete(&single, &members[5].single);
	slist_delete(&single, &members[4].single);
	slist_delete(&single, &members[0].single);
	show_single("deleted");
	slist_push_head(&single, &members[4].single);
	slist_foreach_modify(iter, &single)
		if (slist_container(Member, single, iter.cur)->number >= 3)
			slist_delete_current(&iter);
	show_single("modified");
	emit("head %d", slist_head_element(Member, single, &single)->number);
	emit("popped %d", slist_pop_head_node(&single) == &members[2].single);
	show_single("left");
	slist_foreach_modify(iter, &single)
		slist_delete_current(&iter);
	emit("empty %d", slist_is_empty(&single));
	slist_init(&single);
}

void
chains_main(Datum arg)
{
	probe_begin();
	for (int i = 0; i < (int) lengthof(members); i++)
		members[i].number = i;
	doubly();
	with_count();
	singly();
	emit("sizes %zu %zu %zu %zu %zu", sizeof(dlist_iter), sizeof(dlist_mutable_iter),
		 sizeof(dclist_head), sizeof(slist_iter), sizeof(slist_mutable_iter));
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("chains");
	probe_static("chains", "chains_main");
}
