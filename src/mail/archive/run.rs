//! The second pass: mails become messages, on several threads, each behind those it refers to.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::num::NonZero;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::key::key;
use super::plan::{Job, Plan, tell};
use super::{
    ArchiveError, ArchiveOptions, DEFAULT_ROOM, Event, Made, Refused, Sink, SinkError, Summary,
};
use crate::mail::import::References;
use crate::mail::mailbox::{MailReader, Mailbox};
use crate::mail::resolver::{Change, Reacted, Record, Waiting};
use crate::mail::{
    DiskResolver, ImportOptions, Imported, LateLink, LinkKind, Origin, Resolver, import,
};
use crate::message::{Disposition, MessageId, MimiContent, PartBody, Uris};
use crate::report::{Finding, Severity, codes};

/// Fewer mails than this are not worth a thread.
const FEW: usize = 8;

/// Work that a power cut may cost.
const DURABLE: Duration = Duration::from_secs(5);

/// Digits of the message ID in a name.
const SHORT: usize = 12;

/// Converts a mailbox: every mail that the store does not know yet.
///
/// Findings go to `watch`, messages to `sink`. A mail that is refused is handed to the sink and
/// counted, and the run goes on.
///
/// # Errors
/// The mailbox or the store cannot be read, the sink cannot write, or the store was begun with
/// another seed or room ([`codes::STORE_OTHER_OPTIONS`]).
///
/// ```
/// use std::sync::Mutex;
/// use mimi_codec::mail::DiskResolver;
/// use mimi_codec::mail::archive::{self, ArchiveOptions, Made, Refused, Sink, SinkError};
/// use mimi_codec::mail::mailbox::{Mailbox, MailboxOptions};
/// use mimi_codec::report::Finding;
///
/// struct Names(Mutex<Vec<String>>);
///
/// impl Sink for Names {
///     fn messages(&self, mail: &[Made<'_>]) -> Result<Vec<Finding>, SinkError> {
///         let names = mail.iter().map(|made| made.name.clone());
///         self.0.lock().unwrap().extend(names); // and write made.octets somewhere
///         Ok(Vec::new())
///     }
///     fn refused(&self, _: &Refused<'_>) -> std::io::Result<()> {
///         Ok(())
///     }
/// }
///
/// let mailbox = Mailbox::open("tests/data/list.mbox", &MailboxOptions::default())?;
/// let store = DiskResolver::in_memory()?; // DiskResolver::open(path) for several runs
/// let names = Names(Mutex::new(Vec::new()));
/// let options = ArchiveOptions::default();
/// let summary = archive::convert(&mailbox, &store, &options, &names, &mut |_event| {})?;
/// assert_eq!((summary.mails, summary.messages, summary.repeated), (30, 29, 1));
/// assert_eq!(names.0.into_inner()?.len(), 29);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn convert(
    mailbox: &Mailbox,
    store: &DiskResolver,
    options: &ArchiveOptions<'_>,
    sink: &dyn Sink,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Summary, ArchiveError> {
    let mut summary = Summary::default();
    let settings = settings(store, options)?;
    for finding in mailbox.findings() {
        watch(Event::Finding {
            source: None,
            finding: finding.clone(),
        });
    }
    let plan = Plan::read(mailbox, store, sink, &mut summary, watch)?;
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, NonZero::get),
        threads => threads,
    };
    let run = Run {
        mailbox,
        store,
        import: settings,
        sender: options.sender.as_deref(),
        strict: options.strict,
        plan: &plan,
        sink,
    };
    let mut book = Book {
        store,
        durable: Instant::now(),
        late_links: Vec::new(),
    };
    let mut done = 0;
    for level in plan.levels() {
        let mut records = Vec::new();
        for jobs in Plan::batches(level) {
            // What the last mails became is written down while the next ones are converted: mails
            // of one level do not ask for each other.
            let finished = run.batch(jobs, threads, || book.write(&records))?;
            records.clear();
            for (job, outcome) in jobs.iter().zip(finished) {
                let name = mailbox.name(job.number);
                for finding in outcome.findings {
                    tell(watch, &name, finding);
                }
                summary.messages += outcome.messages;
                match outcome.record {
                    Some(record) => {
                        summary.converted += 1;
                        records.push(record);
                    }
                    None => summary.refused += 1,
                }
            }
            done += jobs.len() as u64;
            watch(Event::Converted {
                done,
                of: plan.len(),
            });
        }
        book.write(&records)?;
        for link in book.late_links.drain(..) {
            let finding = Finding::new(codes::LATE_LINK)
                .found(format!("{} of {}", link.kind.name(), link.message))
                .expected(format!("{} <{}>", link.target, link.external));
            watch(Event::Finding {
                source: None,
                finding,
            });
            summary.late_links.push(link);
        }
    }
    store.commit(&[], true, true)?;
    Ok(summary)
}

/// Writes down what mails became.
struct Book<'b> {
    store: &'b DiskResolver,
    /// When it was last forced to the disk.
    durable: Instant,
    late_links: Vec<LateLink>,
}

impl Book<'_> {
    fn write(&mut self, records: &[Record]) -> Result<(), ArchiveError> {
        self.store.check()?;
        if records.is_empty() {
            return Ok(());
        }
        let now = self.durable.elapsed() >= DURABLE;
        if now {
            self.durable = Instant::now();
        }
        let late = self.store.commit(records, true, now)?;
        self.late_links.extend(late);
        Ok(())
    }
}

/// The options for every mail, with the seed and the room of the first run.
fn settings<'a>(
    store: &DiskResolver,
    options: &ArchiveOptions<'a>,
) -> Result<ImportOptions<'a>, ArchiveError> {
    let mut import = options.import.clone();
    let room = import.room.take().unwrap_or(Cow::Borrowed(DEFAULT_ROOM));
    let first = store.setting("room", room.as_bytes())?;
    if first != room.as_bytes() {
        return Err(ArchiveError::new(
            Finding::new(codes::STORE_OTHER_OPTIONS)
                .path("room")
                .found(format!("{room:?}"))
                .expected(format!("{:?}", String::from_utf8_lossy(&first))),
        ));
    }
    import.room = Some(room);
    let seed = match &import.seed {
        Some(seed) => seed.to_vec(),
        None => {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).map_err(|error| {
                ArchiveError::new(
                    Finding::new(codes::STORE_UNUSABLE)
                        .message("the system gives no random octets")
                        .found(format!("{error}")),
                )
            })?;
            seed.to_vec()
        }
    };
    let first = store.setting("seed", &seed)?;
    if import.seed.is_some() && first != seed {
        return Err(ArchiveError::new(
            Finding::new(codes::STORE_OTHER_OPTIONS)
                .path("seed")
                .found("another seed"),
        ));
    }
    import.seed = Some(Cow::Owned(first));
    Ok(import)
}

/// What all threads share.
struct Run<'r> {
    mailbox: &'r Mailbox,
    store: &'r DiskResolver,
    import: ImportOptions<'r>,
    sender: Option<&'r str>,
    strict: bool,
    plan: &'r Plan,
    sink: &'r dyn Sink,
}

/// What became of one mail.
#[derive(Default)]
struct Outcome {
    findings: Vec<Finding>,
    messages: u64,
    /// Nothing if it was refused.
    record: Option<Record>,
}

/// The store, without what would close a circle.
struct Acyclic<'r> {
    run: &'r Run<'r>,
    job: &'r Job,
}

impl Resolver for Acyclic<'_> {
    fn message_id(&self, external: &str) -> Option<MessageId> {
        let allowed = self.run.plan.allows(self.job, external);
        allowed.then(|| self.run.store.message_id(external))?
    }

    fn external_id(&self, id: &MessageId) -> Option<String> {
        self.run.store.external_id(id)
    }

    fn first_version(&self, id: &MessageId) -> MessageId {
        self.run.store.first_version(id)
    }

    fn reactions(&self, target: &MessageId, author: &str) -> Vec<MessageId> {
        // Others may be written down at this moment: what is found must not depend on that.
        let place = self.run.plan.reaction(self.job);
        place.map_or_else(Vec::new, |place| {
            self.run.store.reactions_before(target, author, place)
        })
    }

    fn author(&self, id: &MessageId) -> Option<String> {
        self.run.store.author(id)
    }
}

impl Run<'_> {
    /// Converts mails that do not depend on each other, and does something else meanwhile. The
    /// outcomes are in the order of the mails.
    fn batch(
        &self,
        jobs: &[Job],
        threads: usize,
        meanwhile: impl FnOnce() -> Result<(), ArchiveError>,
    ) -> Result<Vec<Outcome>, ArchiveError> {
        let threads = match jobs.len() < FEW {
            true => 1,
            false => threads.clamp(1, jobs.len()),
        };
        if threads == 1 {
            meanwhile()?;
            let mut reader = self.mailbox.reader();
            return jobs.iter().map(|job| self.one(job, &mut reader)).collect();
        }
        let next = AtomicUsize::new(0);
        let stopped = AtomicBool::new(false);
        let finished = Mutex::new(Vec::with_capacity(jobs.len()));
        let failed = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut reader = self.mailbox.reader();
                    let mut mine = Vec::new();
                    while !stopped.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(job) = jobs.get(number) else {
                            break;
                        };
                        match self.one(job, &mut reader) {
                            Ok(outcome) => mine.push((number, outcome)),
                            Err(error) => {
                                stopped.store(true, Ordering::Relaxed);
                                locked(&failed).get_or_insert(error);
                            }
                        }
                    }
                    locked(&finished).append(&mut mine);
                });
            }
            if let Err(error) = meanwhile() {
                stopped.store(true, Ordering::Relaxed);
                locked(&failed).get_or_insert(error);
            }
        });
        if let Some(error) = locked(&failed).take() {
            return Err(error);
        }
        let mut finished = core::mem::take(&mut *locked(&finished));
        finished.sort_by_key(|(number, _)| *number);
        Ok(finished.into_iter().map(|(_, outcome)| outcome).collect())
    }

    /// Converts one mail.
    fn one(&self, job: &Job, reader: &mut MailReader<'_>) -> Result<Outcome, ArchiveError> {
        let name = self.mailbox.name(job.number);
        let mail = match reader.read(job.place) {
            Ok(mail) if key(&mail).0 == job.key => mail,
            other => {
                let finding = match other {
                    Ok(_) => Finding::new(codes::MAILBOX_CHANGED),
                    Err(error) => error.into_finding(),
                };
                return Ok(Outcome {
                    findings: alloc::vec![finding],
                    ..Outcome::default()
                });
            }
        };
        let mut outcome = Outcome::default();
        match self.convert(job, &name, &mail, &mut outcome) {
            Ok(record) => outcome.record = Some(record),
            Err(SinkError::Io(error)) => return Err(ArchiveError::sink(error)),
            Err(SinkError::Refuse(finding)) => {
                // What refuses is an error, whatever the rule weighs elsewhere.
                let finding = finding.severity(Severity::Error);
                let refused = Refused {
                    ordinal: job.ordinal,
                    source: &name,
                    octets: &mail,
                    finding: &finding,
                };
                self.sink.refused(&refused).map_err(ArchiveError::sink)?;
                outcome.findings.push(finding);
            }
        }
        Ok(outcome)
    }

    fn convert(
        &self,
        job: &Job,
        source: &str,
        mail: &[u8],
        outcome: &mut Outcome,
    ) -> Result<Record, SinkError> {
        let resolver = Acyclic { run: self, job };
        let mut options = self.import.clone();
        options.resolver = Some(&resolver);
        let mut read =
            import(mail, &options).map_err(|error| SinkError::refuse(error.into_finding()))?;
        let loss = |finding: &Finding| finding.severity >= Severity::Warning;
        if let Some(at) = read.findings.iter().position(loss).filter(|_| self.strict) {
            let loss = read.findings.remove(at);
            outcome.findings.append(&mut read.findings);
            return Err(SinkError::refuse(loss));
        }
        outcome.findings.extend(read.findings);
        let imported = read.value;
        let id = match self.message_id(&imported.message, &imported.octets) {
            Ok(id) => Some(id),
            Err(finding) => {
                outcome.findings.push(*finding);
                None
            }
        };
        let more = imported.more.iter().map(crate::cbor::encode);
        let more: Result<Vec<_>, _> = more.collect();
        let more = more.map_err(|error| SinkError::refuse(error.finding().clone()))?;
        let made = |number, id: Option<MessageId>| Made {
            ordinal: job.ordinal,
            name: name(job.ordinal, number, id.as_ref()),
            source,
            id,
            octets: &[],
            cut: &[],
        };
        let mut all = Vec::with_capacity(1 + more.len());
        all.push(Made {
            octets: &imported.octets,
            cut: &imported.cut,
            ..made(0, id)
        });
        for ((message, octets), number) in imported.more.iter().zip(&more).zip(1..) {
            all.push(Made {
                octets,
                ..made(number, self.message_id(message, octets).ok())
            });
        }
        outcome.findings.extend(self.sink.messages(&all)?);
        outcome.messages += all.len() as u64;
        let mut record = record(job, mail, &imported, id, &options);
        record.reacted = self.reacted(job, &imported);
        Ok(record)
    }

    /// What a mail did to the reactions of its author.
    fn reacted(&self, job: &Job, imported: &Imported) -> Option<Reacted> {
        let message = &imported.message;
        let target = message.in_reply_to?;
        let place = self.plan.reaction(job)?;
        if message.nested_part.disposition != Disposition::REACTION {
            return None;
        }
        let all = core::iter::once(message).chain(&imported.more);
        let change = match &message.nested_part.body {
            PartBody::Null => {
                let ids = all.filter_map(|one| one.replaces).collect();
                Change::TakenBack(ids, Some(*place))
            }
            _ => Change::Given(*place),
        };
        Some(Reacted { target, change })
    }

    fn message_id(
        &self,
        message: &MimiContent<'_>,
        octets: &[u8],
    ) -> Result<MessageId, Box<Finding>> {
        let stated = &message.extensions;
        let has = |uri: Result<Option<&str>, _>| matches!(uri, Ok(Some(_)));
        let room = self.import.room.as_deref();
        let uris = Uris::known(
            self.sender.filter(|_| !has(stated.sender_uri())),
            room.filter(|_| !has(stated.room_uri())),
        );
        let unnamed = |found: String| Box::new(Finding::new(codes::MESSAGE_UNNAMED).found(found));
        let (sender, room) = uris
            .resolve(message)
            .map_err(|error| unnamed(format!("{error}")))?;
        let salt = message.salt.as_bytes();
        MessageId::compute(Default::default(), octets, salt, sender, room)
            .map_err(|error| unnamed(format!("{error}")))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// `0000012-0123456789ab`; further messages of the same mail are `0000012.1-...`.
fn name(ordinal: u64, number: u32, id: Option<&MessageId>) -> String {
    let mut name = format!("{ordinal:07}");
    if number > 0 {
        name.push_str(&format!(".{number}"));
    }
    if let Some(id) = id {
        let id = format!("{id}");
        // The first two digits name the hash algorithm, in all IDs the same.
        let short = id.get(2..2 + SHORT).unwrap_or_default();
        name.push_str(&format!("-{short}"));
    }
    name
}

fn record(
    job: &Job,
    mail: &[u8],
    imported: &Imported,
    id: Option<MessageId>,
    options: &ImportOptions<'_>,
) -> Record {
    let message = &imported.message;
    let author = message.extensions.sender_uri().ok().flatten();
    let mut waiting = Vec::new();
    if imported.origin == Origin::Foreign {
        let named = References::of(mail);
        let own = named.own.as_deref();
        let of = |kind| move |reference| (kind, reference);
        let all = (named.parent.iter().map(of(LinkKind::Reply)))
            .chain(named.replaces.iter().map(of(LinkKind::Replaces)))
            .chain(named.deletes.iter().map(of(LinkKind::Deletes)));
        for (kind, reference) in all {
            let itself = own == Some(&*reference.id);
            if !itself && reference.resolve(options).is_none() {
                waiting.push(Waiting {
                    external: reference.id.clone(),
                    kind,
                });
            }
        }
    }
    Record {
        key: job.key,
        external: imported.external_id.clone(),
        body: job.body,
        id,
        replaces: message.replaces,
        author: author.map(String::from),
        sent: message.extensions.sender_timestamp().ok().flatten(),
        waiting,
        reacted: None,
    }
}
