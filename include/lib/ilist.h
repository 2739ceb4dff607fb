/*
 * Lists whose links lie in their members: doubly linked, the same with a count, singly linked.
 *
 * A dlist is a ring through its head; a head that is all zero is an empty list, too.
 */
#ifndef ILIST_H
#define ILIST_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef struct dlist_node
{
	struct dlist_node *prev;
	struct dlist_node *next;
} dlist_node;

typedef struct dlist_head
{
	dlist_node	head;
} dlist_head;

typedef struct slist_node
{
	struct slist_node *next;
} slist_node;

typedef struct slist_head
{
	slist_node	head;
} slist_head;

typedef struct dlist_iter
{
	dlist_node *cur;
	dlist_node *end;
} dlist_iter;

typedef struct dlist_mutable_iter
{
	dlist_node *cur;
	dlist_node *next;
	dlist_node *end;
} dlist_mutable_iter;

typedef struct dclist_head
{
	dlist_head	dlist;
	uint32		count;
} dclist_head;

typedef struct slist_iter
{
	slist_node *cur;
} slist_iter;

typedef struct slist_mutable_iter
{
	slist_node *cur;
	slist_node *next;
	slist_node *prev;
} slist_mutable_iter;

#define DLIST_STATIC_INIT(name) {{&(name).head, &(name).head}}
#define DCLIST_STATIC_INIT(name) {{{&(name).dlist.head, &(name).dlist.head}}, 0}
#define SLIST_STATIC_INIT(name) {{NULL}}

/* What PostgreSQL checks in debugging builds. */
#define dlist_member_check(head, node) ((void) (head))
#define dlist_check(head) ((void) (head))
#define slist_check(head) ((void) (head))

/* The structure that a link lies in. */
#define ilist_container_(type, membername, ptr) \
	((type *) ((char *) (ptr) - offsetof(type, membername)))
#define dlist_container(type, membername, ptr) ilist_container_(type, membername, ptr)
#define dclist_container(type, membername, ptr) ilist_container_(type, membername, ptr)
#define slist_container(type, membername, ptr) ilist_container_(type, membername, ptr)

/* Doubly linked. */

static inline void
dlist_init(dlist_head *head)
{
	head->head.prev = head->head.next = &head->head;
}

/* Makes a ring of a head that is all zero. */
static inline void
dlist_close_(dlist_head *head)
{
	if (head->head.next == NULL)
		dlist_init(head);
}

static inline void
dlist_node_init(dlist_node *node)
{
	node->prev = node->next = NULL;
}

static inline bool
dlist_node_is_detached(const dlist_node *node)
{
	return node->next == NULL;
}

static inline bool
dlist_is_empty(const dlist_head *head)
{
	return head->head.next == NULL || head->head.next == &head->head;
}

static inline void
dlist_insert_after(dlist_node *after, dlist_node *node)
{
	node->prev = after;
	node->next = after->next;
	after->next = after->next->prev = node;
}

static inline void
dlist_insert_before(dlist_node *before, dlist_node *node)
{
	dlist_insert_after(before->prev, node);
}

static inline void
dlist_push_head(dlist_head *head, dlist_node *node)
{
	dlist_close_(head);
	dlist_insert_after(&head->head, node);
}

static inline void
dlist_push_tail(dlist_head *head, dlist_node *node)
{
	dlist_close_(head);
	dlist_insert_before(&head->head, node);
}

static inline void
dlist_delete(dlist_node *node)
{
	node->next->prev = node->prev;
	node->prev->next = node->next;
}

static inline void
dlist_delete_thoroughly(dlist_node *node)
{
	dlist_delete(node);
	dlist_node_init(node);
}

static inline void
dlist_delete_from(dlist_head *head, dlist_node *node)
{
	dlist_member_check(head, node);
	dlist_delete(node);
}

static inline void
dlist_delete_from_thoroughly(dlist_head *head, dlist_node *node)
{
	dlist_member_check(head, node);
	dlist_delete_thoroughly(node);
}

/* The list must not be empty. */
static inline dlist_node *
dlist_pop_head_node(dlist_head *head)
{
	dlist_node *node = head->head.next;

	dlist_delete(node);
	return node;
}

static inline void
dlist_move_head(dlist_head *head, dlist_node *node)
{
	if (head->head.next != node)
	{
		dlist_delete(node);
		dlist_push_head(head, node);
	}
}

static inline void
dlist_move_tail(dlist_head *head, dlist_node *node)
{
	if (head->head.prev != node)
	{
		dlist_delete(node);
		dlist_push_tail(head, node);
	}
}

static inline bool
dlist_has_next(const dlist_head *head, const dlist_node *node)
{
	return node->next != &head->head;
}

static inline bool
dlist_has_prev(const dlist_head *head, const dlist_node *node)
{
	return node->prev != &head->head;
}

/* These must be there. */
static inline dlist_node *
dlist_next_node(dlist_head *head, dlist_node *node)
{
	dlist_member_check(head, node);
	return node->next;
}

static inline dlist_node *
dlist_prev_node(dlist_head *head, dlist_node *node)
{
	dlist_member_check(head, node);
	return node->prev;
}

static inline dlist_node *
dlist_head_node(dlist_head *head)
{
	return head->head.next;
}

static inline dlist_node *
dlist_tail_node(dlist_head *head)
{
	return head->head.prev;
}

static inline void *
dlist_head_element_off(dlist_head *head, size_t off)
{
	return (char *) dlist_head_node(head) - off;
}

static inline void *
dlist_tail_element_off(dlist_head *head, size_t off)
{
	return (char *) dlist_tail_node(head) - off;
}

#define dlist_head_element(type, membername, lhead) \
	((type *) dlist_head_element_off(lhead, offsetof(type, membername)))
#define dlist_tail_element(type, membername, lhead) \
	((type *) dlist_tail_element_off(lhead, offsetof(type, membername)))

/* Loops; in the modifying one the current member may be deleted. */
#define dlist_foreach(iter, lhead) \
	for ((iter).end = &(lhead)->head, \
		 (iter).cur = (iter).end->next ? (iter).end->next : (iter).end; \
		 (iter).cur != (iter).end; \
		 (iter).cur = (iter).cur->next)
#define dlist_reverse_foreach(iter, lhead) \
	for ((iter).end = &(lhead)->head, \
		 (iter).cur = (iter).end->prev ? (iter).end->prev : (iter).end; \
		 (iter).cur != (iter).end; \
		 (iter).cur = (iter).cur->prev)
#define dlist_foreach_modify(iter, lhead) \
	for ((iter).end = &(lhead)->head, \
		 (iter).cur = (iter).end->next ? (iter).end->next : (iter).end; \
		 (iter).cur != (iter).end && ((iter).next = (iter).cur->next, true); \
		 (iter).cur = (iter).next)

/* Doubly linked, with a count. */

static inline void
dclist_init(dclist_head *head)
{
	dlist_init(&head->dlist);
	head->count = 0;
}

static inline bool
dclist_is_empty(const dclist_head *head)
{
	return head->count == 0;
}

static inline uint32
dclist_count(const dclist_head *head)
{
	return head->count;
}

static inline void
dclist_push_head(dclist_head *head, dlist_node *node)
{
	dlist_push_head(&head->dlist, node);
	head->count++;
}

static inline void
dclist_push_tail(dclist_head *head, dlist_node *node)
{
	dlist_push_tail(&head->dlist, node);
	head->count++;
}

static inline void
dclist_insert_after(dclist_head *head, dlist_node *after, dlist_node *node)
{
	dlist_insert_after(after, node);
	head->count++;
}

static inline void
dclist_insert_before(dclist_head *head, dlist_node *before, dlist_node *node)
{
	dlist_insert_before(before, node);
	head->count++;
}

static inline void
dclist_delete_from(dclist_head *head, dlist_node *node)
{
	dlist_delete_from(&head->dlist, node);
	head->count--;
}

static inline void
dclist_delete_from_thoroughly(dclist_head *head, dlist_node *node)
{
	dlist_delete_from_thoroughly(&head->dlist, node);
	head->count--;
}

static inline dlist_node *
dclist_pop_head_node(dclist_head *head)
{
	head->count--;
	return dlist_pop_head_node(&head->dlist);
}

static inline void
dclist_move_head(dclist_head *head, dlist_node *node)
{
	dlist_move_head(&head->dlist, node);
}

static inline void
dclist_move_tail(dclist_head *head, dlist_node *node)
{
	dlist_move_tail(&head->dlist, node);
}

static inline bool
dclist_has_next(const dclist_head *head, const dlist_node *node)
{
	return dlist_has_next(&head->dlist, node);
}

static inline bool
dclist_has_prev(const dclist_head *head, const dlist_node *node)
{
	return dlist_has_prev(&head->dlist, node);
}

static inline dlist_node *
dclist_next_node(dclist_head *head, dlist_node *node)
{
	return dlist_next_node(&head->dlist, node);
}

static inline dlist_node *
dclist_prev_node(dclist_head *head, dlist_node *node)
{
	return dlist_prev_node(&head->dlist, node);
}

static inline dlist_node *
dclist_head_node(dclist_head *head)
{
	return dlist_head_node(&head->dlist);
}

static inline dlist_node *
dclist_tail_node(dclist_head *head)
{
	return dlist_tail_node(&head->dlist);
}

static inline void *
dclist_head_element_off(dclist_head *head, size_t off)
{
	return dlist_head_element_off(&head->dlist, off);
}

static inline void *
dclist_tail_element_off(dclist_head *head, size_t off)
{
	return dlist_tail_element_off(&head->dlist, off);
}

#define dclist_head_element(type, membername, lhead) \
	((type *) dclist_head_element_off(lhead, offsetof(type, membername)))
#define dclist_tail_element(type, membername, lhead) \
	((type *) dclist_tail_element_off(lhead, offsetof(type, membername)))
#define dclist_foreach(iter, lhead) dlist_foreach(iter, &(lhead)->dlist)
#define dclist_foreach_modify(iter, lhead) dlist_foreach_modify(iter, &(lhead)->dlist)
#define dclist_reverse_foreach(iter, lhead) dlist_reverse_foreach(iter, &(lhead)->dlist)

/* Singly linked; slist_delete searches for the member. */

static inline void
slist_init(slist_head *head)
{
	head->head.next = NULL;
}

static inline bool
slist_is_empty(const slist_head *head)
{
	return head->head.next == NULL;
}

static inline void
slist_insert_after(slist_node *after, slist_node *node)
{
	node->next = after->next;
	after->next = node;
}

static inline void
slist_push_head(slist_head *head, slist_node *node)
{
	slist_insert_after(&head->head, node);
}

/* The list must not be empty. */
static inline slist_node *
slist_pop_head_node(slist_head *head)
{
	slist_node *node = head->head.next;

	head->head.next = node->next;
	return node;
}

static inline bool
slist_has_next(const slist_head *head, const slist_node *node)
{
	slist_check(head);
	return node->next != NULL;
}

static inline slist_node *
slist_next_node(slist_head *head, slist_node *node)
{
	slist_check(head);
	return node->next;
}

static inline slist_node *
slist_head_node(slist_head *head)
{
	return head->head.next;
}

static inline void *
slist_head_element_off(slist_head *head, size_t off)
{
	return (char *) slist_head_node(head) - off;
}

#define slist_head_element(type, membername, lhead) \
	((type *) slist_head_element_off(lhead, offsetof(type, membername)))

extern void slist_delete(slist_head *head, const slist_node *node);

#define slist_foreach(iter, lhead) \
	for ((iter).cur = (lhead)->head.next; (iter).cur != NULL; (iter).cur = (iter).cur->next)
/* The current member may be deleted with slist_delete_current. */
#define slist_foreach_modify(iter, lhead) \
	for ((iter).prev = &(lhead)->head, (iter).cur = (iter).prev->next; \
		 (iter).cur != NULL && ((iter).next = (iter).cur->next, true); \
		 (iter).prev = (iter).cur, (iter).cur = (iter).next)

static inline void
slist_delete_current(slist_mutable_iter *iter)
{
	iter->prev->next = iter->next;
	/* What comes next has the same one before it. */
	iter->cur = iter->prev;
}

PGBGW_END_DECLS

#endif							/* ILIST_H */
