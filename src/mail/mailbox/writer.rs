//! [`MboxWriter`]: mails into an mbox, in the dialect that can be undone.

use alloc::string::String;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Dialect;
use super::dialect::body_of;

/// Who sent a mail when nobody knows, as mail servers have it.
const NOBODY: &str = "MAILER-DAEMON";

/// Writes an mbox in the dialect mboxrd, with line feeds.
///
/// A mail whose lines all end in CRLF, as mails are sent, is written with line feeds; any other
/// one keeps its line ends.
///
/// ```
/// use mimi_codec::mail::mailbox::MboxWriter;
///
/// let mut out = Vec::new();
/// let mut mbox = MboxWriter::new(&mut out);
/// mbox.write("alice@example.com", 1_234_567_890, b"Subject: hi\r\n\r\nFrom me\r\n")?;
/// assert_eq!(out, b"From alice@example.com Fri Feb 13 23:31:30 2009\nSubject: hi\n\n>From me\n\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct MboxWriter<W> {
    out: W,
}

impl<W: Write> MboxWriter<W> {
    /// Writes to `out`, which may hold mails already.
    pub const fn new(out: W) -> Self {
        MboxWriter { out }
    }

    /// Adds a mail. `sender` and the seconds since the start of the Unix epoch go into its
    /// `From ` line; a sender that cannot stand there is left out.
    ///
    /// # Errors
    /// What writing returns.
    pub fn write(&mut self, sender: &str, seconds: i64, mail: &[u8]) -> io::Result<()> {
        writeln!(self.out, "From {} {}", safe(sender), asctime(seconds))?;
        let as_sent = mail
            .split_inclusive(|b| *b == b'\n')
            .all(|line| !line.ends_with(b"\n") || line.ends_with(b"\r\n"));
        let mut body = body_of(mail);
        for line in mail.split_inclusive(|b| *b == b'\n') {
            let in_body = body == 0;
            body = body.saturating_sub(line.len());
            // In a header, such a line would begin a mail as well.
            if Dialect::Rd.quotes(line) && (in_body || line.starts_with(b"From ")) {
                self.out.write_all(b">")?;
            }
            match line.strip_suffix(b"\r\n") {
                Some(text) if as_sent => {
                    self.out.write_all(text)?;
                    self.out.write_all(b"\n")?;
                }
                _ => self.out.write_all(line)?,
            }
        }
        let end: &[u8] = match mail.ends_with(b"\n") {
            true => b"\n",
            false => b"\n\n",
        };
        self.out.write_all(end)
    }

    /// Hands back what it wrote to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

fn safe(sender: &str) -> &str {
    let sound = (1..=320).contains(&sender.len()) && sender.bytes().all(|b| b.is_ascii_graphic());
    if sound { sender } else { NOBODY }
}

/// A time as the C library prints it, in UTC; that of the epoch if the calendar does not have it.
fn asctime(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let time = time.to_zoned(TimeZone::UTC);
    alloc::format!("{}", time.strftime("%a %b %e %H:%M:%S %Y"))
}
