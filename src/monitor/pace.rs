#![forbid(unsafe_code)]
//! How long the monitor sleeps between two attempts to connect.
//! Runs in: monitor.

use core::time::Duration;

/// The shortest time from one attempt to the next, and the first one after a connection was lost.
const LEAST: Duration = Duration::from_millis(100);
/// How often the interval is doubled for a server that does not let the monitor in.
const MOST_DOUBLINGS: u32 = 5;
/// The longest one for a server of our own, which is on its way.
const OURS: Duration = Duration::from_millis(400);

/// The pause that comes next: twice as long each time, up to the interval.
pub(super) struct Pace {
    next: Duration,
    /// Refusals in a row.
    refusals: u32,
    is_ours: bool,
}

impl Pace {
    pub(super) fn new(is_ours: bool) -> Self {
        Self { next: LEAST, refusals: 0, is_ours }
    }

    /// The server was there: a quick return is likely.
    pub(super) fn connected(&mut self) {
        self.next = LEAST;
        self.refusals = 0;
    }

    /// How long to sleep after a connection was lost that had been there for some time.
    pub(super) fn after_loss(&self, lasted: Duration) -> Duration {
        LEAST.saturating_sub(lasted)
    }

    /// How long to sleep after a server has answered that it does not let the monitor in: whoever
    /// looks at its log, or counts wrong passwords, is not to be annoyed.
    pub(super) fn after_refusal(&mut self, interval: Duration) -> Duration {
        let pause = interval.saturating_mul(1 << self.refusals.min(MOST_DOUBLINGS));
        self.refusals = self.refusals.saturating_add(1);
        pause
    }

    /// How long to sleep after an attempt that took some time.
    pub(super) fn after_failure(&mut self, interval: Duration, took: Duration) -> Duration {
        let longest = if self.is_ours { interval.min(OURS) } else { interval };
        let pause = self.next.min(longest).max(LEAST);
        self.next = (pause * 2).min(longest).max(LEAST);
        // An attempt that waited for an answer was a pause itself.
        pause.saturating_sub(took).max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(1);

    fn pauses(pace: &mut Pace, interval: Duration) -> Vec<u128> {
        (0..6).map(|_| pace.after_failure(interval, Duration::ZERO).as_millis()).collect()
    }

    #[test]
    fn pauses_grow_up_to_the_interval() {
        let mut pace = Pace::new(false);
        assert_eq!(pauses(&mut pace, INTERVAL), [100, 200, 400, 800, 1000, 1000]);
        pace.connected();
        assert_eq!(pauses(&mut pace, INTERVAL), [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(pauses(&mut Pace::new(true), INTERVAL), [100, 200, 400, 400, 400, 400]);
    }

    #[test]
    fn a_server_that_refuses_is_asked_ever_less() {
        let mut pace = Pace::new(false);
        let seconds: Vec<u64> = (0..8).map(|_| pace.after_refusal(INTERVAL).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 32, 32]);
        pace.connected();
        assert_eq!(pace.after_refusal(INTERVAL), INTERVAL);
    }

    #[test]
    fn an_attempt_that_took_long_counts_and_none_follows_at_once() {
        let mut pace = Pace::new(false);
        pauses(&mut pace, INTERVAL);
        assert_eq!(pace.after_failure(INTERVAL, Duration::from_millis(600)).as_millis(), 400);
        assert_eq!(pace.after_failure(INTERVAL, INTERVAL * 10), LEAST);
        assert_eq!(pace.after_failure(Duration::from_millis(1), Duration::ZERO), LEAST);
        assert_eq!(pace.after_loss(Duration::ZERO), LEAST);
        assert_eq!(pace.after_loss(INTERVAL), Duration::ZERO);
    }
}
