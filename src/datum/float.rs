#![forbid(unsafe_code)]
//! Floating-point numbers as SQL writes them: the shortest text that reads back as the same.
//! Runs in: any process.

/// The text of a number, given its shortest digits in Rust's scientific notation; `fixed_below` is
/// the least exponent that is written as one (15 and 6 for the two types).
fn arrange(scientific: &str, fixed_below: i32) -> String {
    let (sign, rest) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific),
    };
    let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    if !(-4..fixed_below).contains(&exponent) {
        let (sign_of, size) = if exponent < 0 { ('-', -exponent) } else { ('+', exponent) };
        return format!("{sign}{mantissa}e{sign_of}{size:02}");
    }
    let Ok(whole) = usize::try_from(exponent + 1) else {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        return format!("{sign}0.{}{digits}", "0".repeat(zeros));
    };
    if whole == 0 {
        return format!("{sign}0.{digits}");
    }
    match digits.split_at_checked(whole) {
        Some((integer, "")) => format!("{sign}{integer}"),
        Some((integer, fraction)) => format!("{sign}{integer}.{fraction}"),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}

fn special(is_nan: bool, is_infinite: bool, is_negative: bool) -> Option<String> {
    let text = match (is_nan, is_infinite, is_negative) {
        (true, ..) => "NaN",
        (_, true, true) => "-Infinity",
        (_, true, false) => "Infinity",
        _ => return None,
    };
    Some(text.to_owned())
}

pub(super) fn float8(value: f64) -> String {
    special(value.is_nan(), value.is_infinite(), value < 0.0)
        .unwrap_or_else(|| arrange(&format!("{value:e}"), 15))
}

pub(super) fn float4(value: f32) -> String {
    special(value.is_nan(), value.is_infinite(), value < 0.0)
        .unwrap_or_else(|| arrange(&format!("{value:e}"), 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    // What PostgreSQL 17 writes.
    #[test]
    fn numbers_look_as_in_postgresql() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.5, "1.5"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (123456.0, "123456"),
            (1e14, "100000000000000"),
            (1e15, "1e+15"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (-2.5e-7, "-2.5e-07"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(float8(value), text);
        }
        for (value, text) in
            [(1e6_f32, "1e+06"), (999999.0, "999999"), (0.1, "0.1"), (1e5, "100000")]
        {
            assert_eq!(float4(value), text);
        }
    }
}
