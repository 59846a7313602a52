//! In which order mails are converted: what they refer to first. Knows only numbers.

use alloc::vec::Vec;

/// A level that has not been found yet.
const OPEN: u32 = u32::MAX;

/// Who refers to whom, as numbers of mails.
#[derive(Clone, Debug, Default)]
pub(super) struct Edges {
    /// For each mail, where its targets end.
    ends: Vec<usize>,
    targets: Vec<u32>,
}

impl Edges {
    /// Adds a mail and what it refers to.
    pub(super) fn push(&mut self, targets: impl IntoIterator<Item = u32>) {
        self.targets.extend(targets);
        self.ends.push(self.targets.len());
    }

    fn start(&self, mail: usize) -> usize {
        let before = mail.checked_sub(1).and_then(|before| self.ends.get(before));
        before.copied().unwrap_or(0)
    }

    fn end(&self, mail: usize) -> usize {
        self.ends.get(mail).copied().unwrap_or(0)
    }
}

/// An order in which every mail stands behind those that it refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// For each mail, how many mails stand before it in a row.
    pub(super) levels: Vec<u32>,
    /// References left out, because they close a circle: who refers, and to whom.
    pub(super) cut: Vec<(u32, u32)>,
}

/// A mail whose targets are being visited.
struct Visit {
    mail: usize,
    next: usize,
    level: u32,
}

/// Finds the order, in time linear in mails and references. Later mails are looked at first, so
/// that in a circle it is the earlier mail that loses its reference to the later one.
pub(super) fn order(edges: &Edges) -> Order {
    let mut order = Order {
        levels: alloc::vec![OPEN; edges.ends.len()],
        cut: Vec::new(),
    };
    let mut open = alloc::vec![false; edges.ends.len()];
    let mut stack: Vec<Visit> = Vec::new();
    for mail in (0..edges.ends.len()).rev() {
        if order.levels.get(mail) == Some(&OPEN) {
            stack.push(visit(edges, mail, &mut open));
        }
        while let Some(top) = stack.last_mut() {
            if top.next == edges.end(top.mail) {
                let Visit { mail, level, .. } = *top;
                stack.pop();
                put(&mut order.levels, mail, level);
                put(&mut open, mail, false);
                if let Some(below) = stack.last_mut() {
                    below.level = below.level.max(level + 1);
                }
                continue;
            }
            let target = edges.targets.get(top.next).copied().unwrap_or(0);
            top.next += 1;
            let number = target as usize;
            match order.levels.get(number) {
                Some(_) if open.get(number) == Some(&true) => {
                    order
                        .cut
                        .push((u32::try_from(top.mail).unwrap_or(OPEN), target));
                }
                Some(&OPEN) => stack.push(visit(edges, number, &mut open)),
                Some(level) => top.level = top.level.max(level + 1),
                None => {}
            }
        }
    }
    order
}

fn visit(edges: &Edges, mail: usize, open: &mut [bool]) -> Visit {
    put(open, mail, true);
    Visit {
        mail,
        next: edges.start(mail),
        level: 0,
    }
}

fn put<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(mails: &[&[u32]]) -> Order {
        let mut edges = Edges::default();
        for targets in mails {
            edges.push(targets.iter().copied());
        }
        order(&edges)
    }

    #[test]
    fn parents_come_first_wherever_they_stand() {
        let found = ordered(&[&[2], &[], &[1], &[2, 0], &[]]);
        assert_eq!(found.levels, [2, 0, 1, 3, 0]);
        assert_eq!(found.cut, []);
    }

    #[test]
    fn circles_lose_the_reference_of_the_earlier_mail() {
        let found = ordered(&[&[1], &[0]]);
        assert_eq!(found.cut, [(0, 1)]);
        assert_eq!(found.levels, [0, 1]);
        assert_eq!(ordered(&[&[0]]).cut, [(0, 0)]);
        let three = ordered(&[&[2], &[0], &[1]]);
        assert_eq!(three.cut, [(0, 2)]);
        assert_eq!(three.levels, [0, 1, 2]);
    }

    #[test]
    fn a_chain_of_a_million_needs_no_stack_of_the_machine() {
        let mut edges = Edges::default();
        edges.push([]);
        for mail in 0..1_000_000 {
            edges.push([mail]);
        }
        assert_eq!(order(&edges).levels.last(), Some(&1_000_000));
    }
}
