//! The first pass: what mails there are, which of them are to be converted, and in which order.

use alloc::string::String;
use alloc::vec::Vec;
use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::key::{key, key_of_stream};
use super::order::{self, Edges};
use super::{ArchiveError, Event, Refused, Sink, Summary};
use crate::mail::DiskResolver;
use crate::mail::import::References;
use crate::mail::mailbox::{Entry, Mailbox, MailboxError, Place};
use crate::mail::resolver::{Asked, MailKey, ReactionPlace, State};
use crate::report::{Finding, codes};

/// Mails that the store is asked about, and that are converted, at a time.
const BATCH: usize = 4096;

/// Octets of mails that are converted at a time.
const OCTETS: u64 = 16 << 20;

/// The beginning of a hash: of a Message-ID, or of a whole mail.
type Hash = [u8; 16];

/// A mail that is to be converted, as the order needs it. There is one for each mail of the
/// mailbox, so it holds little: the second pass reads the mail again.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) place: Place,
    /// Its number in the mailbox, from 0.
    pub(super) number: usize,
    pub(super) ordinal: u64,
    /// What tells whether the mail is still the same.
    check: u64,
    /// The hash of its body.
    body: u64,
    level: u32,
}

/// The level of a mail that was converted before.
const DONE: u32 = u32::MAX;

impl Job {
    /// Whether a mail with this key is the one that was put in order.
    pub(super) fn is_of(&self, key: &MailKey) -> bool {
        self.check == check(key)
    }

    /// Whether it is converted in this run.
    fn wanted(&self) -> bool {
        self.level != DONE
    }
}

fn check(key: &MailKey) -> u64 {
    key.first_chunk()
        .map_or(0, |first| u64::from_be_bytes(*first))
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// By level, and then as they stand in the mailbox.
    jobs: Vec<Job>,
    /// By number of a mail, the Message-IDs of mails that it must not refer to, because that closes a circle.
    cut: HashMap<u64, HashSet<Hash>>,
    /// By number of a mail that is a reaction, or takes some back, where it stands among them.
    reactions: HashMap<u64, ReactionPlace>,
}

/// A mail that the store was not asked about yet.
struct Asking {
    name: String,
    place: Place,
    number: usize,
    key: MailKey,
    body: u64,
    named: References,
}

#[derive(Default)]
struct Pass {
    known: Vec<Job>,
    /// The first mail of each Message-ID.
    owners: HashMap<Hash, u32>,
    /// Who refers to which Message-ID.
    references: Vec<(u32, Hash)>,
    edges: Edges,
    /// Mails that are reactions, or take some back.
    reactions: Vec<(ReactionPlace, u32)>,
}

impl Plan {
    /// Reads every mail of the mailbox.
    pub(super) fn read(
        mailbox: &Mailbox,
        store: &DiskResolver,
        sink: &dyn Sink,
        summary: &mut Summary,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<Plan, ArchiveError> {
        let mut pass = Pass::default();
        let mut asking: Vec<Asking> = Vec::new();
        for (number, entry) in mailbox.mails()?.enumerate() {
            summary.mails += 1;
            let Entry {
                name,
                place,
                octets,
                findings,
                ..
            } = entry;
            for finding in findings {
                tell(watch, &name, finding);
            }
            match octets {
                Err(error) if error.code() == codes::MAIL_OVER_LIMIT => {
                    pass.admit(store, &mut asking, summary, watch)?;
                    let large = Large {
                        name: &name,
                        place,
                        finding: error.into_finding(),
                    };
                    large.refuse(mailbox, store, sink, summary, watch)?;
                }
                Err(error) => {
                    summary.refused += 1;
                    tell(watch, &name, error.into_finding());
                }
                Ok(mail) => {
                    let (key, body) = key(&mail);
                    let named = References::of(&mail);
                    asking.push(Asking {
                        name,
                        place,
                        number,
                        key,
                        body,
                        named,
                    });
                }
            }
            if asking.len() == BATCH {
                pass.admit(store, &mut asking, summary, watch)?;
                watch(Event::Indexed(summary.mails));
            }
        }
        pass.admit(store, &mut asking, summary, watch)?;
        watch(Event::Indexed(summary.mails));
        Ok(pass.finish(mailbox, watch))
    }

    /// The jobs, in groups that do not depend on each other.
    pub(super) fn levels(&self) -> impl Iterator<Item = &[Job]> {
        self.jobs.chunk_by(|one, other| one.level == other.level)
    }

    /// Part of a level that can be held in memory with all that is found in it: so many mails, or
    /// so many octets of them.
    pub(super) fn batches(level: &[Job]) -> impl Iterator<Item = &[Job]> {
        let mut rest = level;
        core::iter::from_fn(move || {
            let mut octets = 0;
            let fits = rest.iter().take(BATCH).take_while(|job| {
                octets += job.place.octets;
                octets <= OCTETS
            });
            // One mail may be larger than a batch.
            let (batch, after) = rest.split_at_checked(fits.count().max(1))?;
            rest = after;
            Some(batch)
        })
    }

    pub(super) fn len(&self) -> u64 {
        self.jobs.len() as u64
    }

    /// Whether a mail may refer to another one.
    pub(super) fn allows(&self, job: &Job, external: &str) -> bool {
        let cut = self.cut.get(&job.ordinal);
        cut.is_none_or(|cut| !cut.contains(&named(external)))
    }

    /// Where a mail stands among the reactions of its author to its parent, if its header says
    /// that it is one, or takes some back.
    pub(super) fn reaction(&self, job: &Job) -> Option<&ReactionPlace> {
        self.reactions.get(&job.ordinal)
    }
}

/// A mail that is larger than allowed.
struct Large<'l> {
    name: &'l str,
    place: Place,
    finding: Finding,
}

impl Large<'_> {
    /// Gives it its number, and hands it to the sink as a stream.
    fn refuse(
        self,
        mailbox: &Mailbox,
        store: &DiskResolver,
        sink: &dyn Sink,
        summary: &mut Summary,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), ArchiveError> {
        let reader = mailbox.reader();
        let read = reader.stream(self.place).and_then(|mut stream| {
            let (key, _) = key_of_stream(&mut stream).map_err(MailboxError::io)?;
            Ok((key, reader.stream(self.place)?))
        });
        let (key, mut octets) = match read {
            Ok(read) => read,
            Err(error) => {
                summary.refused += 1;
                tell(watch, self.name, error.into_finding());
                return Ok(());
            }
        };
        let asked = Asked {
            key: &key,
            external: None,
        };
        for answer in store.admit(&[asked])? {
            if answer.state == State::Done {
                // An earlier run was allowed more.
                summary.before += 1;
                continue;
            }
            let refused = Refused {
                ordinal: answer.ordinal,
                source: self.name,
                octets: &[],
                finding: &self.finding,
            };
            sink.refused_large(&refused, &mut octets)
                .map_err(ArchiveError::sink)?;
            summary.refused += 1;
            tell(watch, self.name, self.finding.clone());
        }
        Ok(())
    }
}

impl Pass {
    /// Asks the store about some mails, and takes them in.
    fn admit(
        &mut self,
        store: &DiskResolver,
        asking: &mut Vec<Asking>,
        summary: &mut Summary,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), ArchiveError> {
        let asked: Vec<Asked<'_>> = asking
            .iter()
            .map(|mail| Asked {
                key: &mail.key,
                external: mail.named.own.as_deref(),
            })
            .collect();
        let answers = store.admit(&asked)?;
        drop(asked);
        for (mail, answer) in asking.drain(..).zip(answers) {
            let own = mail.named.own.as_deref();
            let name = match own {
                Some(own) => named(own),
                None => hash(&mail.key),
            };
            let number = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
            let mut owner = true;
            if answer.state == State::Done {
                // It was told then whether it is the first of its Message-ID.
                self.owners.entry(name).or_insert(number);
            } else {
                let here = self.owners.get(&name);
                let here = here.and_then(|owner| self.known.get(*owner as usize));
                let known = here.map(|owner| owner.body).or(answer.known_body);
                owner = known.is_none();
                if known == Some(mail.body) {
                    summary.repeated += 1;
                    let finding = Finding::new(codes::MAIL_REPEATED);
                    tell(watch, &mail.name, with_id(finding, own));
                    continue;
                } else if known.is_some() {
                    let finding = Finding::new(codes::MESSAGE_ID_REPEATED);
                    tell(watch, &mail.name, with_id(finding, own));
                } else if own.is_none() {
                    tell(watch, &mail.name, Finding::new(codes::MESSAGE_ID_MISSING));
                }
            }
            if owner {
                self.owners.entry(name).or_insert(number);
            }
            let theirs = &mail.named;
            let references = theirs.parent.iter().chain(&theirs.replaces);
            for reference in references.chain(&theirs.deletes) {
                let target = named(&reference.id);
                self.references.push((number, target));
            }
            if let (Some(reacts), Some(parent)) = (&theirs.reacts, &theirs.parent) {
                let mut thread = named(&parent.id).to_vec();
                thread.extend_from_slice(reacts.author.as_bytes());
                let place = ReactionPlace {
                    thread: hash(&thread),
                    seconds: reacts.seconds,
                    ordinal: answer.ordinal,
                };
                self.reactions.push((place, number));
            }
            summary.before += u64::from(answer.state == State::Done);
            self.known.push(Job {
                place: mail.place,
                number: mail.number,
                ordinal: answer.ordinal,
                check: check(&mail.key),
                body: mail.body,
                level: match answer.state {
                    State::Pending => 0,
                    State::Done => DONE,
                },
            });
        }
        Ok(())
    }

    /// Finds the order of all mails, those of earlier runs too: a run that goes on where another
    /// one stopped must come to the same order.
    fn finish(mut self, mailbox: &Mailbox, watch: &mut dyn FnMut(Event<'_>)) -> Plan {
        let mut references = core::mem::take(&mut self.references).into_iter().peekable();
        // What takes reactions back must know them, so each mail of a thread of reactions comes
        // behind the one before it.
        self.reactions.sort_unstable();
        let pairs = self.reactions.array_windows();
        let behind: HashMap<u32, u32> = pairs
            .filter(|[(one, _), (other, _)]| one.thread == other.thread)
            .map(|[(_, one), (_, other)]| (*other, *one))
            .collect();
        for number in 0..self.known.len() {
            let owners = &self.owners;
            let mine =
                core::iter::from_fn(|| references.next_if(|(from, _)| *from as usize == number));
            let mine = mine.filter_map(|(_, target)| owners.get(&target).copied());
            let before = u32::try_from(number)
                .ok()
                .and_then(|number| behind.get(&number));
            self.edges.push(mine.chain(before.copied()));
        }
        drop(references);
        let order = order::order(&core::mem::take(&mut self.edges));
        // What a Message-ID hashes to, for the few that are cut.
        let cut_targets: HashMap<u32, Vec<Hash>> = match order.cut.is_empty() {
            true => HashMap::new(),
            false => {
                let mut names: HashMap<u32, Vec<Hash>> = HashMap::new();
                let targets: HashSet<u32> = order.cut.iter().map(|(_, target)| *target).collect();
                for (name, owner) in &self.owners {
                    if targets.contains(owner) {
                        names.entry(*owner).or_default().push(*name);
                    }
                }
                names
            }
        };
        drop(self.owners);
        let places = self.reactions.iter();
        let mut plan = Plan {
            reactions: places.map(|(place, _)| (place.ordinal, *place)).collect(),
            ..Plan::default()
        };
        let mut cut = order.cut;
        cut.sort_unstable();
        for (from, target) in cut {
            let Some(known) = self.known.get(from as usize) else {
                continue;
            };
            let names = cut_targets.get(&target).cloned().unwrap_or_default();
            plan.cut.entry(known.ordinal).or_default().extend(names);
            if known.wanted() {
                let target = self.known.get(target as usize);
                let target = target.map_or(0, |target| target.number);
                let finding = Finding::new(codes::REFERENCE_CYCLE).found(mailbox.name(target));
                tell(watch, &mailbox.name(known.number), finding);
            }
        }
        // All of this is done in place: there may be millions of them.
        plan.jobs = self.known;
        for (job, level) in plan.jobs.iter_mut().zip(order.levels) {
            if job.wanted() {
                job.level = level;
            }
        }
        plan.jobs.retain(Job::wanted);
        // Within a level they stay as they stand in the mailbox.
        plan.jobs
            .sort_unstable_by_key(|job| (job.level, job.number));
        plan
    }
}

pub(super) fn tell(watch: &mut dyn FnMut(Event<'_>), source: &str, finding: Finding) {
    watch(Event::Finding {
        source: Some(source),
        finding,
    });
}

fn with_id(finding: Finding, id: Option<&str>) -> Finding {
    match id {
        Some(id) => finding.found(String::from(id)),
        None => finding,
    }
}

/// A Message-ID, as others may refer to it: one that was made from a message ID counts at any
/// domain.
fn named(id: &str) -> Hash {
    let local = id.split_once('@').map_or(id, |(local, _)| local);
    match id.starts_with("mimi-") {
        true => hash(local.as_bytes()),
        false => hash(id.as_bytes()),
    }
}

fn hash(octets: &[u8]) -> Hash {
    let digest: [u8; 32] = Sha256::digest(octets).into();
    let mut first = [0; 16];
    first.copy_from_slice(digest.split_at(16).0);
    first
}
