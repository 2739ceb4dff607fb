#![forbid(unsafe_code)]
//! Units of memory and time: which words a setting takes and how they convert.
//! Runs in: any process.

use core::ffi::CStr;

use crate::abi::guc::{
    GUC_UNIT, GUC_UNIT_BLOCKS, GUC_UNIT_BYTE, GUC_UNIT_KB, GUC_UNIT_MB, GUC_UNIT_MIN, GUC_UNIT_MS,
    GUC_UNIT_S, GUC_UNIT_XBLOCKS,
};

const KB: f64 = 1024.0;
const MB: f64 = KB * KB;
const GB: f64 = MB * KB;
const TB: f64 = GB * KB;
/// Pages of data and of the log are 8 kB each.
const BLOCK: f64 = 8.0 * KB;

/// Largest first: the first one that fits is the one to show.
const MEMORY: [(&str, f64); 5] = [("TB", TB), ("GB", GB), ("MB", MB), ("kB", KB), ("B", 1.0)];
/// In microseconds, largest first.
const TIME: [(&str, f64); 6] =
    [("d", 86_400e6), ("h", 3_600e6), ("min", 60e6), ("s", 1e6), ("ms", 1e3), ("us", 1.0)];

pub(crate) const MEMORY_HINT: &CStr =
    c"Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".";
pub(crate) const TIME_HINT: &CStr =
    c"Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".";

/// The unit in which a setting keeps its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Base {
    /// As range errors and `pg_settings` spell it.
    pub(crate) name: &'static CStr,
    /// In bytes or microseconds.
    size: f64,
    table: &'static [(&'static str, f64)],
    /// What to say when somebody used another unit.
    pub(crate) hint: &'static CStr,
}

/// The base unit that the flags of a setting name; none for a plain number.
pub(crate) fn base(flags: i32) -> Option<Base> {
    let memory = |name, size| Some(Base { name, size, table: &MEMORY, hint: MEMORY_HINT });
    let time = |name, size| Some(Base { name, size, table: &TIME, hint: TIME_HINT });
    match flags & GUC_UNIT {
        GUC_UNIT_BYTE => memory(c"B", 1.0),
        GUC_UNIT_KB => memory(c"kB", KB),
        GUC_UNIT_MB => memory(c"MB", MB),
        GUC_UNIT_BLOCKS | GUC_UNIT_XBLOCKS => memory(c"8kB", BLOCK),
        GUC_UNIT_MS => time(c"ms", 1e3),
        GUC_UNIT_S => time(c"s", 1e6),
        GUC_UNIT_MIN => time(c"min", 60e6),
        _ => None,
    }
}

impl Base {
    /// Its name as text.
    pub(crate) fn word(&self) -> &'static str {
        self.name.to_str().unwrap_or_default()
    }

    /// `amount` of `unit` in the base unit. A fraction is first rounded to whole numbers of the
    /// next smaller unit: `30.1GB` is so many whole MB.
    pub(crate) fn convert(&self, amount: f64, unit: &[u8]) -> Option<f64> {
        let at = self.table.iter().position(|(name, _)| name.as_bytes() == unit)?;
        let (_, size) = self.table.get(at)?;
        let value = amount * self.factor(*size);
        Some(match self.table.get(at + 1) {
            Some((_, smaller)) => {
                let factor = self.factor(*smaller);
                (value / factor).round_ties_even() * factor
            }
            None => value,
        })
    }

    /// The largest unit in which a positive whole number stays whole.
    pub(crate) fn show_int(&self, value: i64) -> (i64, &'static str) {
        for (name, size) in self.table {
            let factor = size / self.size;
            if factor <= 1.0 {
                return (to_i64(value as f64 / factor), name);
            }
            let whole = to_i64(factor);
            if whole > 0 && value % whole == 0 {
                return (value / whole, name);
            }
        }
        (value, self.word())
    }

    /// The largest unit in which a positive number is whole, or nearly; else the smallest.
    pub(crate) fn show_real(&self, value: f64) -> (f64, &'static str) {
        let mut shown = (value, self.word());
        for (name, size) in self.table {
            let amount = value / (size / self.size);
            shown = (amount, name);
            if amount > 0.0 && (amount.round_ties_even() / amount - 1.0).abs() <= 1e-8 {
                break;
            }
        }
        shown
    }

    /// Powers of 1024 and whole ratios of time stay exact; the others are one over a whole number.
    fn factor(&self, size: f64) -> f64 {
        if size >= self.size { size / self.size } else { 1.0 / (self.size / size) }
    }
}

/// Rounds; the callers' numbers lie within the range of an int times the largest factor.
#[expect(clippy::cast_possible_truncation, reason = "rounded, and `as` saturates")]
fn to_i64(value: f64) -> i64 {
    value.round_ties_even() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_to_the_base_unit() {
        let kb = base(GUC_UNIT_KB).unwrap();
        assert_eq!(kb.convert(1.0, b"MB"), Some(1024.0));
        assert_eq!(kb.convert(4.5, b"MB"), Some(4608.0));
        assert_eq!(kb.convert(512.0, b"B"), Some(0.5));
        assert_eq!(kb.convert(1.0, b"mb"), None);
        assert_eq!(kb.convert(1.0, b"ms"), None);
        let blocks = base(GUC_UNIT_BLOCKS).unwrap();
        assert_eq!(blocks.convert(16.0, b"kB"), Some(2.0));
        let ms = base(GUC_UNIT_MS).unwrap();
        assert_eq!(ms.convert(1.5, b"h"), Some(5_400_000.0));
        assert_eq!(ms.convert(500.0, b"us"), Some(0.5));
        let minutes = base(GUC_UNIT_MIN).unwrap();
        assert_eq!(minutes.convert(1.0, b"d"), Some(1440.0));
        assert_eq!(minutes.convert(90.0, b"s"), Some(1.5));
        assert!(base(0).is_none());
    }

    #[test]
    fn a_fraction_is_rounded_to_the_next_smaller_unit() {
        let kb = base(GUC_UNIT_KB).unwrap();
        // 30.1 GB is 30822.4 MB: 30822 whole ones.
        assert_eq!(kb.convert(30.1, b"GB"), Some(30822.0 * 1024.0));
    }

    #[test]
    fn shows_the_largest_unit_that_fits() {
        let kb = base(GUC_UNIT_KB).unwrap();
        assert_eq!(kb.show_int(4096), (4, "MB"));
        assert_eq!(kb.show_int(1025), (1025, "kB"));
        assert_eq!(base(GUC_UNIT_BLOCKS).unwrap().show_int(3), (24, "kB"));
        assert_eq!(base(GUC_UNIT_MS).unwrap().show_int(5_400_000), (90, "min"));
        assert_eq!(base(GUC_UNIT_S).unwrap().show_int(86_400), (1, "d"));
        assert_eq!(base(GUC_UNIT_MS).unwrap().show_real(2500.0), (2500.0, "ms"));
        assert_eq!(base(GUC_UNIT_MS).unwrap().show_real(0.5), (500.0, "us"));
    }
}
