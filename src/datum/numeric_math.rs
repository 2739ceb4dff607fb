#![forbid(unsafe_code)]
//! Computing with exact numbers.
//! Runs in: any process.

use core::cmp::Ordering;

use crate::error::{Report, Result, SqlState};

use super::numeric::{BASE, Finite, Numeric};

/// Decimal digits of one digit.
const DIGIT: i32 = 4;
/// Decimal digits behind the point that a result may show.
const MAX_SCALE: i32 = 0x3fff;
/// Digits that a quotient has at least, and decimal digits behind its point at most.
const MIN_SIGNIFICANT: i32 = 16;
const MAX_DISPLAY_SCALE: i32 = 1000;

fn division_by_zero() -> Report {
    Report::error(SqlState::new(*b"22012"), "division by zero")
}

impl Finite {
    /// Compares without signs.
    fn compare_size(&self, other: &Self) -> Ordering {
        let top = self.weight.max(other.weight);
        let bottom = self.lowest().min(other.lowest());
        let digits = (bottom..=top).rev();
        let mut orders = digits.map(|weight| self.digit(weight).cmp(&other.digit(weight)));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// The power of the base that the last digit stands for.
    fn lowest(&self) -> i32 {
        self.weight - i32::try_from(self.digits.len()).unwrap_or(0) + 1
    }

    /// The sum without signs; `sign` -1 for the difference, which must not be negative.
    fn combine(&self, other: &Self, sign: i32, is_negative: bool) -> Self {
        let top = self.weight.max(other.weight) + 1;
        let bottom = self.lowest().min(other.lowest());
        let mut digits = Vec::new();
        let mut carry = 0;
        for weight in bottom..=top {
            let sum = self.digit(weight) + sign * other.digit(weight) + carry;
            digits.push(sum.rem_euclid(BASE));
            carry = sum.div_euclid(BASE);
        }
        digits.reverse();
        let scale = self.scale.max(other.scale);
        Self { is_negative, weight: top, scale, digits }.normalized()
    }

    fn add(&self, other: &Self) -> Self {
        if self.is_negative == other.is_negative {
            return self.combine(other, 1, self.is_negative);
        }
        match self.compare_size(other) {
            Ordering::Less => other.combine(self, -1, other.is_negative),
            Ordering::Equal | Ordering::Greater => self.combine(other, -1, self.is_negative),
        }
    }

    fn negated(&self) -> Self {
        Self { is_negative: !self.is_negative && !self.is_zero(), ..self.clone() }
    }

    fn multiply(&self, other: &Self) -> Self {
        let is_negative = self.is_negative != other.is_negative;
        let mut sums = vec![0i64; self.digits.len() + other.digits.len()];
        for (i, a) in self.digits.iter().enumerate() {
            for (j, b) in other.digits.iter().enumerate() {
                if let Some(place) = sums.get_mut(i + j + 1) {
                    *place += i64::from(*a) * i64::from(*b);
                }
            }
        }
        let base = i64::from(BASE);
        let mut carry = 0;
        for place in sums.iter_mut().rev() {
            let sum = *place + carry;
            (*place, carry) = (sum % base, sum / base);
        }
        let digits = sums.into_iter().map(|digit| i32::try_from(digit).unwrap_or(0)).collect();
        let weight = self.weight + other.weight + 1;
        let scale = self.scale + other.scale;
        Self { is_negative, weight, scale, digits }.normalized().rounded(scale.min(MAX_SCALE))
    }

    /// The quotient cut off behind so many digits of the base after the point.
    fn divide(&self, other: &Self, places: i32) -> Self {
        let is_negative = self.is_negative != other.is_negative;
        // Long division of whole numbers: digits of the one, then zeros, by all of the other.
        let weight = self.weight - other.weight;
        let count = usize::try_from(weight + places + 2).unwrap_or(0);
        let divisor = &other.digits;
        let mut rest: Vec<i64> = Vec::with_capacity(divisor.len() + 1);
        let mut upcoming = self.digits.iter().copied().map(i64::from).chain(core::iter::repeat(0));
        for _ in 1..divisor.len() {
            rest.extend(upcoming.next());
        }
        let mut digits = Vec::with_capacity(count);
        for _ in 0..count {
            rest.extend(upcoming.next());
            digits.push(take_out(&mut rest, divisor));
        }
        Self { is_negative, weight, scale: places * DIGIT, digits }.normalized()
    }

    /// So many decimal digits behind the point, rounded half away from zero; less than 0 for
    /// digits before it.
    pub(crate) fn rounded(&self, scale: i32) -> Self {
        self.shortened(scale, true)
    }

    /// So many decimal digits behind the point, the others cut off.
    pub(crate) fn truncated(&self, scale: i32) -> Self {
        self.shortened(scale, false)
    }

    fn shortened(&self, scale: i32, rounds: bool) -> Self {
        // The last digit that stays, and how many decimal digits of it.
        let weight = (-scale).div_euclid(DIGIT);
        let unit = 10i32.pow((-scale).rem_euclid(DIGIT).unsigned_abs());
        let mut kept: Vec<i32> =
            (weight..=self.weight.max(weight)).map(|weight| self.digit(weight)).collect();
        let rest = kept.first().copied().unwrap_or(0) % unit;
        let goes_up = if unit > 1 { rest * 2 >= unit } else { self.digit(weight - 1) * 2 >= BASE };
        if let Some(last) = kept.first_mut() {
            *last -= rest;
            *last += if rounds && goes_up { unit } else { 0 };
        }
        let mut carry = 0;
        for digit in &mut kept {
            let sum = *digit + carry;
            (*digit, carry) = (sum % BASE, sum / BASE);
        }
        kept.push(carry);
        kept.reverse();
        let top = weight + i32::try_from(kept.len()).unwrap_or(0) - 1;
        let scale = scale.max(0);
        Self { is_negative: self.is_negative, weight: top, scale, digits: kept }.normalized()
    }

    /// Decimal digits behind the point that a quotient has.
    fn quotient_scale(&self, other: &Self) -> i32 {
        let first = |value: &Self| value.digits.first().copied().unwrap_or(0);
        let weight = self.weight - other.weight - i32::from(first(self) <= first(other));
        let scale = MIN_SIGNIFICANT - weight * DIGIT;
        scale.max(self.scale).max(other.scale).clamp(0, MAX_DISPLAY_SCALE)
    }
}

/// Takes a divisor out of a rest as often as it goes in: how often.
fn take_out(rest: &mut Vec<i64>, divisor: &[i32]) -> i32 {
    let base = i64::from(BASE);
    // The rest is as long as the divisor, or by a digit longer.
    while rest.len() > divisor.len() + 1 {
        rest.remove(0);
    }
    let extra = rest.len() - divisor.len().min(rest.len());
    let head = |digits: &[i64]| digits.iter().fold(0i64, |sum, digit| sum * base + digit);
    let lead: Vec<i64> = divisor.iter().take(2).copied().map(i64::from).collect();
    let mut total = 0;
    loop {
        // A guess from the first digits, never too large.
        let top = head(rest.get(..lead.len() + extra).unwrap_or_default());
        let guess = top / (head(&lead) + 1);
        let fits = guess > 0 || compare(rest, divisor).is_ge();
        if !fits {
            return i32::try_from(total).unwrap_or(0);
        }
        let guess = guess.max(1);
        subtract(rest, divisor, guess);
        total += guess;
    }
}

/// Compares a rest with a divisor.
fn compare(rest: &[i64], divisor: &[i32]) -> Ordering {
    let extra = rest.len().saturating_sub(divisor.len());
    if rest.iter().take(extra).any(|digit| *digit != 0) {
        return Ordering::Greater;
    }
    rest.iter().skip(extra).copied().cmp(divisor.iter().copied().map(i64::from))
}

fn subtract(rest: &mut [i64], divisor: &[i32], times: i64) {
    let base = i64::from(BASE);
    let mut carry = 0;
    let factors = divisor.iter().rev().copied().chain(core::iter::repeat(0));
    for (place, factor) in rest.iter_mut().rev().zip(factors) {
        let value = *place - i64::from(factor) * times + carry;
        (*place, carry) = (value.rem_euclid(base), value.div_euclid(base));
    }
}

impl Numeric {
    /// 1, 0 or -1; None: not a number.
    fn sign(&self) -> Option<i32> {
        match self {
            Self::NaN => None,
            Self::Infinite { is_negative } => Some(if *is_negative { -1 } else { 1 }),
            Self::Finite(value) if value.is_zero() => Some(0),
            Self::Finite(value) => Some(if value.is_negative { -1 } else { 1 }),
        }
    }

    fn infinite(sign: i32) -> Self {
        match sign {
            0 => Self::NaN,
            sign => Self::Infinite { is_negative: sign < 0 },
        }
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Finite(a), Self::Finite(b)) => Self::Finite(a.add(b)),
            (Self::Infinite { is_negative: a }, Self::Infinite { is_negative: b }) if a != b => {
                Self::NaN
            }
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            (Self::Infinite { .. }, _) => self.clone(),
            (_, Self::Infinite { .. }) => other.clone(),
        }
    }

    pub(crate) fn negated(&self) -> Self {
        match self {
            Self::NaN => Self::NaN,
            Self::Infinite { is_negative } => Self::Infinite { is_negative: !is_negative },
            Self::Finite(value) => Self::Finite(value.negated()),
        }
    }

    pub(crate) fn absolute(&self) -> Self {
        if self.sign().is_some_and(|sign| sign < 0) { self.negated() } else { self.clone() }
    }

    pub(crate) fn multiply(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Finite(a), Self::Finite(b)) => Self::Finite(a.multiply(b)),
            _ => match (self.sign(), other.sign()) {
                (Some(a), Some(b)) => Self::infinite(a * b),
                _ => Self::NaN,
            },
        }
    }

    /// # Errors
    /// Division by zero (22012).
    pub(crate) fn divide(&self, other: &Self) -> Result<Self> {
        if self.sign().is_some() && other.sign() == Some(0) {
            return Err(division_by_zero().into());
        }
        Ok(match (self, other) {
            (Self::Finite(a), Self::Finite(b)) => {
                let scale = a.quotient_scale(b);
                // Digits of the base that hold the scale, and one to round by.
                let quotient = a.divide(b, scale / DIGIT + 2);
                Self::Finite(quotient.rounded(scale))
            }
            (Self::NaN, _) | (_, Self::NaN) | (Self::Infinite { .. }, Self::Infinite { .. }) => {
                Self::NaN
            }
            (Self::Finite(_), Self::Infinite { .. }) => Self::zero(),
            (Self::Infinite { .. }, _) => {
                Self::infinite(self.sign().unwrap_or(0) * other.sign().unwrap_or(0))
            }
        })
    }

    /// What a division that gives a whole number leaves, with the sign of the dividend.
    ///
    /// # Errors
    /// Division by zero (22012).
    pub(crate) fn remainder(&self, other: &Self) -> Result<Self> {
        if self.sign().is_some() && other.sign() == Some(0) {
            return Err(division_by_zero().into());
        }
        Ok(match (self, other) {
            (Self::Finite(a), Self::Finite(b)) => {
                let whole = a.divide(b, 0).truncated(0);
                let rest = a.add(&whole.multiply(b).negated());
                Self::Finite(Finite { scale: a.scale.max(b.scale), ..rest })
            }
            (Self::Finite(_), Self::Infinite { .. }) => self.clone(),
            _ => Self::NaN,
        })
    }

    /// NaN is the same as itself, and more than all others.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let rank = |value: &Self| match value {
            Self::Infinite { is_negative: true } => 0,
            Self::Finite(_) => 1,
            Self::Infinite { is_negative: false } => 2,
            Self::NaN => 3,
        };
        let (Self::Finite(a), Self::Finite(b)) = (self, other) else {
            return rank(self).cmp(&rank(other));
        };
        let signs = self.sign().cmp(&other.sign());
        let size = if a.is_negative { b.compare_size(a) } else { a.compare_size(b) };
        signs.then(size)
    }

    pub(crate) fn rounded(&self, scale: i32) -> Self {
        match self {
            Self::Finite(value) => Self::Finite(value.rounded(scale)),
            Self::NaN | Self::Infinite { .. } => self.clone(),
        }
    }

    pub(crate) fn truncated(&self, scale: i32) -> Self {
        match self {
            Self::Finite(value) => Self::Finite(value.truncated(scale)),
            Self::NaN | Self::Infinite { .. } => self.clone(),
        }
    }

    /// The nearest whole number, if it fits; `kind` names the type in messages.
    ///
    /// # Errors
    /// It does not fit (22003), or is none (0A000).
    pub(crate) fn to_int(&self, kind: &str) -> Result<i64> {
        let not_one = |what: &str| {
            let message = format!("cannot convert {what} to {kind}");
            Report::error(SqlState::FEATURE_NOT_SUPPORTED, message)
        };
        match self {
            Self::NaN => Err(not_one("NaN").into()),
            Self::Infinite { .. } => Err(not_one("infinity").into()),
            Self::Finite(value) => {
                let text = value.rounded(0).text();
                text.parse().map_err(|_| out_of_range(kind).into())
            }
        }
    }

    /// A number with 15 significant decimal digits.
    pub(crate) fn from_float(value: f64) -> Self {
        if value.is_nan() {
            return Self::NaN;
        }
        if value.is_infinite() {
            return Self::Infinite { is_negative: value < 0.0 };
        }
        let text = format!("{value:.14e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        let text = format!("{mantissa}e{exponent}");
        Self::read(text.as_bytes()).unwrap_or(Self::NaN)
    }
}

/// The ERROR for a number that does not fit its type.
pub(crate) fn out_of_range(kind: &str) -> Report {
    Report::error(SqlState::new(*b"22003"), format!("{kind} out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Numeric {
        Numeric::read(text.as_bytes()).unwrap_or_else(|_| panic!("{text}"))
    }

    // What PostgreSQL 17 computes.
    #[test]
    fn results_are_those_of_postgresql() {
        for (a, operator, b, expected) in [
            ("1.5", '+', "-2.25", "-0.75"),
            ("9999.9999", '+', "0.0001", "10000.0000"),
            ("1", '-', "1.00", "0.00"),
            ("-12.5", '*', "0.04", "-0.500"),
            ("99999999", '*', "99999999", "9999999800000001"),
            ("1", '/', "3", "0.33333333333333333333"),
            ("10", '/', "4", "2.5000000000000000"),
            ("-7", '/', "2.00", "-3.5000000000000000"),
            ("123456789012345678901234567890", '/', "987654321", "124999998873437499902"),
            ("1e-10", '/', "3", "0.0000000000333333333333333333"),
            ("7", '%', "-3", "1"),
            ("-7.5", '%', "2", "-1.5"),
            ("1e20", '%', "7", "2"),
            ("Infinity", '+', "-Infinity", "NaN"),
            ("Infinity", '*', "-2", "-Infinity"),
            ("1", '/', "Infinity", "0"),
        ] {
            let (left, right) = (number(a), number(b));
            let result = match operator {
                '+' => left.add(&right),
                '-' => left.add(&right.negated()),
                '*' => left.multiply(&right),
                '/' => left.divide(&right).unwrap_or(Numeric::NaN),
                _ => left.remainder(&right).unwrap_or(Numeric::NaN),
            };
            assert_eq!(result.text(), expected, "{a} {operator} {b}");
        }
        assert!(number("1").divide(&number("0")).is_err());
    }

    #[test]
    fn numbers_are_rounded_half_away_from_zero() {
        for (text, scale, rounded, truncated) in [
            ("2.5", 0, "3", "2"),
            ("-2.5", 0, "-3", "-2"),
            ("0.49999", 0, "0", "0"),
            ("1.23456", 3, "1.235", "1.234"),
            ("9999.995", 2, "10000.00", "9999.99"),
            ("12345", -2, "12300", "12300"),
            ("15000", -4, "20000", "10000"),
            ("1", 6, "1.000000", "1.000000"),
        ] {
            assert_eq!(number(text).rounded(scale).text(), rounded, "{text}");
            assert_eq!(number(text).truncated(scale).text(), truncated, "{text}");
        }
    }

    #[test]
    fn numbers_become_others() {
        assert_eq!(number("-9223372036854775808.4").to_int("bigint").ok(), Some(i64::MIN));
        assert!(number("9223372036854775807.5").to_int("bigint").is_err());
        for (value, text) in
            [(1.5, "1.5"), (1e20, "100000000000000000000"), (0.1, "0.1"), (-0.0, "0")]
        {
            assert_eq!(Numeric::from_float(value).text(), text);
        }
        let order = |a: &str, b: &str| number(a).compare(&number(b));
        assert_eq!(order("1.0", "1"), Ordering::Equal);
        assert_eq!(order("-2", "-1.5"), Ordering::Less);
        assert_eq!(order("NaN", "Infinity"), Ordering::Greater);
        assert_eq!(order("0.001", "1000"), Ordering::Less);
    }
}
