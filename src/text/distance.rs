#![forbid(unsafe_code)]
//! How far texts are from one another (utils/varlena.h).
//! Runs in: any process.

use crate::error::{Report, Result, SqlState};

/// Bytes of the longest text that whoever is not trusted may ask about.
pub(crate) const LONGEST: usize = 255;

/// What a change costs.
#[derive(Clone, Copy)]
pub(crate) struct Costs {
    pub(crate) insert: i32,
    pub(crate) delete: i32,
    pub(crate) substitute: i32,
}

/// The least that changes of `source` into `target` cost: `varstr_levenshtein`.
///
/// # Errors
/// A text is too long, and the caller not `trusted`.
pub(crate) fn levenshtein(
    source: &[u8],
    target: &[u8],
    costs: Costs,
    trusted: bool,
) -> Result<i32> {
    if !trusted && source.len().max(target.len()) > LONGEST {
        let message =
            format!("levenshtein argument exceeds maximum length of {LONGEST} characters");
        return Err(Report::error(SqlState::INVALID_PARAMETER_VALUE, message).into());
    }
    let Costs { insert, delete, substitute } = costs;
    // What the beginnings of the source cost to become the beginning of the target so far.
    let mut row: Vec<i32> = (0..=source.len())
        .map(|count| delete.wrapping_mul(i32::try_from(count).unwrap_or(i32::MAX)))
        .collect();
    for wanted in target {
        let mut diagonal = row.first().copied().unwrap_or(0);
        if let Some(first) = row.first_mut() {
            *first = first.wrapping_add(insert);
        }
        let mut left = row.first().copied().unwrap_or(0);
        for (cell, byte) in row.iter_mut().skip(1).zip(source) {
            let kept = if byte == wanted { diagonal } else { diagonal.wrapping_add(substitute) };
            diagonal = *cell;
            *cell = kept.min(diagonal.wrapping_add(insert)).min(left.wrapping_add(delete));
            left = *cell;
        }
    }
    Ok(row.last().copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_counted() {
        let costs = Costs { insert: 1, delete: 1, substitute: 1 };
        let far = |a: &str, b: &str| levenshtein(a.as_bytes(), b.as_bytes(), costs, false).unwrap();
        assert_eq!(far("kitten", "sitting"), 3);
        assert_eq!(far("", "abc"), 3);
        assert_eq!(far("abc", ""), 3);
        assert_eq!(far("abc", "abc"), 0);
        assert!(levenshtein(&[0; 256], b"", costs, false).is_err());
        assert!(levenshtein(&[0; 256], b"", costs, true).is_ok());
    }
}
