//! What relays do to mail, for the tests that send messages through them.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod generate;

pub type Relay = fn(&[u8]) -> Vec<u8>;

/// What relays do to mail.
pub static RELAYS: &[(&str, Relay)] = &[
    ("nothing", |mail| mail.to_vec()),
    ("line feeds only", |mail| {
        octets(&text(mail).replace("\r\n", "\n"))
    }),
    ("refolded fields", |mail| refold(mail, 40)),
    ("unfolded fields", |mail| refold(mail, 900)),
    ("recoding as 8bit", |mail| {
        recode(mail, &|content| content.to_vec(), "8bit")
    }),
    ("recoding as 7bit", |mail| {
        let lines = |content: &[u8]| match content.is_ascii() {
            true => crlf_of(content),
            false => content.to_vec(),
        };
        recode(mail, &lines, "7bit")
    }),
    ("recoding as base64", |mail| {
        recode(mail, &base64_of, "base64")
    }),
    ("recoding as quoted-printable", |mail| {
        recode(mail, &hex_of, "quoted-printable")
    }),
    ("text with CRLF", |mail| recode(mail, &crlf_of, "8bit")),
    ("an added line end", |mail| {
        recode(
            mail,
            &|content| [&crlf_of(content), &b"\r\n"[..]].concat(),
            "8bit",
        )
    }),
    ("a last empty line", |mail| [mail, b"\r\n"].concat()),
    ("trace and list fields", |mail| {
        let fields = "Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000\r\n\
            DKIM-Signature: v=1; a=rsa-sha256; b=MIMI-Content:\r\n abc\r\nList-Id: <list.example.com>\r\n";
        [fields.as_bytes(), mail].concat()
    }),
    ("a footer part", footer),
    ("a replaced Message-ID", replaced_id),
    ("all of it", |mail| {
        let lines = |content: &[u8]| [&crlf_of(content), &b"\r\n"[..]].concat();
        let recoded = recode(&refold(mail, 60), &lines, "8bit");
        let listed = footer(&replaced_id(&recoded));
        let fields = "Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0000\r\nList-Id: <l.example.com>\r\n";
        [fields.as_bytes(), &listed, b"\r\n"].concat()
    }),
];

/// As Outlook does.
fn replaced_id(mail: &[u8]) -> Vec<u8> {
    let moved = "Message-ID: <AM9PR0@outlook.example>\r\nX-Microsoft-Original-Message-ID: ";
    octets(&text(mail).replacen("Message-ID: ", moved, 1))
}

/// One character for each octet, so that nothing is lost.
pub fn text(mail: &[u8]) -> String {
    mail.iter().map(|b| char::from(*b)).collect()
}

pub fn octets(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

/// Every field on one line, broken anew at spaces.
pub fn refold(mail: &[u8], width: usize) -> Vec<u8> {
    let mail = text(mail);
    let (header, body) = mail.split_once("\r\n\r\n").unwrap();
    let unfolded = header.replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut out = String::new();
    for field in unfolded.split("\r\n") {
        let mut column = 0;
        for (at, word) in field.split(' ').enumerate() {
            // Not directly after the name, which some readers take for an empty field.
            let fold = at > 1 && column + word.len() > width;
            out.push_str(if fold {
                "\r\n\t"
            } else if at > 0 {
                " "
            } else {
                ""
            });
            column = if fold {
                word.len()
            } else {
                column + word.len() + 1
            };
            out.push_str(word);
        }
        out.push_str("\r\n");
    }
    octets(&format!("{out}\r\n{body}"))
}

/// Decodes every quoted-printable text and writes it in another encoding. Base64 becomes base64
/// with other lines.
pub fn recode(mail: &[u8], write: &dyn Fn(&[u8]) -> Vec<u8>, name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mail = text(mail);
    let mut pieces = Vec::new();
    let mut rest = mail.as_str();
    // The start of each header that states an encoding, and the body up to the next boundary.
    while let Some(at) = rest.find("Content-Transfer-Encoding: ") {
        let (before, after) = rest.split_at(at);
        let (field, after) = after.split_once("\r\n").unwrap();
        let (header, after) = match after.strip_prefix("\r\n") {
            Some(after) => ("", after),
            None => after.split_once("\r\n\r\n").unwrap(),
        };
        let end = after.find("\r\n--=_").unwrap_or(after.len());
        let (body, after) = after.split_at(end);
        pieces.push((before, field, header, body));
        rest = after;
    }
    for (before, field, header, body) in pieces {
        out.extend(octets(before));
        let header = if header.is_empty() {
            String::new()
        } else {
            format!("{header}\r\n")
        };
        let (field, body) = match field {
            "Content-Transfer-Encoding: quoted-printable" => {
                let content = qp_content(body);
                (
                    format!("Content-Transfer-Encoding: {name}"),
                    write(&content),
                )
            }
            "Content-Transfer-Encoding: base64" => (
                field.to_string(),
                octets(
                    &body
                        .replace("\r\n", "")
                        .chars()
                        .flat_map(|c| [c, '\n'])
                        .collect::<String>(),
                ),
            ),
            _ => (field.to_string(), octets(body)),
        };
        out.extend(octets(&format!("{field}\r\n{header}\r\n")));
        out.extend(body);
    }
    out.extend(octets(rest));
    out
}

pub fn qp_content(body: &str) -> Vec<u8> {
    let body = body.replace("=\r\n", "");
    let body = body.strip_suffix('=').unwrap_or(&body);
    let mut out = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('=') {
        out.extend(octets(before));
        out.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    out.extend(octets(rest));
    out
}

pub fn crlf_of(content: &[u8]) -> Vec<u8> {
    octets(&text(content).replace('\n', "\r\n"))
}

pub fn hex_of(content: &[u8]) -> Vec<u8> {
    content
        .chunks(20)
        .map(|line| line.iter().map(|b| format!("={b:02X}")).collect::<String>() + "=\r\n")
        .collect::<String>()
        .into_bytes()
}

pub fn base64_of(content: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::new();
    for group in content.chunks(3) {
        let mut bits = 0u32;
        for at in 0..3 {
            bits = bits << 8 | u32::from(group.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= group.len() { digit } else { b'=' });
        }
    }
    out
}

/// What a mailing list does: the whole mail becomes the first part, its own footer the second.
pub fn footer(mail: &[u8]) -> Vec<u8> {
    let mail = text(mail);
    let (header, body) = mail.split_once("\r\n\r\n").unwrap();
    let (mut outer, mut inner, mut moves) = (String::new(), String::new(), false);
    for line in header.split("\r\n") {
        if !line.starts_with([' ', '\t']) {
            moves = line.starts_with("Content-");
        }
        let target = if moves { &mut inner } else { &mut outer };
        target.push_str(line);
        target.push_str("\r\n");
    }
    octets(&format!(
        "{outer}Content-Type: multipart/mixed; boundary=list\r\n\r\n--list\r\n{inner}\r\n{body}\r\n\
         --list\r\nContent-Type: text/plain\r\n\r\n____\r\nlist mailing list\r\n--list--\r\n"
    ))
}
