#![forbid(unsafe_code)]
//! The search for processes that wait for one another.
//! Runs in: worker.
//!
//! A process waits for those who hold the lock in a mode that conflicts with its request, and for
//! those before it in the queue whose requests do. The first cannot be helped; the second can: the
//! queue gets another order. What is tried is a list of such wishes, each "this one before that
//! one", until no circle is left, or none can be broken.

use std::collections::BTreeMap;

use crate::abi::lock::{
    LOCKMASK, LOCKMODE, LOCKTAG, LOCKTAG_RELATION_EXTEND, Tag, bit, conflicts_of,
};
use crate::shmem::lock_table::{Number, Table};

/// A process that waits, for a report.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) pid: i32,
    pub(super) tag: Tag,
    pub(super) mode: LOCKMODE,
}

impl Link {
    /// Of a process that waits for something.
    pub(super) fn of(table: &Table<'_>, process: usize) -> Self {
        let (tag, mode) = table
            .awaited(process)
            .map_or((Tag::default(), 0), |(entry, mode)| (table.tag(entry.lock), mode));
        Self { pid: table.pid(process), tag, mode }
    }
}

/// A lock for which somebody waits.
#[derive(Debug, Default)]
struct Awaited {
    holders: Vec<(usize, LOCKMASK)>,
    queue: Vec<(usize, LOCKMODE)>,
    /// Whoever has it waits for nothing else.
    is_harmless: bool,
}

/// Who waits for what, at one moment.
#[derive(Debug, Default)]
pub(super) struct Graph {
    locks: BTreeMap<Number, Awaited>,
    /// By process.
    waits: BTreeMap<usize, (Number, LOCKMODE)>,
}

impl Graph {
    /// As the table says.
    pub(super) fn of(table: &Table<'_>) -> Self {
        let mut graph = Self::default();
        for process in 0..table.processes() {
            let Some((entry, mode)) = table.awaited(process) else { continue };
            graph.waits.insert(process, (entry.lock, mode));
            graph.locks.entry(entry.lock).or_insert_with(|| Awaited {
                holders: { table.shares(entry.lock).into_iter() }
                    .map(|share| (share.process, share.held))
                    .collect(),
                queue: table.queue(entry.lock),
                is_harmless: LOCKTAG::of(&table.tag(entry.lock)).locktag_type
                    == LOCKTAG_RELATION_EXTEND,
            });
        }
        graph
    }
}

/// New orders of the queues of some locks.
type Orders = Vec<(Number, Vec<usize>)>;

/// What the search found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// No circle.
    None,
    /// None any more with these orders.
    Soft(Orders),
    /// One that no order breaks: each waits for the next, the first is the one that asks.
    Hard(Vec<usize>),
}

/// A wish: `waiter` before `blocker`.
#[derive(Clone, Copy, Debug)]
struct Wish {
    lock: Number,
    waiter: usize,
    blocker: usize,
}

/// A circle, and the waits of it that another order would end.
#[derive(Default)]
struct Circle {
    /// The last one first.
    processes: Vec<usize>,
    wishes: Vec<Wish>,
}

/// A search for circles with some orders in place of the true ones.
struct Search<'a> {
    graph: &'a Graph,
    orders: &'a Orders,
    seen: Vec<usize>,
}

/// Looks whether a process that waits does so for ever.
pub(super) fn check(graph: &Graph, process: usize) -> Outcome {
    match resolve(graph, process, &mut Vec::new()) {
        Some(orders) if orders.is_empty() => Outcome::None,
        Some(orders) => Outcome::Soft(orders),
        None => {
            let circle = circle(graph, &Vec::new(), process).unwrap_or_default();
            Outcome::Hard(circle.processes.into_iter().rev().collect())
        }
    }
}

/// Orders without a circle that fulfil the wishes, and more of them if need be; none: there are none.
fn resolve(graph: &Graph, process: usize, wishes: &mut Vec<Wish>) -> Option<Orders> {
    let orders = fulfil(graph, wishes)?;
    let concerned = wishes.iter().flat_map(|wish| [wish.waiter, wish.blocker]);
    let mut found = Vec::new();
    for start in concerned.chain([process]) {
        if let Some(circle) = circle(graph, &orders, start) {
            if circle.wishes.is_empty() {
                return None;
            }
            found = circle.wishes;
        }
    }
    if found.is_empty() {
        return Some(orders);
    }
    if wishes.len() >= graph.waits.len() {
        return None;
    }
    for wish in found {
        wishes.push(wish);
        if let Some(orders) = resolve(graph, process, wishes) {
            return Some(orders);
        }
        wishes.pop();
    }
    None
}

fn circle(graph: &Graph, orders: &Orders, start: usize) -> Option<Circle> {
    Search { graph, orders, seen: Vec::new() }.follow(start)
}

impl Search<'_> {
    /// The circle on which a process leads back to the first one.
    fn follow(&mut self, process: usize) -> Option<Circle> {
        if let Some(at) = self.seen.iter().position(|other| *other == process) {
            return (at == 0).then(Circle::default);
        }
        self.seen.push(process);
        let graph = self.graph;
        let &(number, mode) = graph.waits.get(&process)?;
        let lock = graph.locks.get(&number).filter(|lock| !lock.is_harmless)?;
        let against = conflicts_of(mode);
        for (holder, held) in &lock.holders {
            if *holder != process
                && held & against != 0
                && let Some(mut circle) = self.follow(*holder)
            {
                circle.processes.push(process);
                return Some(circle);
            }
        }
        let ordered = self.orders.iter().find(|(lock, _)| *lock == number);
        let queue: Vec<usize> = match ordered {
            Some((_, order)) => order.clone(),
            None => lock.queue.iter().map(|(process, _)| *process).collect(),
        };
        for blocker in queue.into_iter().take_while(|other| *other != process) {
            let request = lock.queue.iter().find(|(other, _)| *other == blocker);
            if request.is_some_and(|(_, mode)| bit(*mode) & against != 0)
                && let Some(mut circle) = self.follow(blocker)
            {
                circle.processes.push(process);
                circle.wishes.push(Wish { lock: number, waiter: process, blocker });
                return Some(circle);
            }
        }
        None
    }
}

/// The orders of the queues that the wishes are about; none: they contradict one another.
fn fulfil(graph: &Graph, wishes: &[Wish]) -> Option<Orders> {
    let mut orders = Orders::new();
    for wish in wishes.iter().rev() {
        if orders.iter().all(|(lock, _)| *lock != wish.lock) {
            orders.push((wish.lock, sort(graph.locks.get(&wish.lock)?, wish.lock, wishes)?));
        }
    }
    Some(orders)
}

/// A queue's order that fulfils the wishes and is otherwise as it was, from its end on.
fn sort(lock: &Awaited, number: Number, wishes: &[Wish]) -> Option<Vec<usize>> {
    let mut left: Vec<usize> = lock.queue.iter().map(|(process, _)| *process).collect();
    let mut sorted = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let must_wait = |process: usize| {
            wishes.iter().any(|wish| {
                wish.lock == number && wish.waiter == process && left.contains(&wish.blocker)
            })
        };
        let at = left.iter().rposition(|process| !must_wait(*process))?;
        sorted.push(left.remove(at));
    }
    sorted.reverse();
    Some(sorted)
}

#[cfg(test)]
mod tests;
