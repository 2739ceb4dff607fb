#![forbid(unsafe_code)]
//! Tables for people.
//! Runs in: command.

/// Rows under their headings, columns aligned, no spaces at the ends of lines. Numbers stand to
/// the right.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let heads: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(at, head)| column(at).chain([head]).map(|c| c.chars().count()).max().unwrap_or(0))
        .collect();
    let right: Vec<bool> = (0..N)
        .map(|at| column(at).all(|cell| cell == "-" || cell.parse::<i64>().is_ok()))
        .map(|numbers| numbers && !rows.is_empty())
        .collect();
    let mut out = String::new();
    for row in std::iter::once(&heads).chain(&rows) {
        let mut line = String::new();
        for ((cell, width), right) in row.iter().zip(&widths).zip(&right) {
            let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
            let parts = if *right { [&pad, cell.as_str()] } else { [cell.as_str(), &pad] };
            line.push_str(&parts.concat());
            line.push_str("  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Names may hold anything: what would act on the terminal is shown as `?`.
fn printable(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["Größe", "7", "running"]), row(["b\u{1b}[1m", "1234", ""])];
        assert_eq!(
            table(["NAME", "PID", "STATE"], &rows),
            "NAME    PID  STATE\nGröße     7  running\nb?[1m  1234\n"
        );
        assert_eq!(table(["NAME", "PID"], &[]), "NAME  PID\n");
    }
}
