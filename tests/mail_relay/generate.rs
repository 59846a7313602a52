//! Messages without end, the same on every machine: every kind of part, and texts that tempt
//! writers and readers of mail.

use mimi_codec::message::{
    Disposition, Expiration, ExternalMessageId, ExternalPart, IdScope, MessageId, MimiContent,
    NestedPart, PartSemantics, Salt, SenderTimestamp,
};

/// SplitMix64 (Steele, Lea, Flood): small, and good enough to choose by.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn octets<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        out.fill_with(|| self.next() as u8);
        out
    }
}

/// What texts are made of.
static PIECES: &[&str] = &[
    "word",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    ".",
    ".\n",
    "From ",
    "\nFrom here",
    "-- \nme",
    "=",
    "=3D",
    "=\n",
    "--=_0",
    ">",
    ":",
    ";",
    ",",
    "\"",
    "\\",
    "<a@b>",
    "cid:1@local.invalid",
    "<img src=\"cid:2@local.invalid\">",
    "cid:7@local.invalid)",
    "**bold** [x](https://example.com)",
    "=?utf-8?q?x?=",
    "\u{e9}",
    "\u{fc}\u{df}",
    "\u{5d0}\u{5d1}",
    "\u{65e5}\u{672c}",
    "\u{1f600}",
    "\u{feff}",
    "\u{200b}",
    "\u{85}",
    "\0",
    "a long line of words that goes on and on until it has to be broken somewhere by someone ",
    "Bcc: x@example.com",
    "Content-Type: text/html\r\n\r\n",
];

static MEDIA: &[&str] = &[
    "text/plain;charset=utf-8",
    "text/plain",
    "text/markdown;variant=GFM-MIMI",
    "text/html;charset=utf-8",
    "text/calendar;method=REQUEST",
    "image/png;name=\"a b.png\"",
    "image/jpeg",
    "application/pdf;name=x",
    "application/octet-stream",
    "message/rfc822",
    "multipart/mixed;boundary=x",
    "multipart/encrypted;boundary=x;protocol=\"application/pgp-encrypted\"",
    "Text/PLAIN; Charset=\"UTF-8\"",
    "text/plain;charset=iso-8859-1",
    "",
    "no type",
];

static LANGUAGES: &[&str] = &["", "", "", "en", "de,en", "fr, en", "x y", "-"];

fn text(random: &mut Random, most: usize) -> String {
    let count = random.below(most + 1);
    (0..count).map(|_| random.of(PIECES)).collect()
}

fn content(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => (0..random.below(200)).map(|_| random.next() as u8).collect(),
        1 => Vec::new(),
        // Other mails, whole and encrypted.
        2 if random.chance(2) => b"Subject: x\n\nattached\n".to_vec(),
        2 => b"Subject: x\r\nFrom: a@example.com\r\n\r\nattached\r\n".to_vec(),
        3 => b"--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--x\r\n\r\nsecret\r\n--x--\r\n".to_vec(),
        _ => text(random, 12).into_bytes(),
    }
}

fn leaf(random: &mut Random) -> NestedPart<'static> {
    let disposition = Disposition(match random.below(4) {
        0 => random.next() as u8,
        _ => random.below(10) as u8,
    });
    let part = match random.below(8) {
        0 => NestedPart::null(disposition),
        1 => {
            let url = format!("https://example.com/{}", random.below(1000));
            let mut external = ExternalPart::new(random.of(MEDIA), url);
            external.expires = random.next() as u32;
            external.size = random.next() >> random.below(64);
            external.enc_alg = (random.below(4) as u16).into();
            external.key = random.octets::<16>().to_vec().into();
            external.nonce = random.octets::<12>().to_vec().into();
            external.filename = text(random, 3).into();
            external.description = text(random, 3).into();
            NestedPart::external(disposition, external)
        }
        _ => NestedPart::single(disposition, random.of(MEDIA), content(random)),
    };
    part.with_language(random.of(LANGUAGES))
}

fn part(random: &mut Random, levels: usize) -> NestedPart<'static> {
    if levels == 0 || !random.chance(3) {
        return leaf(random);
    }
    let semantics = random.below(3) as u64;
    let count = 2 + random.below(3);
    let parts = (0..count).map(|_| part(random, levels - 1)).collect();
    let semantics = PartSemantics::from_number(semantics).unwrap();
    NestedPart::multi(Disposition(random.below(10) as u8), semantics, parts)
        .with_language(random.of(LANGUAGES))
}

/// The `number`-th message.
pub fn message(number: u64) -> MimiContent<'static> {
    let random = &mut Random::new(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut message = MimiContent::new(Salt::new(random.octets()), part(random, 3));
    if random.chance(4) {
        message.replaces = Some(MessageId::new(random.octets()));
    }
    if random.chance(3) {
        message.in_reply_to = Some(MessageId::new(random.octets()));
    }
    message.topic_id = match random.below(4) {
        0 => text(random, 4).into_bytes().into(),
        1 => b"topic@example.com".to_vec().into(),
        _ => Vec::new().into(),
    };
    message.expires = match random.below(6) {
        0 => Some(Expiration::Relative(random.next() as u32)),
        1 => Some(Expiration::Absolute(random.next() as u32)),
        _ => None,
    };
    let extensions = &mut message.extensions;
    if !random.chance(4) {
        let sender = match random.below(3) {
            0 => "mailto:alice@example.com".to_owned(),
            1 => "mimi://example.com/u/alice".to_owned(),
            _ => text(random, 3),
        };
        extensions.set_sender_uri(&sender).unwrap();
        extensions
            .set_room_uri("mimi://example.com/r/room")
            .unwrap();
    }
    if random.chance(2) {
        let time = SenderTimestamp::from_millis(random.next() >> 22);
        extensions.set_sender_timestamp(time).unwrap();
    }
    if random.chance(3) {
        let subject = format!("s{}", text(random, 6));
        extensions.set_subject(&subject).unwrap();
    }
    if random.chance(5) {
        let id =
            ExternalMessageId::new(random.octets::<9>().to_vec(), IdScope::domain("x.example"));
        extensions.set_external_message_id(&id).unwrap();
    }
    message
}
