#![forbid(unsafe_code)]
//! Values as text: what `SHOW` would print, with and without units.
//! Runs in: any process.

use super::types::{Kind, Value};
use super::units;

/// The value as text. With `units`, a positive number gets the largest unit that fits.
pub(crate) fn show(kind: &Kind, flags: i32, value: &Value, with_units: bool) -> Vec<u8> {
    let base = if with_units { units::base(flags) } else { None };
    match value {
        Value::Bool(on) => if *on { "on" } else { "off" }.into(),
        Value::Int(number) => match base {
            Some(base) if *number > 0 => {
                let (amount, unit) = base.show_int(i64::from(*number));
                format!("{amount}{unit}").into()
            }
            _ => number.to_string().into(),
        },
        Value::Real(number) => match base {
            Some(base) if *number > 0.0 => {
                let (amount, unit) = base.show_real(*number);
                format!("{}{unit}", general(amount)).into()
            }
            _ => general(*number).into(),
        },
        Value::Text(text) => text.as_ref().map(|t| t.to_bytes().to_vec()).unwrap_or_default(),
        Value::Enum(number) => enum_word(kind, *number),
    }
}

/// The word of an enum value; the number itself where the table has no word for it.
pub(crate) fn enum_word(kind: &Kind, number: i32) -> Vec<u8> {
    let word = match kind {
        Kind::Enum { options, .. } => options.iter().find(|option| option.value == number),
        Kind::Bool { .. } | Kind::Int { .. } | Kind::Real { .. } | Kind::Text { .. } => None,
    };
    word.map_or_else(|| number.to_string().into(), |option| option.name.to_bytes().to_vec())
}

/// A number as C's `%g` prints it: six significant digits, no trailing zeros.
pub(crate) fn general(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    let scientific = format!("{number:.5e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or(0);
        return without_zeros(&format!("{number:.decimals$}")).into();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", without_zeros(mantissa), exponent.abs())
}

fn without_zeros(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

#[cfg(test)]
mod tests {
    use super::super::types::EnumOption;
    use super::*;
    use crate::abi::guc::{GUC_UNIT_KB, GUC_UNIT_MS};
    use std::borrow::Cow;

    #[test]
    fn general_prints_like_percent_g() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (100_000.0, "100000"),
            (1_000_000.0, "1e+06"),
            (1_234_567.0, "1.23457e+06"),
            (0.0001, "0.0001"),
            (0.000_012_5, "1.25e-05"),
            (f64::MAX, "1.79769e+308"),
            (999_999.5, "1e+06"),
            (f64::INFINITY, "Infinity"),
        ];
        for (number, text) in cases {
            assert_eq!(general(number), text);
        }
    }

    #[test]
    fn shows_each_kind() {
        let text = |kind: &Kind, flags, value, units| {
            String::from_utf8(show(kind, flags, &value, units)).unwrap()
        };
        let int = Kind::Int { boot: 0, min: 0, max: 9 };
        assert_eq!(text(&int, GUC_UNIT_KB, Value::Int(4096), true), "4MB");
        assert_eq!(text(&int, GUC_UNIT_KB, Value::Int(4096), false), "4096");
        assert_eq!(text(&int, GUC_UNIT_KB, Value::Int(-1), true), "-1");
        let real = Kind::Real { boot: 0.0, min: 0.0, max: 9.0 };
        assert_eq!(text(&real, GUC_UNIT_MS, Value::Real(2.5), true), "2500us");
        assert_eq!(text(&Kind::Bool { boot: true }, 0, Value::Bool(true), true), "on");
        assert_eq!(text(&Kind::Text { boot: None }, 0, Value::Text(None), true), "");
        let options = vec![EnumOption::shown(c"one", 1)];
        let kind = Kind::Enum { boot: 1, options: Cow::Owned(options) };
        assert_eq!(text(&kind, 0, Value::Enum(1), true), "one");
        assert_eq!(text(&kind, 0, Value::Enum(7), true), "7");
    }
}
