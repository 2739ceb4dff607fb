//! Deadlocks that are known, and any that chance makes, against a search without wit.
//! Runs in: tests.

use super::*;

const SHARE: LOCKMODE = 1;
const EXCLUSIVE: LOCKMODE = 8;

type Modes<'a> = &'a [(usize, LOCKMODE)];

fn graph(locks: &[(Modes<'_>, Modes<'_>)]) -> Graph {
    let mut graph = Graph::default();
    for (number, (holders, queue)) in (1..).zip(locks) {
        let holders = holders.iter().map(|(process, mode)| (*process, bit(*mode))).collect();
        for (process, mode) in *queue {
            graph.waits.insert(*process, (number, *mode));
        }
        let queue = queue.to_vec();
        graph.locks.insert(number, Awaited { holders, queue, is_harmless: false });
    }
    graph
}

#[test]
fn who_waits_for_one_that_does_not_is_in_no_circle() {
    let graph = graph(&[(&[(1, EXCLUSIVE)], &[(2, SHARE), (3, EXCLUSIVE)])]);
    assert_eq!(check(&graph, 2), Outcome::None);
    assert_eq!(check(&graph, 3), Outcome::None);
}

#[test]
fn holders_that_wait_for_one_another_are_a_circle() {
    let two = graph(&[(&[(1, EXCLUSIVE)], &[(2, EXCLUSIVE)]), (&[(2, EXCLUSIVE)], &[(1, SHARE)])]);
    assert_eq!(check(&two, 2), Outcome::Hard(vec![2, 1]));
    let three = graph(&[
        (&[(1, EXCLUSIVE)], &[(3, EXCLUSIVE)]),
        (&[(2, EXCLUSIVE)], &[(1, SHARE)]),
        (&[(3, EXCLUSIVE)], &[(2, SHARE), (4, SHARE)]),
    ]);
    assert_eq!(check(&three, 3), Outcome::Hard(vec![3, 1, 2]));
    // It waits for the circle, and is not in it.
    assert_eq!(check(&three, 4), Outcome::None);
}

#[test]
fn a_circle_through_a_queue_is_broken_by_another_order() {
    // 3 waits for 1 only because 2 stands before it, and 1 waits for 3.
    let graph = graph(&[
        (&[(1, SHARE)], &[(2, EXCLUSIVE), (3, SHARE)]),
        (&[(3, EXCLUSIVE)], &[(1, EXCLUSIVE)]),
    ]);
    assert_eq!(check(&graph, 1), Outcome::Soft(vec![(1, vec![3, 2])]));
}

#[test]
fn no_order_breaks_a_circle_that_each_order_has() {
    let graph = graph(&[
        (&[(1, EXCLUSIVE)], &[(2, EXCLUSIVE), (3, EXCLUSIVE)]),
        (&[(3, EXCLUSIVE)], &[(1, EXCLUSIVE)]),
    ]);
    assert!(matches!(check(&graph, 1), Outcome::Hard(_)));
}

/// Numbers that look like chance, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % 1_000_003).expect("small") % limit
    }
}

/// Processes that each hold some locks and wait for one or none.
fn any(chance: &mut Chance) -> Graph {
    let mut graph = Graph::default();
    for number in 1..=3 {
        let mut lock = Awaited::default();
        for process in 1..=5 {
            if chance.below(3) == 0 {
                let mode = [SHARE, 3, 5, EXCLUSIVE][chance.below(4)];
                // Whoever holds it together with others can.
                if lock.holders.iter().all(|(_, held)| held & conflicts_of(mode) == 0) {
                    lock.holders.push((process, bit(mode)));
                }
            }
        }
        graph.locks.insert(number, lock);
    }
    for process in 1..=5 {
        let number = u32::try_from(1 + chance.below(4)).expect("small");
        let Some(lock) = graph.locks.get_mut(&number) else { continue };
        let mode = [SHARE, 3, 5, EXCLUSIVE][chance.below(4)];
        lock.queue.insert(chance.below(lock.queue.len() + 1), (process, mode));
        graph.waits.insert(process, (number, mode));
    }
    graph
}

/// All orders of a queue.
fn orders_of(queue: &[usize]) -> Vec<Vec<usize>> {
    if queue.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in 0..queue.len() {
        let mut rest = queue.to_vec();
        let first = rest.remove(first);
        all.extend(orders_of(&rest).into_iter().map(|rest| [vec![first], rest].concat()));
    }
    all
}

/// All combinations of orders.
fn all_orders(graph: &Graph) -> Vec<Orders> {
    graph.locks.iter().fold(vec![Orders::new()], |all, (number, lock)| {
        let queue: Vec<usize> = lock.queue.iter().map(|(process, _)| *process).collect();
        let orders = orders_of(&queue);
        let with = |before: &Orders, order: &Vec<usize>| {
            [before.clone(), vec![(*number, order.clone())]].concat()
        };
        all.iter().flat_map(|before| orders.iter().map(|order| with(before, order))).collect()
    })
}

/// Does a process wait for the other one, in these orders?
fn waits_for(graph: &Graph, orders: &Orders, process: usize, other: usize) -> bool {
    let Some((number, mode)) = graph.waits.get(&process) else { return false };
    let lock = &graph.locks[number];
    let against = conflicts_of(*mode);
    let queue = lock.queue.iter().map(|(process, _)| *process).collect();
    let order = orders.iter().find(|(lock, _)| lock == number).map_or(queue, |(_, o)| o.clone());
    let place = |one: usize| order.iter().position(|process| *process == one);
    let request = lock.queue.iter().find(|(one, _)| *one == other);
    let is_ahead = place(other).is_some_and(|at| Some(at) < place(process));
    let holds = |(holder, held): &(usize, LOCKMASK)| *holder == other && held & against != 0;
    process != other
        && (lock.holders.iter().any(holds)
            || is_ahead && request.is_some_and(|(_, mode)| bit(*mode) & against != 0))
}

/// Does a process wait for itself, by others?
fn is_in_circle(graph: &Graph, orders: &Orders, process: usize) -> bool {
    let mut reached = vec![process];
    let mut at = 0;
    while let Some(from) = reached.get(at).copied() {
        for other in 1..=5 {
            if waits_for(graph, orders, from, other) {
                if other == process {
                    return true;
                }
                if !reached.contains(&other) {
                    reached.push(other);
                }
            }
        }
        at += 1;
    }
    false
}

#[test]
fn any_deadlock_is_found_and_no_other_and_broken_if_it_can_be() {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let (mut none, mut soft, mut hard) = (0, 0, 0);
    for round in 0..3000 {
        let graph = any(&mut chance);
        let Some(process) = graph.waits.keys().next().copied() else { continue };
        let told = || format!("round {round}, process {process}: {graph:?}");
        match check(&graph, process) {
            Outcome::None => {
                none += 1;
                assert!(!is_in_circle(&graph, &Orders::new(), process), "{}", told());
            }
            Outcome::Soft(orders) => {
                soft += 1;
                assert!(is_in_circle(&graph, &Orders::new(), process), "{}", told());
                assert!(!is_in_circle(&graph, &orders, process), "{}", told());
            }
            Outcome::Hard(circle) => {
                hard += 1;
                assert_eq!(circle[0], process, "{}", told());
                let next = circle.iter().cycle().skip(1);
                for (one, other) in circle.iter().zip(next) {
                    assert!(waits_for(&graph, &Orders::new(), *one, *other), "{}", told());
                }
                // Whatever the orders, somebody is in a circle.
                let is_stuck =
                    |orders: &Orders| (1..=5).any(|process| is_in_circle(&graph, orders, process));
                assert!(all_orders(&graph).iter().all(is_stuck), "{}", told());
            }
        }
    }
    assert!(none > 100 && soft > 10 && hard > 100, "{none} {soft} {hard}");
}
