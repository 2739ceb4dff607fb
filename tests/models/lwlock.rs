//! A lightweight lock lets nobody in beside who holds it alone, and everybody in at last, also if some
//! go away in the middle of their wait.
//! Runs in: tests.
//!
//! A lost wake-up shows as a deadlock, which shuttle reports as a panic.

use core::sync::atomic::Ordering::SeqCst;

use shuttle::sync::Arc;
use shuttle::thread;

use super::atomic::AtomicU32;
use super::futex::Futex;
use super::lwlock_words::{EXCLUSIVE, Kind, SHARED, Word, grab, next, sleep_until};
use super::rounds;

/// What a process does with the lock.
#[derive(Clone, Copy, Debug)]
enum Use {
    Alone,
    Shared,
    /// Waits until it is free and leaves it.
    WaitUntilFree,
    /// Ends in the middle of its first sleep, once it was woken.
    Die,
    /// The same, and tells nobody, which is wrong.
    DieSilently,
}

#[derive(Default)]
struct Lock {
    state: AtomicU32,
    turn: AtomicU32,
    futex: Futex,
    /// Who is inside: one for each who shares it, many for who has it alone.
    inside: AtomicU32,
}

const ALL: u32 = 1000;

impl Lock {
    fn word(&self) -> Word<'_, impl Fn(&AtomicU32, Kind, i32) -> usize> {
        let wake = |_: &AtomicU32, kind: Kind, count: i32| {
            self.futex.wake(usize::try_from(count).unwrap(), kind.bit())
        };
        Word { state: &self.state, turn: &self.turn, wake }
    }

    /// False: this process has ended.
    fn wait(&self, how: Use, done: impl Fn() -> Result<(), u32>) -> bool {
        let kind =
            if matches!(how, Use::Shared | Use::WaitUntilFree) { Kind::Other } else { Kind::Alone };
        let sleep = |seen| {
            self.futex.wait(&self.turn, seen, kind.bit());
            match how {
                Use::Die => {
                    self.word().pass_on();
                    Err(())
                }
                Use::DieSilently => Err(()),
                Use::Alone | Use::Shared | Use::WaitUntilFree => Ok(()),
            }
        };
        sleep_until((&self.state, &self.turn), kind, done, sleep).is_ok()
    }

    fn go(&self, how: Use) {
        if matches!(how, Use::WaitUntilFree) {
            self.wait(how, || {
                let now = self.state.load(SeqCst);
                next(now, true).map(drop).ok_or(now)
            });
            self.word().pass_on();
            return;
        }
        let alone = !matches!(how, Use::Shared);
        if !self.wait(how, || grab(&self.state, alone)) {
            return;
        }
        let weight = if alone { ALL } else { 1 };
        let before = self.inside.fetch_add(weight, SeqCst);
        assert!(if alone { before == 0 } else { before < ALL }, "two inside");
        thread::yield_now();
        self.inside.fetch_sub(weight, SeqCst);
        self.word().let_go(alone);
    }
}

fn together(uses: &'static [&'static [Use]]) {
    let lock = Arc::new(Lock::default());
    let threads: Vec<_> = uses
        .iter()
        .map(|uses| {
            let lock = Arc::clone(&lock);
            thread::spawn(move || uses.iter().for_each(|how| lock.go(*how)))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(lock.state.load(SeqCst) & (EXCLUSIVE | SHARED), 0, "the lock is free");
}

fn check(uses: &'static [&'static [Use]]) {
    shuttle::check_random(move || together(uses), rounds(3000));
    shuttle::check_pct(move || together(uses), rounds(3000), 4);
}

#[test]
fn one_at_a_time_holds_it_alone() {
    check(&[&[Use::Alone; 3], &[Use::Alone; 2], &[Use::Alone; 2]]);
}

#[test]
fn many_share_it() {
    check(&[&[Use::Alone; 2], &[Use::Shared; 2], &[Use::Shared, Use::Alone], &[Use::Shared; 2]]);
}

#[test]
fn some_only_wait_until_it_is_free() {
    check(&[&[Use::Alone; 2], &[Use::WaitUntilFree; 2], &[Use::Alone, Use::Shared], &[Use::Alone]]);
}

#[test]
fn some_end_in_the_middle_of_their_wait() {
    check(&[&[Use::Alone; 2], &[Use::Die], &[Use::Alone], &[Use::Alone; 2]]);
    check(&[&[Use::Alone; 2], &[Use::Die], &[Use::Shared], &[Use::Die]]);
}

#[test]
#[should_panic(expected = "deadlock")]
fn an_end_that_nobody_is_told_of_is_found_out() {
    let uses: &[&[Use]] = &[&[Use::Alone; 2], &[Use::DieSilently], &[Use::Alone], &[Use::Alone; 2]];
    shuttle::check_random(move || together(uses), rounds(20_000));
}
