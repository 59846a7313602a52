//! How measurements are printed.

use super::codec::Row;

/// Prints rows under the names of their columns; returns how many goals were missed.
pub fn table(columns: &[&str], rows: &[Row]) -> usize {
    let Some(what) = rows.first().map(|row| row.what) else {
        return 0;
    };
    print!("{what:<14}{:>9}", "octets");
    for column in columns {
        print!("{column:>15}");
    }
    println!("{:>9}{:>7}", "ratio", "goal");
    let mut missed = 0;
    for row in rows {
        print!("{:<14}{:>9}", row.name, row.octets);
        for time in &row.nanoseconds {
            print!("{time:>15.0}");
        }
        let (goal, verdict) = match row.goal {
            None => (String::new(), ""),
            Some(goal) if row.ratio() <= goal => (format!("{goal:.2}"), "  ok"),
            Some(goal) => {
                missed += 1;
                (format!("{goal:.2}"), "  MISSED")
            }
        };
        println!("{:>9.3}{goal:>7}{verdict}", row.ratio());
    }
    println!();
    missed
}
